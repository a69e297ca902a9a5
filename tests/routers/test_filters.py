"""Filters: each alone on the real trip, given twice, in pairs, and with nothing found."""

import itertools
from collections.abc import Iterator

import pytest

from app.domain.collections import RESOURCES
from tests.client import Client, MakeClient
from tests.reference import Reference, days, reference_of
from tests.trips import (
    Part,
    agreement,
    city,
    group,
    meeting,
    official,
    quote,
    topic,
    trip,
)

TRIP = "2021-03-tokyo-seoul"

AUSTIN_KISHI = "2021-03-austin-kishi"
AUSTIN_SUH = "2021-03-austin-suh"
BUSINESS_LEADERS = "2021-03-blinken-business-leaders"
JOURNALISTS = "2021-03-blinken-journalists"
YOUTH_LEADERS = "2021-03-blinken-youth-leaders"
SUGA = "2021-03-16-blinken-austin-suga"
DIALOGUE = "2021-03-16-two-plus-two-dialogue"
CHUNG = "2021-03-17-blinken-chung"
MEETINGS = [
    AUSTIN_KISHI, AUSTIN_SUH, BUSINESS_LEADERS, JOURNALISTS, YOUTH_LEADERS, SUGA, DIALOGUE, CHUNG,
]  # fmt: skip
UNDATED = MEETINGS[:5]

PEOPLE = [
    "lloyd-austin", "antony-blinken", "business-leaders-in-tokyo", "chung-eui-yong",
    "emerging-journalists-in-seoul", "journalists-in-tokyo", "nobuo-kishi", "korean-youth-leaders",
    "toshimitsu-motegi", "yoshihide-suga", "suh-wook", "women-entrepreneurs-in-tokyo",
]  # fmt: skip
GROUPS = [
    "business-leaders-in-tokyo", "emerging-journalists-in-seoul", "journalists-in-tokyo",
    "korean-youth-leaders", "women-entrepreneurs-in-tokyo",
]  # fmt: skip

CORNERSTONE = "2021-03-16-blinken-cornerstone-of-peace"
COERCION = "2021-03-16-blinken-china-uses-coercion"
UNITED = "2021-03-16-blinken-united-in-the-vision"
SHARED_VISION = "2021-03-17-blinken-shared-vision"
QUOTES = [CORNERSTONE, COERCION, UNITED, SHARED_VISION]

QUAD = "2021-03-16-quad-collaboration"
DENUCLEARIZATION = "2021-03-16-north-korea-denuclearization"
VALUES = "2021-03-16-shared-values"
PROTESTERS = "2021-03-16-burma-protesters"
SPECIAL_MEASURES = "2021-03-17-special-measures-agreement"
ECONOMIC_TIES = "2021-03-17-economic-ties"
CLIMATE = "2021-03-17-climate-cooperation"
OF_DIALOGUE = [QUAD, DENUCLEARIZATION, VALUES, PROTESTERS]
OF_CHUNG = [SPECIAL_MEASURES, ECONOMIC_TIES, CLIMATE]
AGREEMENTS = [*OF_DIALOGUE, *OF_CHUNG]

TOPICS = [
    "alliances", "burma", "china", "climate", "covid-19", "democracy",
    "north-korea-denuclearization", "economic-ties", "free-and-open-indo-pacific", "hong-kong",
    "human-rights", "international-order", "maritime-claims", "press-freedom", "rule-of-law",
    "supply-chains", "taiwan", "technology", "quad", "tibet", "women-in-business", "xinjiang",
]  # fmt: skip

SOURCE = "shareamerica-us-commitment-allies"


def SINCE(everything: list[str]) -> dict[str, list[str]]:  # noqa: N802 - it stands for values
    """What was loaded just now was changed since long ago, and not since a time to come."""
    return {
        "2021-03-16": everything,
        "2021-03-16T09:30:00+09:00": everything,
        "2999-01-01T00:00:00Z": [],
    }


