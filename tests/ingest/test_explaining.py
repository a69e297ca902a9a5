"""What a curator is told of a field that is wrong: where, why, and what would be right."""

from pathlib import Path

import pytest

from app.ingest.reading import read_trip_file
from app.ingest.yamltree import LONGEST_NUMBER
from tests.ingest.goodfile import GOOD, Expected, complaints, edited, placed, write

FIELDS: list[tuple[str, str, str, Expected]] = [
    # name, the text that is replaced, the text in its place, the complaints
    (
        "a field misspelt",
        "travellers:",
        "travelers:",
        [
            ("# yaml", 'travellers: is missing; add "travellers:"'),
            ("travelers:", 'travelers: unknown field "travelers"; did you mean "travellers"?'),
        ],
    ),
    (
        "a field that does not exist",
        "    audience: the press",
        "    weather: rain",
        [
            (
                "weather:",
                'quotes[0].occasion.weather: unknown field "weather"; known: when, meeting,'
                " audience",
            )
        ],
    ),
    (
        "a line break in the name of a field",
        "    audience: the press",
        '    "au\\ndience": the press',
        [
            (
                '"au\\n',
                'quotes[0].occasion.au\\ndience: unknown field "au\\ndience"; did you mean'
                ' "audience"?',
            )
        ],
    ),
    *(
        (
            f"the id of {collection} that is an address already",
            f"id: {id_}\n",
            "id: facets\n",
            [
                (
                    "id: facets",
                    f'{place}id: "facets" is an address of its own; take another id',
                )
            ],
        )
        for collection, id_, place in (
            ("a trip", "2022-05-norway", ""),
            ("a quote", "one-river", "quotes[0]."),
            ("an agreement", "measuring", "agreements[0]."),
        )
    ),
    (
        "a field of another part",
        "    format: virtual",
        "    format: virtual\n    speaker: ada-example",
        [
            (
                "    speaker: ada-example\n    earliest",
                'meetings[1].speaker: unknown field "speaker"; known: date, end_date, id,'
                " former_ids, earliest_date, latest_date, city, country, topics, evidence, note,"
                " place, start_time, end_time, timezone, summary, format, kind, status, part_of,"
                " title, participants, inferred",
            )
        ],
    ),
    (
        "a required field left out",
        "    name: Rivers\n",
        "",
        [
            (
                "  - id: rivers",
                'topics[0].name: is missing; no other trip defines "rivers"; add "name:"',
            )
        ],
    ),
    (
        "a required field left empty",
        "    name: Rivers\n",
        "    name:\n",
        [
            (
                "    name:\n",
                'topics[0].name: is missing; no other trip defines "rivers"; add "name:"',
            )
        ],
    ),
    (
        "a surname that YAML reads as nothing",
        "    family_name: Sample",
        "    family_name: Null",
        [
            (
                "family_name: Null",
                "participants[1].family_name: is the YAML word for nothing; put a name in quotes:"
                ' "Null"',
            )
        ],
    ),
    (
        "a text of spaces",
        "title: Example Gazette",
        'title: "  "',
        [('title: "  "', "sources[0].title: is empty; write something or leave the field out")],
    ),
    (
        "evidence left out",
        "    evidence:\n      - {source: gazette, text_start: Both sides, text_end: until 2030}\n",
        "",
        [("  - id: measuring", 'agreements[0].evidence: is missing; add "evidence:"')],
    ),
    (
        "evidence without a passage",
        "evidence:\n  - {source: gazette, text_start: A minister, text_end: on a journey}",
        "evidence: []",
        [("evidence: []", "evidence: is an empty list; it needs at least one entry")],
    ),
    (
        "evidence left empty",
        "evidence:\n  - {source: gazette, text_start: A minister, text_end: on a journey}",
        "evidence: # later",
        [("evidence: #", "evidence: is empty and not a list; begin each entry with a hyphen")],
    ),
    (
        "a set of fields instead of a list of them",
        "      - {source: gazette, text_start: she heard, text_end: the anglers out}",
        "      source: gazette",
        [
            (
                "    evidence:\n      source",
                "meetings[1].evidence: a set of fields is not a list; begin each entry with a"
                " hyphen",
            )
        ],
    ),
    (
        "a text instead of a list",
        "    topics: [rivers]",
        "    topics: rivers",
        [
            (
                "topics: rivers",
                'quotes[0].topics: "rivers" is not a list; begin each entry with a hyphen',
            )
        ],
    ),
    (
        "a list instead of a text",
        "title: Example in Norway",
        "title: [Example, Norway]",
        [("title: [", "title: a list is not text; write some")],
    ),
    (
        "a text instead of a set of fields",
        "  - id: rivers\n    name: Rivers",
        "  - rivers of Norway",
        [
            (
                "  - rivers of",
                'topics[0]: "rivers of Norway" is not a set of fields, as "id:" and "name:"',
            ),
        ],
    ),
    (
        "a number where text belongs",
        "title: Harbour Master",
        "title: 2022",
        [("title: 2022", 'participants[1].title: "2022" is not text; put it in quotes: "2022"')],
    ),
    (
        "a truth value where text belongs",
        "title: Harbour Master",
        "title: true",
        [("title: true", 'participants[1].title: "true" is not text; put it in quotes: "true"')],
    ),
    (
        "a number as an id",
        "id: measuring",
        "id: 2022",
        [("id: 2022\n", 'agreements[0].id: "2022" is not text; put it in quotes: "2022"')],
    ),
    (
        "capitals in an id",
        "id: measuring",
        "id: Measuring_the Water",
        [
            (
                "Measuring_the",
                'agreements[0].id: "Measuring_the Water" is not an id;'
                ' did you mean "measuring-the-water"?',
            )
        ],
    ),
    (
        "accents in an id",
        "id: measuring",
        "id: Mésure!",
        [("Mésure", 'agreements[0].id: "Mésure!" is not an id; did you mean "mesure"?')],
    ),
    (
        "an id without a Latin letter",
        "id: measuring",
        "id: 測定",
        [
            (
                "測定",
                'agreements[0].id: "測定" is not an id; use lower-case letters, digits and hyphens',
            )
        ],
    ),
    (
        "a hyphen too many in an id",
        "id: measuring",
        "id: measuring-",
        [("measuring-", 'agreements[0].id: "measuring-" is not an id; did you mean "measuring"?')],
    ),
    (
        "too long an id",
        "id: measuring",
        f"id: {'m' * 121}",
        [("mmm" * 40, "agreements[0].id: is longer than 120 characters")],
    ),
    (
        "a line break in a title",
        "title: Measuring the water",
        'title: "Measuring\\nthe water"',
        [
            (
                "Measuring\\n",
                'agreements[0].title: "Measuring\\nthe water" has a line break or a control'
                " character",
            )
        ],
    ),
    (
        "a control character, which the complaint does not pass on to the terminal",
        "text: We share one river",
        'text: "We share \\e[31mone river"',
        [
            (
                "We share \\e",
                'quotes[0].text: "We share \\x1b[31mone river" has a line break or a control'
                " character",
            )
        ],
    ),
    (
        "a line separator",
        "text: We share one river",
        'text: "We share\\L one river"',
        [
            (
                "We share\\L",
                'quotes[0].text: "We share\\u2028 one river" has a line break or a control'
                " character",
            )
        ],
    ),
    (
        "a day without its hyphens",
        "    date: 2022-05-04",
        "    date: 20220504",
        [("date: 20220504", 'meetings[0].date: "20220504" is not a day; write it as 2021-03-16')],
    ),
    (
        "a day as Europeans write it",
        "    date: 2022-05-04",
        "    date: 4.5.2022",
        [("date: 4.5", 'meetings[0].date: "4.5.2022" is not a day; write it as 2021-03-16')],
    ),
    (
        "a week",
        "    date: 2022-05-04",
        "    date: 2022-W18-3",
        [("date: 2022-W", 'meetings[0].date: "2022-W18-3" is not a day; write it as 2021-03-16')],
    ),
    (
        "a time",
        "    date: 2022-05-04",
        "    date: 2022-05-04T10:00",
        [("T10", 'meetings[0].date: "2022-05-04T10:00" is not a day; write it as 2021-03-16')],
    ),
    (
        "a month",
        "    date: 2022-05-04",
        "    date: 2022-05",
        [("date: 2022-05\n", 'meetings[0].date: "2022-05" is not a day; write it as 2021-03-16')],
    ),
    (
        "a day that no calendar has",
        "end_date: 2022-05-06",
        "end_date: 2022-02-30",
        [("end_date: 2022-02", 'end_date: "2022-02-30" is not a day; write it as 2021-03-16')],
    ),
    (
        "a required day left empty",
        "start_date: 2022-05-03",
        "start_date:",
        [("start_date:\n", "start_date: is empty and not a day; write it as 2021-03-16")],
    ),
    (
        "an arrival before the trip",
        "arrival_date: 2022-05-03",
        "arrival_date: 2022-05-02",
        [
            (
                "arrival_date:",
                "stops[0].arrival_date: 2022-05-02 is outside the trip, 2022-05-03 to 2022-05-06",
            )
        ],
    ),
    (
        "the end of the trip before its start, told once and not for every meeting",
        "end_date: 2022-05-06",
        "end_date: 2022-05-02",
        [("end_date: 2022-05-02", "end_date: 2022-05-02 is before the start_date, 2022-05-03")],
    ),
    (
        "a departure before the arrival",
        "    arrival_date: 2022-05-03\n    departure_date: 2022-05-04",
        "    arrival_date: 2022-05-04\n    departure_date: 2022-05-03",
        [
            (
                "departure_date:",
                "stops[0].departure_date: 2022-05-03 is before the arrival_date, 2022-05-04",
            )
        ],
    ),
    (
        "bounds turned round",
        "    latest_date: 2022-05-06",
        "    latest_date: 2022-05-04",
        [
            (
                "latest_date: 2022-05-04",
                "meetings[1].latest_date: 2022-05-04 is before the earliest_date, 2022-05-05",
            )
        ],
    ),
    (
        "a day beside bounds",
        "    earliest_date: 2022-05-05",
        "    earliest_date: 2022-05-05\n    date: 2022-05-05",
        [
            (
                "earliest_date:",
                "meetings[1].earliest_date: stands beside a date; give the day or its bounds",
            ),
            (
                "latest_date:",
                "meetings[1].latest_date: stands beside a date; give the day or its bounds",
            ),
        ],
    ),
    (
        "an unknown city",
        "  - city: bergen",
        "  - city: bergan",
        [("city: bergan", 'stops[1].city: no city "bergan"; did you mean "bergen"?')],
    ),
    (
        "a city like none of the file",
        "    city: oslo\n    participants",
        "    city: tokyo\n    participants",
        [("city: tokyo", 'meetings[0].city: no city "tokyo"; known: oslo, bergen')],
    ),
    (
        "a city by its name, told once",
        "    city: oslo\n    participants",
        "    city: Oslo\n    participants",
        [("    city: Oslo", 'meetings[0].city: "Oslo" is not an id; did you mean "oslo"?')],
    ),
    (
        "an unknown participant",
        "participants: [ada-example, anglers]",
        "participants: [ada-exampel, anglers]",
        [
            (
                "[ada-exampel",
                'meetings[1].participants[0]: no participant "ada-exampel";'
                ' did you mean "ada-example"?',
            )
        ],
    ),
    (
        "a participant twice",
        "participants: [ada-example, anglers]",
        "participants: [anglers, anglers]",
        [("[anglers, anglers]", 'meetings[1].participants[1]: "anglers" is listed twice')],
    ),
    (
        "a related trip twice",
        "travellers:\n  - ada-example",
        "related: [another, another]\ntravellers:\n  - ada-example",
        [("[another, another]", 'related[1]: "another" is listed twice')],
    ),
    (
        "an entry of a register twice",
        "travellers:\n  - ada-example",
        'records: ["3992", "3992"]\ntravellers:\n  - ada-example',
        [('["3992", "3992"]', 'records[1]: "3992" is listed twice')],
    ),
    (
        "nobody at a meeting",
        "participants: [ada-example, anglers]",
        "participants: []",
        [
            (
                "participants: []",
                "meetings[1].participants: is an empty list; it needs at least one entry",
            )
        ],
    ),
    (
        "an unknown topic",
        "    topics: [rivers]",
        "    topics: [river]",
        [("[river]", 'quotes[0].topics[0]: no topic "river"; did you mean "rivers"?')],
    ),
    (
        "an unknown meeting of a quote",
        "      meeting: harbour-talks",
        "      meeting: harbor-talks",
        [
            (
                "harbor-talks",
                'quotes[0].occasion.meeting: no meeting "harbor-talks";'
                ' did you mean "harbour-talks"?',
            )
        ],
    ),
    (
        "an unknown meeting of an agreement",
        "    meeting: harbour-talks\n    evidence",
        "    meeting: river-commission\n    evidence",
        [
            (
                "river-commission",
                'agreements[0].meeting: no meeting "river-commission";'
                " known: harbour-talks, anglers-talks",
            )
        ],
    ),
    (
        "an unknown source",
        "  - {source: gazette, text_start: A minister",
        "  - {source: gazete, text_start: A minister",
        [("gazete", 'evidence[0].source: no source "gazete"; did you mean "gazette"?')],
    ),
    (
        "an unknown traveller",
        "travellers:\n  - ada-example",
        "travellers:\n  - ada-sample",
        [("ada-sample", 'travellers[0]: no official "ada-sample"; did you mean "ada-example"?')],
    ),
    (
        "a group that travels",
        "travellers:\n  - ada-example",
        "travellers:\n  - anglers",
        [("  - anglers", 'travellers[0]: "anglers" is a group; a traveller is an official')],
    ),
    (
        "a quote of a group",
        "    speaker: ada-example",
        "    speaker: anglers",
        [("speaker: anglers", 'quotes[0].speaker: "anglers" is a group; a speaker is an official')],
    ),
    (
        "a quote of nobody",
        "    speaker: ada-example",
        "    speaker: ada",
        [("speaker: ada\n", 'quotes[0].speaker: no official "ada"; did you mean "ada-example"?')],
    ),
    (
        "an occasion without its meeting",
        "      when: after\n      meeting: harbour-talks\n",
        "      when: during\n",
        [
            (
                "    occasion:",
                'quotes[0].occasion.meeting: is missing; "during" which meeting was it said?',
            )
        ],
    ),
    (
        "a meeting of an occasion without when",
        "      when: after\n",
        "",
        [("    occasion:", "quotes[0].occasion.when: is missing; write before, during or after")],
    ),
    (
        "an occasion that is none of the three",
        "      when: after",
        "      when: afterwards",
        [
            (
                "when: afterwards",
                'quotes[0].occasion.when: "afterwards" is not one of before, during, after;'
                ' did you mean "after"?',
            )
        ],
    ),
    (
        "an unknown kind of participant, told once",
        "    kind: official\n    name: Ada Example",
        "    kind: oficial\n    name: Ada Example",
        [
            (
                "kind: oficial",
                'participants[0].kind: "oficial" is not one of official, group;'
                ' did you mean "official"?',
            )
        ],
    ),
    (
        "an unknown kind of agreement",
        "kind: shared-position",
        "kind: shared position",
        [
            (
                "kind: shared position",
                'agreements[0].kind: "shared position" is not one of commitment, pledge,'
                " draft-agreement, affirmation, shared-position, treaty, memorandum,"
                ' joint-statement; did you mean "shared-position"?',
            )
        ],
    ),
    (
        "no kind of agreement",
        "kind: shared-position",
        "kind:",
        [
            (
                "    kind:\n",
                "agreements[0].kind: is empty and not one of commitment, pledge, draft-agreement,"
                " affirmation, shared-position, treaty, memorandum, joint-statement",
            )
        ],
    ),
    (
        "an unknown format",
        "format: virtual",
        "format: video",
        [
            (
                "format: video",
                'meetings[1].format: "video" is not one of in-person, virtual, telephone, hybrid',
            )
        ],
    ),
    (
        "a format with a space",
        "format: in-person",
        "format: in person",
        [
            (
                "format: in person",
                'meetings[0].format: "in person" is not one of in-person, virtual, telephone,'
                ' hybrid; did you mean "in-person"?',
            )
        ],
    ),
    (
        "a country by its everyday code",
        "    country: SE",
        "    country: UK",
        [
            (
                "country: UK",
                'participants[0].country: "UK" is not an ISO 3166-1 alpha-2 country code;'
                ' did you mean "GB"?',
            )
        ],
    ),
    (
        "a country by its name",
        "    country: SE",
        "    country: Sweden",
        [
            (
                "country: Sweden",
                'participants[0].country: "Sweden" is not an ISO 3166-1 alpha-2 country code;'
                ' did you mean "SE"?',
            )
        ],
    ),
    (
        "a country in small letters",
        "parties: [SE, DK]",
        "parties: [SE, dk]",
        [
            (
                "[SE, dk]",
                'agreements[0].parties[1]: no organization "dk"; did you mean "DK"?',
            )
        ],
    ),
    (
        "no country at all",
        "parties: [SE, DK]",
        "parties: [SE, Atlantis]",
        [
            (
                "Atlantis",
                'agreements[0].parties[1]: "Atlantis" is neither a country code nor the id of an'
                " organization; write it as JP, or as nato",
            )
        ],
    ),
    (
        "a party twice",
        "parties: [SE, DK]",
        "parties: [SE, SE]",
        [("[SE, SE]", 'agreements[0].parties[1]: "SE" is listed twice')],
    ),
    (
        "an unknown time zone",
        "timezone: Europe/Berlin",
        "timezone: Europe/Berlin2",
        [
            (
                "Berlin2",
                'cities[1].timezone: "Europe/Berlin2" is not an IANA time zone;'
                ' did you mean "Europe/Berlin"?',
            )
        ],
    ),
    (
        "too far north",
        "latitude: 59.9139",
        "latitude: 95.5",
        [("latitude: 95.5", 'cities[0].latitude: "95.5" is more than 90, the most it can be')],
    ),
    (
        "too far west",
        "longitude: 5.3221",
        "longitude: -181",
        [("-181", 'cities[1].longitude: "-181" is less than -180, the least it can be')],
    ),
    (
        "not a number",
        "latitude: 59.9139",
        "latitude: .nan",
        [(".nan", 'cities[0].latitude: "nan" is not a number that can be measured')],
    ),
    (
        "infinity",
        "latitude: 59.9139",
        "latitude: -.INF",
        [("-.INF", 'cities[0].latitude: "-inf" is not a number that can be measured')],
    ),
    (
        "a number in quotes",
        "latitude: 59.9139",
        'latitude: "59.9139"',
        [
            (
                'latitude: "59',
                'cities[0].latitude: "59.9139" is not a number; write it as 35.6895, without'
                " quotes",
            )
        ],
    ),
    (
        "a truth value as a number",
        "latitude: 59.9139",
        "latitude: true",
        [
            (
                "latitude: true",
                'cities[0].latitude: "true" is not a number; write it as 35.6895, without quotes',
            )
        ],
    ),
    (
        "degrees and minutes",
        "latitude: 59.9139",
        "latitude: 59°54",
        [
            (
                "59°54",
                'cities[0].latitude: "59°54" is not a number; write it as 35.6895, without quotes',
            )
        ],
    ),
    (
        "a huge integer",
        "latitude: 59.9139",
        f"latitude: {'9' * LONGEST_NUMBER}",
        [
            (
                "latitude: 999",
                f'cities[0].latitude: "{"9" * 60}…" is more than 90, the most it can be',
            )
        ],
    ),
    (
        "too long an integer",
        "target_year: 2030",
        f"target_year: {'9' * 5000}",
        [("target_year:", "agreements[0].target_year: is too long a number")],
    ),
    (
        "too long an integer that stands for text",
        "title: Harbour Master",
        f"title: 0x{'f' * 5000}",
        [("title: 0xf", "participants[1].title: is too long a number")],
    ),
    (
        "a year out of reach",
        "target_year: 2030",
        "target_year: 20300",
        [
            (
                "20300",
                'agreements[0].target_year: "20300" is more than 2500, the most it can be',
            )
        ],
    ),
    (
        "a year in quotes",
        "target_year: 2030",
        "target_year: '2030'",
        [
            (
                "'2030'",
                'agreements[0].target_year: "2030" is not a whole number; write it as 2050,'
                " without quotes",
            )
        ],
    ),
    (
        "a fraction of a year",
        "target_year: 2030",
        "target_year: 2030.5",
        [
            (
                "2030.5",
                'agreements[0].target_year: "2030.5" is not a whole number; write it as 2050,'
                " without quotes",
            )
        ],
    ),
    (
        "an official of nothing",
        "    family_name: Sample\n    title: Harbour Master\n    country: DK\n",
        "",
        [
            (
                "  - id: ben-sample",
                'participants[1].country: is missing; an official has a "country:" or an'
                ' "organization:"',
            ),
        ],
    ),
    (
        "a family name that the name does not hold",
        "family_name: Sample",
        "family_name: Simple",
        [
            (
                "family_name: Simple",
                'participants[1].family_name: "Simple" is not part of the name "Ben Sample"',
            )
        ],
    ),
    (
        "a group with a title",
        "    name: Anglers\n",
        "    name: Anglers\n    title: Chair\n    family_name: Club\n",
        [
            ("title: Chair", "participants[2].title: belongs to an official; a group has none"),
            (
                "family_name: Club",
                "participants[2].family_name: belongs to an official; a group has none",
            ),
        ],
    ),
    (
        "inferred and not given",
        "    inferred: [city]",
        "    inferred: [city, date, date]",
        [("[city, date, date]", 'meetings[0].inferred[2]: "date" is listed twice')],
    ),
    (
        "a city inferred and not given",
        "    city: oslo\n    participants",
        "    participants",
        [("inferred: [city]", 'meetings[0].inferred[0]: "city" is inferred but not given')],
    ),
    (
        "a day inferred and not given",
        "    earliest_date: 2022-05-05",
        "    inferred: [date]\n    earliest_date: 2022-05-05",
        [("inferred: [date]", 'meetings[1].inferred[0]: "date" is inferred but not given')],
    ),
    (
        "an occasion inferred and not given",
        "    occasion:\n      when: after\n      meeting: harbour-talks\n      audience: the press",
        "    inferred: [occasion]",
        [("[occasion]", 'quotes[0].inferred[0]: "occasion" is inferred but not given')],
    ),
    (
        "inferred and no field",
        "    inferred: [city]",
        "    inferred: [town]",
        [
            (
                "[town]",
                'meetings[0].inferred[0]: "town" is not one of title, format, kind, date,'
                " end_date, start_time, end_time, city, place, country, participants",
            )
        ],
    ),
    (
        "an address with a fragment",
        "url: https://example.org/gazette",
        "url: https://example.org/gazette#page=2",
        [
            (
                "#page=2",
                'sources[0].url: "https://example.org/gazette#page=2" is not a web address; write'
                " it with https:// and without a # part",
            )
        ],
    ),
    (
        "an address without its scheme",
        "url: https://example.org/gazette",
        "url: example.org/gazette",
        [
            (
                "url: example",
                'sources[0].url: "example.org/gazette" is not a web address; write it with'
                " https:// and without a # part",
            )
        ],
    ),
    (
        "an address that runs a script",
        "url: https://example.org/gazette",
        "url: javascript:alert(1)",
        [
            (
                "javascript",
                'sources[0].url: "javascript:alert(1)" is not a web address; write it with'
                " https:// and without a # part",
            )
        ],
    ),
    (
        "an id twice",
        "  - id: ben-sample",
        "  - id: ada-example",
        [
            (
                "  - id: ada-example\n    kind: official\n    name: Ben",
                'participants[1].id: "ada-example" is the id of participants[0], too',
            ),
        ],
    ),
    (
        "a meeting's id twice",
        "  - id: anglers-talks",
        "  - id: harbour-talks",
        [
            (
                "  - id: harbour-talks\n    title: Ada Example hears",
                'meetings[1].id: "harbour-talks" is the id of meetings[0], too',
            )
        ],
    ),
    (
        "very long text in a complaint",
        "    speaker: ada-example",
        f"    speaker: {'a' * 100}",
        [
            (
                "speaker: aaaa",
                f'quotes[0].speaker: no official "{"a" * 60}…"; known: ada-example, ben-sample,'
                " anglers",
            )
        ],
    ),
]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [pytest.param(old, new, expected, id=name) for name, old, new, expected in FIELDS],
)
def test_a_fault_is_told_with_its_line_its_place_and_what_would_be_right(
    old: str, new: str, expected: Expected, tmp_path: Path
) -> None:
    text = edited(old, new)
    assert complaints(write(tmp_path, text)) == placed(text, expected)