# What each filter of each collection finds on the real trip, read off its trip file.
ALONE = {
    "trips": {
        "q": {"tokyo": [TRIP], "osaka": []},
        "date": {"2021-03-15": [TRIP], "2021": [TRIP], "2021-03-14": [], "2022": []},
        "date_from": {"2021-03-18": [TRIP], "2021-03-19": []},
        "date_to": {"2021-03-15": [TRIP], "2021-03-14": []},
        "city": {"tokyo": [TRIP], "Seoul": [TRIP], "Osaka": []},
        "country": {"JP": [TRIP], "South Korea": [TRIP], "US": [], "XX": []},
        "official": {"Blinken": [TRIP], "lloyd-austin": [TRIP], "Kishi": []},
        "trip": {TRIP: [TRIP], "no-such-trip": []},
        "topic": {"climate": [TRIP], "xinjiang": [], "weather": []},
        "meeting": {CHUNG: [TRIP], "no-such-meeting": []},
        "organization": {"nato": []},
        "title": {"secretary of state": [TRIP], "Foreign Minister": []},
        "source": {SOURCE: [TRIP], "another": []},
        "status": {"held": [TRIP], "planned": []},
        "recorded": {"yes": [TRIP], "no": []},
        "updated_since": SINCE([TRIP]),
    },
    "meetings": {
        "q": {
            "climate": [CHUNG],
            '"2+2 dialogue"': [DIALOGUE],
            "-blinken": [AUSTIN_KISHI, AUSTIN_SUH],
            "SEOUL": [AUSTIN_SUH, YOUTH_LEADERS, CHUNG],
            "osaka": [],
        },
        "date": {
            "2021-03-15": UNDATED,
            "2021-03-16": [*UNDATED, SUGA, DIALOGUE],
            "2021-03-17": [*UNDATED, CHUNG],
            "2021-03": MEETINGS,
            "2020": [],
        },
        "date_from": {"2021-03-17": [*UNDATED, CHUNG], "2021-03-18": UNDATED, "2021-04": []},
        "date_to": {"2021-03-15": UNDATED, "2021-03-16": MEETINGS[:-1], "2021-02": []},
        "city": {
            "tokyo": [AUSTIN_KISHI, BUSINESS_LEADERS, JOURNALISTS, SUGA, DIALOGUE],
            "seoul": [AUSTIN_SUH, YOUTH_LEADERS, CHUNG],
            "osaka": [],
        },
        "country": {
            "JP": [AUSTIN_KISHI, BUSINESS_LEADERS, JOURNALISTS, SUGA, DIALOGUE],
            "KR": [AUSTIN_SUH, YOUTH_LEADERS, CHUNG],
            "US": [],
        },
        "official": {
            "antony-blinken": [
                BUSINESS_LEADERS, JOURNALISTS, YOUTH_LEADERS, SUGA, DIALOGUE, CHUNG,
            ],
            "lloyd-austin": [AUSTIN_KISHI, AUSTIN_SUH, SUGA, DIALOGUE],
            "nobuo-kishi": [AUSTIN_KISHI, DIALOGUE],
            "toshimitsu-motegi": [DIALOGUE],
            "suh-wook": [AUSTIN_SUH],
            "yoshihide-suga": [SUGA],
            "chung-eui-yong": [CHUNG],
            # Groups are no officials.
            "korean-youth-leaders": [],
        },
        "trip": {TRIP: MEETINGS, "2022-elsewhere": []},
        "topic": {
            "alliances": [YOUTH_LEADERS, CHUNG],
            "quad": [DIALOGUE],
            "climate": [CHUNG],
            "democracy": [JOURNALISTS],
            "women-in-business": [BUSINESS_LEADERS],
            # What only quotes and agreements are about.
            "xinjiang": [],
        },
        "meeting": {DIALOGUE: [DIALOGUE], TRIP: []},
        "format": {"in-person": [m for m in MEETINGS if m != YOUTH_LEADERS],
                   "virtual": [YOUTH_LEADERS]},
        "participant": {
            "korean-youth-leaders": [YOUTH_LEADERS],
            "Chung": [CHUNG],
            "Journalists in Tokyo": [JOURNALISTS],
        },
        "organization": {"nato": []},
        "source": {SOURCE: MEETINGS, "another": []},
        "status": {"held": MEETINGS, "cancelled": []},
        "kind": {"meeting": MEETINGS, "speech": []},
        "updated_since": SINCE(MEETINGS),
    },
    "participants": {
        "q": {
            "minister -defense": ["chung-eui-yong", "toshimitsu-motegi", "yoshihide-suga"],
            "journ*": ["emerging-journalists-in-seoul", "journalists-in-tokyo"],
            "osaka": [],
        },
        "date": {
            "2021-03-16": PEOPLE[:3] + PEOPLE[4:],
            "2021-03-17": [
                "lloyd-austin", "antony-blinken", "business-leaders-in-tokyo", "chung-eui-yong",
                "emerging-journalists-in-seoul", "journalists-in-tokyo", "nobuo-kishi",
                "korean-youth-leaders", "suh-wook", "women-entrepreneurs-in-tokyo",
            ],
            "2020": [],
        },
        "date_from": {
            "2021-03-18": [
                "lloyd-austin", "antony-blinken", "business-leaders-in-tokyo",
                "emerging-journalists-in-seoul", "journalists-in-tokyo", "nobuo-kishi",
                "korean-youth-leaders", "suh-wook", "women-entrepreneurs-in-tokyo",
            ],
            "2021-03-19": [],
        },
        "date_to": {"2021-03-16": PEOPLE[:3] + PEOPLE[4:], "2021-03-14": []},
        "city": {
            "tokyo": [
                "lloyd-austin", "antony-blinken", "business-leaders-in-tokyo",
                "journalists-in-tokyo", "nobuo-kishi", "toshimitsu-motegi", "yoshihide-suga",
                "women-entrepreneurs-in-tokyo",
            ],
            "seoul": [
                "lloyd-austin", "antony-blinken", "chung-eui-yong",
                "emerging-journalists-in-seoul", "korean-youth-leaders", "suh-wook",
            ],
            "osaka": [],
        },
        "country": {
            "US": ["lloyd-austin", "antony-blinken"],
            "JP": ["nobuo-kishi", "toshimitsu-motegi", "yoshihide-suga"],
            "KR": ["chung-eui-yong", "korean-youth-leaders", "suh-wook"],
            "CN": [],
        },
        "official": {"suga": ["yoshihide-suga"], "korean-youth-leaders": [], "nobody": []},
        "trip": {TRIP: PEOPLE, "2022-elsewhere": []},
        "topic": {
            "quad": ["lloyd-austin", "antony-blinken", "nobuo-kishi", "toshimitsu-motegi"],
            "press-freedom": ["antony-blinken", "journalists-in-tokyo"],
            # What he spoke about.
            "xinjiang": ["antony-blinken"],
        },
        "meeting": {SUGA: ["lloyd-austin", "antony-blinken", "yoshihide-suga"], "none": []},
        "met_with": {
            "suga": ["lloyd-austin", "antony-blinken"],
            "austin": [
                "antony-blinken", "nobuo-kishi", "toshimitsu-motegi", "yoshihide-suga", "suh-wook",
            ],
            "blinken": [
                person for person in PEOPLE if person not in ("antony-blinken", "suh-wook")
            ],
            "korean-youth-leaders": [],
        },
        "kind": {
            "official": [person for person in PEOPLE if person not in GROUPS],
            "group": GROUPS,
        },
        "participant": {"korean-youth-leaders": ["korean-youth-leaders"], "suga": PEOPLE[9:10]},
        "organization": {"nato": []},
        "title": {"SECRETARY OF STATE": ["antony-blinken"], "King": []},
        "source": {SOURCE: PEOPLE, "another": []},
        "updated_since": SINCE(PEOPLE),
    },
    "quotes": {
        "q": {"vision": [UNITED, SHARED_VISION], "coerc*": [COERCION], '"vision shared"': []},
        "date": {"2021-03-16": QUOTES[:3], "2021-03-17": [SHARED_VISION], "2021-03-15": []},
        "date_from": {"2021-03-17": [SHARED_VISION], "2021-03-18": []},
        "date_to": {"2021-03-16": QUOTES[:3], "2021-03-15": []},
        "city": {"tokyo": QUOTES[:3], "seoul": [SHARED_VISION], "osaka": []},
        "country": {"Japan": QUOTES[:3], "South Korea": [SHARED_VISION], "US": []},
        "official": {"blinken": QUOTES, "austin": []},
        "trip": {TRIP: QUOTES, "2022-elsewhere": []},
        "topic": {
            "free-and-open-indo-pacific": [UNITED, SHARED_VISION],
            "democracy": [COERCION, SHARED_VISION],
            "alliances": [CORNERSTONE],
            "climate": [],
        },
        "meeting": {
            DIALOGUE: [COERCION, UNITED], SUGA: [CORNERSTONE], CHUNG: [SHARED_VISION],
            AUSTIN_SUH: [],
        },
        "organization": {"nato": []},
        "source": {SOURCE: QUOTES, "another": []},
        "updated_since": SINCE(QUOTES),
    },
    "agreements": {
        "q": {"climate": [CLIMATE], "draft": [SPECIAL_MEASURES], "-japan": OF_CHUNG},
        "date": {"2021-03-16": OF_DIALOGUE, "2021-03-17": OF_CHUNG, "2021-03-18": []},
        "date_from": {"2021-03-17": OF_CHUNG, "2022": []},
        "date_to": {"2021-03-16": OF_DIALOGUE, "2021-03-15": []},
        "city": {"tokyo": OF_DIALOGUE, "seoul": OF_CHUNG, "osaka": []},
        "country": {"JP": OF_DIALOGUE, "KR": OF_CHUNG, "US": []},
        "official": {"motegi": OF_DIALOGUE, "blinken": AGREEMENTS, "suga": []},
        "trip": {TRIP: AGREEMENTS, "2022-elsewhere": []},
        "topic": {"democracy": [VALUES, PROTESTERS], "climate": [CLIMATE], "tibet": []},
        "meeting": {DIALOGUE: OF_DIALOGUE, CHUNG: OF_CHUNG, SUGA: []},
        "kind": {
            "commitment": [QUAD, CLIMATE],
            "pledge": [DENUCLEARIZATION],
            "shared-position": [VALUES, PROTESTERS],
            "draft-agreement": [SPECIAL_MEASURES],
            "affirmation": [ECONOMIC_TIES],
        },
        "party": {"US": AGREEMENTS, "JP": OF_DIALOGUE, "KR": OF_CHUNG, "CN": []},
        "organization": {"nato": []},
        "source": {SOURCE: AGREEMENTS, "another": []},
        "updated_since": SINCE(AGREEMENTS),
    },
    "organizations": {"q": {"nato": []}, "updated_since": SINCE([])},
    "cities": {
        "country": {"JP": ["tokyo"], "KR": ["seoul"], "US": []},
        "q": {"japan": ["tokyo"], "osaka": []},
        "updated_since": SINCE(["seoul", "tokyo"]),
    },
    "topics": {"q": {"Climate": ["climate"], "weather": []}, "updated_since": SINCE(TOPICS)},
    "sources": {
        "q": {"allies": [SOURCE], "enemies": []},
        "trip": {TRIP: [SOURCE], "2022-elsewhere": []},
        "updated_since": SINCE([SOURCE]),
    },
}  # fmt: skip

UNFILTERED = {
    "trips": [TRIP],
    "meetings": MEETINGS,
    "participants": PEOPLE,
    "quotes": QUOTES,
    "agreements": AGREEMENTS,
    "organizations": [],
    "cities": ["seoul", "tokyo"],
    "topics": TOPICS,
    "sources": [SOURCE],
}

EACH_ALONE = [
    pytest.param(collection, parameter, value, expected, id=f"{collection}?{parameter}={value}")
    for collection, parameters in ALONE.items()
    for parameter, values in parameters.items()
    for value, expected in values.items()
]


def filters_of(collection: str) -> list[str]:
    return [known.parameter for known in RESOURCES[collection].filters]


def found_in_order(client: Client, collection: str, *pairs: tuple[str, str]) -> list[str]:
    """Return the ids of a list in its usual order, which `q` alone would change."""
    return client.ids(collection, *pairs, sort=RESOURCES[collection].order)


def test_every_filter_of_every_collection_is_tried_alone() -> None:
    tried = {name: sorted(ALONE.get(name, {})) for name in RESOURCES}
    assert tried == {name: sorted(filters_of(name)) for name in RESOURCES}


@pytest.mark.parametrize("collection", RESOURCES)
def test_without_filters_all_records_are_listed_in_order(client: Client, collection: str) -> None:
    assert client.ids(collection) == UNFILTERED[collection]