def test_the_file_that_is_edited_is_good(tmp_path: Path) -> None:
    trip = read_trip_file(write(tmp_path, GOOD)).trip
    assert [city.country for city in trip.cities] == ["NO", "NO"]
    assert trip.meetings[0].model_dump(mode="json")["date"] == "2022-05-04"
    assert (trip.cities[1].latitude, trip.agreements[0].target_year) == (60, 2030)


def test_all_faults_of_a_file_are_told_at_once_in_the_order_of_its_lines(tmp_path: Path) -> None:
    text = GOOD
    every: list[tuple[str, str]] = []
    for name, old, new, expected in FIELDS:
        # Those that change their own part of the file only, and what depends on no other part.
        if len(expected) == 1 and text.count(old) == 1 and name in _INDEPENDENT:
            text = text.replace(old, new)
            every += expected
    assert len(every) == len(_INDEPENDENT)
    told = complaints(write(tmp_path, text))
    assert sorted(told) == sorted(placed(text, every))
    lines = [int(each.split(":")[1]) for each in told]
    assert lines == sorted(lines)


_INDEPENDENT = {
    "too far north",
    "too far west",
    "an unknown time zone",
    "a country by its everyday code",
    "a number where text belongs",
    "an unknown format",
    "an occasion that is none of the three",
    "no country at all",
    "a year in quotes",
    "an address without its scheme",
    "a quote of a group",
    "a line break in a title",
}