@pytest.mark.parametrize(("collection", "parameter", "value", "expected"), EACH_ALONE)
def test_a_filter_alone(
    client: Client, collection: str, parameter: str, value: str, expected: list[str]
) -> None:
    assert found_in_order(client, collection, (parameter, value)) == expected


@pytest.mark.parametrize(("collection", "parameter", "value", "expected"), EACH_ALONE)
def test_the_reference_knows_what_a_filter_finds(
    seed_reference: Reference, collection: str, parameter: str, value: str, expected: list[str]
) -> None:
    # The reference is what the tests in pairs and on made-up trips rely on.
    assert seed_reference.ids(collection, [(parameter, value)]) == expected


@pytest.mark.parametrize(
    ("collection", "parameter"),
    [(collection, parameter) for collection in ALONE for parameter in ALONE[collection]],
)
def test_a_filter_given_twice_means_either(
    client: Client, seed_reference: Reference, collection: str, parameter: str
) -> None:
    for one, other in itertools.combinations(ALONE[collection][parameter], 2):
        found = found_in_order(client, collection, (parameter, one), (parameter, other))
        either = {*ALONE[collection][parameter][one], *ALONE[collection][parameter][other]}
        assert set(found) == either
        assert found == seed_reference.ids(collection, [(parameter, one), (parameter, other)])
        assert (
            found_in_order(client, collection, (parameter, one), (parameter, one))
            == (ALONE[collection][parameter][one])
        )


@pytest.mark.parametrize(
    ("collection", "one", "other"),
    [
        (collection, *parameters)
        for collection in ALONE
        for parameters in itertools.combinations(ALONE[collection], 2)
    ],
)
def test_two_filters_mean_both(
    client: Client, seed_reference: Reference, collection: str, one: str, other: str
) -> None:
    for values in itertools.product(ALONE[collection][one], ALONE[collection][other]):
        pairs = list(zip((one, other), values, strict=True))
        if not is_reversed(pairs):
            expected = seed_reference.ids(collection, pairs)
            assert found_in_order(client, collection, *pairs) == expected
            assert found_in_order(client, collection, *reversed(pairs)) == expected


def is_reversed(pairs: list[tuple[str, str]]) -> bool:
    given = dict(pairs)
    if "date_from" not in given or "date_to" not in given:
        return False
    return days(given["date_from"])[0] > days(given["date_to"])[1]


def test_filters_given_several_times_combine_as_all_of_either(client: Client) -> None:
    pairs = [("official", "Kishi"), ("official", "Chung"), ("topic", "quad"), ("topic", "climate")]
    assert client.ids("meetings", *pairs) == [DIALOGUE, CHUNG]
    assert client.ids("meetings", *pairs, ("country", "KR")) == [CHUNG]
    assert client.ids("meetings", *pairs, ("country", "KR"), ("date", "2021-03-16")) == []


def test_a_topic_and_a_country_of_meetings(client: Client, seed_reference: Reference) -> None:
    # These two are looked up together, unless one of them is given more than once.
    for topics in (["alliances"], ["alliances", "china"], ["The Quad"], ["nothing"]):
        for countries in (["KR"], ["Japan"], ["JP", "South Korea"], ["US"], ["Atlantis"]):
            pairs = [("topic", value) for value in topics]
            pairs += [("country", value) for value in countries]
            assert client.ids("meetings", *pairs) == seed_reference.ids("meetings", pairs)


def two_trips() -> tuple[Part, Part]:
    """Return two trips that share people, places and topics, and differ in all else."""
    spring = trip(
        "2023-spring",
        start_date="2023-03-28",
        end_date="2023-04-03",
        travellers=["official-one", "official-two"],
        stops=[{"city": "oslo"}, {"city": "zurich"}],
        participants=[
            official("official-four", country="JP", organization="body-one"),
            official("official-two", title="Minister of Bridges", organization="body-two"),
            # Two of one family name: a filter by it means either.
            official("other-two", country="CH"),
            group("group-one", country="CH"),
            group("group-two"),
        ],
        organizations=[
            {"id": "body-one", "name": "First body"},
            {"id": "body-two", "name": "Second body", "other_names": ["Body Two"]},
        ],
        topics=[topic("unused")],
        cities=[city("seoul")],
        meetings=[
            meeting("m1", "official-one", "official-three", city="oslo", topics=["rivers"]),
            meeting(
                "m2", "official-two", "other-two", "group-one",
                city="zurich", date="2023-04-01", topics=["rivers", "bridges"],
            ),
            meeting("m3", "official-one", "group-two", format="virtual", date="2023-03-31"),
            meeting(
                "m4", "official-one", "official-two", "official-four",
                earliest_date="2023-03-30", latest_date="2023-04-02", topics=["bridges"],
            ),
        ],
        quotes=[
            quote("q1", occasion={"when": "after", "meeting": "m2"}, topics=["rivers"]),
            quote("q2", speaker="official-two", city="oslo", date="2023-05-01"),
            quote("q3", speaker="other-two", latest_date="2023-03-01", topics=["bridges"]),
        ],
        agreements=[
            agreement("a1", "m2", parties=["NO", "CH"], topics=["rivers"]),
            agreement("a2", "m4", parties=["NO", "JP", "body-one"], kind="commitment"),
        ],
    )  # fmt: skip
    autumn = trip(
        "2023-autumn",
        start_date="2023-10-01",
        end_date="2023-10-02",
        travellers=["official-three"],
        stops=[{"city": "zurich", "arrival_date": "2023-10-01"}],
        meetings=[
            meeting("m5", "official-three", "official-two", city="zurich", topics=["bridges"]),
            meeting("m6", "official-three", "official-one", city="tokyo", date="2023-10-02"),
        ],
        quotes=[quote("q4", speaker="official-three", city="tokyo", earliest_date="2023-11-01")],
        agreements=[agreement("a3", "m6", parties=["JP"], kind="affirmation", topics=["rivers"])],
    )
    return spring, autumn


VALUES_OF_MADE_UP = {
    "date": ["2023-04", "2023-03-31", "2023-10-02"],
    "date_from": ["2023-04-01", "2023-06"],
    "date_to": ["2023-03-31", "2023-10-01"],
    "city": ["zurich", "Oslo", "tokyo"],
    "country": ["CH", "Norway", "JPN"],
    "official": ["official-one", "Two", "Official Three", "four"],
    "trip": ["2023-spring", "2023-autumn"],
    "topic": ["rivers", "Bridges", "unused"],
    "meeting": ["m2", "m4", "m6"],
    "met_with": ["Two", "official-one", "three"],
    "party": ["NO", "Switzerland"],
    "format": ["in-person", "virtual"],
    "participant": ["official-one", "Group One"],
    "organization": ["body-one", "Body Two"],
    "title": ["Minister of Examples", "minister of bridges"],
    "source": ["bulletin", "gazette"],
    "status": ["held", "cancelled", "planned"],
    "recorded": ["yes", "no"],
    "updated_since": ["1990-01-01", "2999-01-01T00:00:00Z"],
    "q": ["rivers", "bulletin", "two -bridges", "'Official One' zurich*"],
}
KINDS = {
    "participants": ["official", "group"],
    "agreements": ["pledge", "commitment"],
    "meetings": ["meeting", "speech"],
}


def pairs_of_made_up(collection: str) -> Iterator[list[tuple[str, str]]]:
    """Yield every pair of filters with every pair of their values, and each filter with itself."""
    filters = filters_of(collection)
    for one, other in itertools.combinations_with_replacement(filters, 2):
        values = ({**VALUES_OF_MADE_UP, "kind": KINDS.get(collection, [])}[name]
                  for name in (one, other))  # fmt: skip
        for first, second in itertools.product(*values):
            pairs = [(one, first), (other, second)]
            if one == other or not is_reversed(pairs):
                yield pairs


@pytest.mark.slow
@pytest.mark.parametrize("collection", RESOURCES)
def test_pairs_of_filters_across_trips(made_up: MakeClient, collection: str) -> None:
    trips = two_trips()
    client, reference = made_up(*trips), reference_of(*trips)
    assert client.ids(collection) == reference.ids(collection) != []
    found = 0
    for pairs in pairs_of_made_up(collection):
        expected = reference.ids(collection, pairs)
        assert found_in_order(client, collection, *pairs) == expected, pairs
        found += len(expected)
    assert found > 0 or not filters_of(collection)


def test_what_a_participant_is_asked_must_hold_for_one_meeting(made_up: MakeClient) -> None:
    client = made_up(*two_trips())
    # Official One was in Oslo and was in Tokyo in October, but not in Oslo in October.
    one = ("official", "official-one")
    assert client.ids("participants", one, city="oslo") == ["official-one"]
    assert client.ids("participants", one, date="2023-10-02") == ["official-one"]
    assert client.ids("participants", one, city="oslo", date="2023-10-02") == []
    assert client.ids("participants", one, met_with="four", topic="bridges") == ["official-one"]
    assert client.ids("participants", one, met_with="four", topic="rivers") == []


def test_nobody_met_with_oneself(made_up: MakeClient) -> None:
    client = made_up(trip(meetings=[meeting("alone"), meeting("two", "official-two", "other-two")]))
    assert client.ids("participants", met_with="official-one") == []
    # By family name both are meant, and each met the other.
    assert client.ids("participants", met_with="Two") == ["official-two", "other-two"]


@pytest.mark.parametrize("collection", RESOURCES)
def test_a_collection_may_be_empty(made_up: MakeClient, collection: str) -> None:
    client = made_up(trip())
    expected = {
        "trips": ["example-trip"],
        "participants": ["official-one"],
        "sources": ["bulletin"],
    }
    assert client.ids(collection) == expected.get(collection, [])
    if RESOURCES[collection].dates:
        assert client.ids(collection, date="2023") == []
