"""The collected cases of what Readout once got wrong, each with its right outcome.

A case is a folder with trip files and the text of a source. Their files use guessed names of fields
where the format had none when they were written; `CORRECTIONS` says what those are called.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.ingest.loader import load
from app.ingest.pages import read_source
from app.ingest.reading import find_trip_files, read_trip_file
from app.ingest.rebuilding import check
from app.ingest.verify import verify
from app.ingest.warnings import warnings_of
from app.settings import PROJECT
from tests.client import Client, MakeClient, MakeDatabase

CASES = PROJECT.parent / "shared" / "cases"

pytestmark = pytest.mark.skipif(
    not CASES.is_dir(), reason=f"the collected cases are not in {CASES.name}/ beside the checkout"
)

_NATO = 'organizations:\n  - id: "nato"\n    name: "NATO"\nparticipants:\n'
CORRECTIONS: dict[str, list[tuple[str, str]]] = {
    "10a": [
        ("participants:\n  - id", f"{_NATO}  - id"),
        ('    title: "Secretary General of NATO"\n',
         '    title: "Secretary General of NATO"\n    organization: "nato"\n'),
    ],
    "10c": [("participants:\n  - id", f"{_NATO}  - id"), ('- "NATO"', '- "nato"')],
    "10e": [('"SU"', '"SUHH"')],
    "11a": [("earliest_date", "date"), ("latest_date", "end_date")],
    "13a": [('"phone"', '"telephone"')],
    "17a": [('speaker: "senior-official"', 'attribution: "A senior State Department official"')],
    "17c": [('translation: "We stand together"',
             'translation: {text: "We stand together", language: en}')],
    "18b": [('    author: "A. Writer"\n', "")],
    "18d": [("#page=3", ""), ('    text_start: "The minister met with"', "    page: 3"),
            ('    text_end: "at the end of the day"\n', "")],
    "32": [("family_name: Null", 'family_name: "Null"'),
           ("family_name: True", 'family_name: "True"')],
    "curator-conflicting-date": [
        ("    disputed:\n      - date\n", "    note: Two sources differ.\n"),
        ("    disputed:\n    - date\n", "    note: Two sources differ.\n"),
    ],
    "curator-unnamed-speaker": [
        ("speaker: a-senior-official", "attribution: a senior official"),
    ],
}  # fmt: skip
"""What to write in place of a name that was a guess, by case."""

Open = Callable[..., Client]


def trip_files(name: str, folder: Path) -> list[Path]:
    """Return the trip files of a case, those with guessed names of fields corrected."""
    folders = [path for path in CASES.iterdir() if path.suffix != ".txt"]
    (found,) = [path for path in folders if name in (path.stem, path.stem.partition("-")[0])]
    corrected = []
    for path in find_trip_files([found]):
        text = path.read_text("utf-8")
        for guessed, right in CORRECTIONS.get(name, ()):
            text = text.replace(guessed, right)
        corrected.append(folder / path.name)
        corrected[-1].write_text(text, "utf-8")
    return corrected


def complaints_about(name: str, folder: Path) -> list[str]:
    """Return what `check` complains of in a case as it stands."""
    (found,) = [path for path in CASES.iterdir() if path.stem == name and path.suffix != ".txt"]
    copied = folder / found.name
    if found.is_dir():
        copied.mkdir()
        for path in find_trip_files([found]):
            (copied / path.name).write_bytes(path.read_bytes())
    else:
        copied.write_bytes(found.read_bytes())
    return [str(complaint) for complaint in check(find_trip_files([copied]))]


@pytest.fixture
def opened(make_database: MakeDatabase, serve: MakeClient, tmp_path: Path) -> Open:
    """Return a function that returns a client of the service with the trips of a case."""

    def make(name: str) -> Client:
        database = make_database()
        load(database, trip_files(name, tmp_path))
        return serve(database)

    return make


NAMES = {
    "01": ("official", {
        "soren-bjornso": ["Bjornso", "Søren Bjørnsø"], "wladyslaw-glowacki": ["Glowacki"],
        "dorde-dukic": ["Dukic"], "yildirim-isik": ["Isik"], "jurgen-weiss": ["Weiss"],
        "thora-aegisdottir": ["Aegisdottir"], "zdenek-cerny": ["Cerny"],
    }),
    "02": ("official", {
        "ursel-von-der-lind": ["Lind", "von der Lind"],
        "jan-van-den-berk": ["Berk", "van den Berk"],
        "ana-de-la-sierra": ["Sierra", "de la Sierra"],
        "fahd-bin-rashid-al-murra": ["Murra", "Al-Murra", "bin Rashid", "Fahd bin Rashid"],
        "luis-ortega-robles": ["Ortega", "Robles", "Luis Ortega", "Ortega Robles"],
    }),
    "04": ("official", {
        "katla-jonsdottir": ["Katla", "Jonsdottir"], "abdi-nur-farah": ["Abdi"],
        "tran-van-lam": ["Lam", "Tran", "Van Lam"],
    }),
    "06": ("official", {
        "robert-j-halder-iii": [
            "Robert Halder", "Robert J. Halder", "Robert J. Halder III", "Halder III",
        ],
        "fernando-r-mabini-jr": ["Fernando Mabini", "Mabini Jr.", "Fernando Mabini, Jr."],
    }),
    "32": ("official", {
        "jen-null": ["Null"], "ola-no": ["No"], "mia-true": ["True"], "ed-on": ["On"],
    }),
    "40": ("official", {"kaja-maripuu": ["Maripuu"]}),
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_people_are_found_by_what_they_are_called(opened: Open, name: str) -> None:
    client = opened(name)
    parameter, people = NAMES[name]
    for id_, spellings in people.items():
        for spelling in spellings:
            assert client.ids("participants", (parameter, spelling)) == [id_], spelling


def test_letters_with_a_stroke_in_places_and_search(opened: Open) -> None:
    client = opened("01")
    assert client.ids("meetings", city="Lodz") == ["2030-05-06-talk"]
    for city in ("Diyarbakir", "Aeroskobing"):
        assert client.ids("trips", city=city) == ["2030-05-made-up"]
    assert client.ids("cities", q="Lodz") == ["lodz"]
    for word, id_ in (
        ("Glowacki", "wladyslaw-glowacki"), ("Cerny", "zdenek-cerny"), ("Bjornso", "soren-bjornso"),
    ):  # fmt: skip
        assert client.ids("participants", q=word) == [id_]
    order = client.ids("participants", sort="name")
    assert [order.index(id_) for id_ in ("zdenek-cerny", "dorde-dukic", "ann-example")] == [2, 3, 4]


def test_a_nickname_is_found_where_the_file_lists_it(opened: Open) -> None:
    client = opened("06")
    assert client.ids("participants", official="Bob Halder") == []
    answer = client.ask("participants", official="Fernando Marbini Jr")
    assert answer.notices[0]["suggestions"][0] == "fernando-r-mabini-jr"


def test_a_slug_is_one_person_and_a_name_all_who_have_it(opened: Open) -> None:
    client = opened("07")
    a, b, c = "2030-05-06-a", "2030-05-07-b", "2030-05-07-c"
    expected = {
        "kim-jae-won": [a], "kim-jae-won-2": [b], "Kim Jae-won": [a, b], "Kim": [a, b, c],
    }  # fmt: skip
    for official, ids in expected.items():
        assert client.ids("meetings", official=official) == ids


def test_a_slug_is_one_city_and_a_name_all_that_have_it(opened: Open) -> None:
    client = opened("08")
    assert client.ids("meetings", city="san-jose") == ["2030-05-06-a"]
    assert client.ids("meetings", city="san-jose-california") == ["2030-05-07-b"]
    assert client.ids("meetings", city="San Jose") == ["2030-05-06-a", "2030-05-07-b"]
    assert client.ids("meetings", city="san-jose", country="CR") == ["2030-05-06-a"]
    facets = client.get("/meetings/facets?facet=city").json()["facets"]["city"]
    assert {value["value"]: value["count"] for value in facets} == {
        "san-jose": 1, "san-jose-california": 1,
    }  # fmt: skip


COUNTRIES = {
    "TR": ["Turkey"], "VA": ["Vatican City", "Vatican", "Holy See"], "CI": ["Ivory Coast"],
    "CV": ["Cape Verde"], "BN": ["Brunei"], "SZ": ["Swaziland"], "MK": ["Macedonia"],
    "PS": ["Palestine", "Palestinian Authority"],
    "CD": ["Democratic Republic of the Congo", "DR Congo", "DRC",
           "The Democratic Republic of the Congo"],
    "KR": ["Korea, South"], "MO": ["Macau"], "LA": ["Lao PDR"], "FK": ["Falkland Islands"],
    "TL": ["East Timor"], "GM": ["The Gambia"], "BS": ["The Bahamas"],
    "NL": ["The Netherlands", "Holland"], "AE": ["UAE"], "LC": ["St. Lucia"],
    "BA": ["Bosnia", "Bosnia-Herzegovina"], "MM": ["Burma", "Burma (Myanmar)"],
    "CZ": ["Czech Republic"],
}  # fmt: skip


def test_countries_by_the_names_people_use(opened: Open) -> None:
    client = opened("09")
    for code, names in COUNTRIES.items():
        for name in names:
            assert client.ids("meetings", country=name) == [f"2030-05-06-{code.lower()}"], name


SUGGESTED = {
    "Turkey": "TR", "Vatican City": "VA", "Vatican": "VA", "Holy See": "VA", "Cape Verde": "CV",
    "Ivory Coast": "CI", "Swaziland": "SZ", "Macedonia": "MK", "Palestine": "PS",
    "Palestinian Authority": "PS", "Soviet Union": "", "Kosovo": "", "DR Congo": "CD",
    "Democratic Republic of the Congo": "CD", "UAE": "AE", "Holland": "NL", "England": "GB",
    "Brunei": "BN", "Macau": "MO", "East Timor": "TL", "EU": "", "NATO": "", "Russia": "RU",
    "Iran": "IR", "Taiwan": "TW",
}  # fmt: skip


def test_suggestions_among_all_countries_are_right_or_none(opened: Open) -> None:
    client = opened("09b")
    codes = {item["country"]["code"] for item in client.ask("cities", limit="200").items}
    assert len(codes) > 190
    for name, code in SUGGESTED.items():
        answer = client.ask("cities", country=name)
        if answer.total:
            assert {item["country"]["code"] for item in answer.items} == {code}, name
        else:
            suggested = answer.notices[0]["suggestions"] if answer.notices else []
            assert suggested[:1] == ([code] if code else []), name
    both = client.ask("cities", country="Korea").items
    assert {item["country"]["code"] for item in both} == {"KR", "KP"}


def test_what_speaks_for_an_organization(opened: Open) -> None:
    client = opened("10a")
    (otto,) = client.ask("participants", organization="NATO").items
    assert otto["country"] is None
    assert otto["organization"] == {"id": "nato", "name": "NATO"}


def test_an_agreement_with_an_organization(opened: Open) -> None:
    client = opened("10c")
    (agreed,) = client.ask("agreements", party="NATO").items
    assert [(party["kind"], party["id"]) for party in agreed["parties"]] == [
        ("country", "US"), ("organization", "nato"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "collection", "filters", "expected"),
    [
        ("10d", "meetings", {"country": "XK"}, 1),
        ("10d", "meetings", {"country": "Kosovo"}, 1),
        ("10e", "meetings", {"country": "SU"}, 1),
        ("10e", "meetings", {"country": "U.S.S.R."}, 1),
        ("11a", "meetings", {"date": "2030-05-07"}, 1),
        ("11a", "meetings", {"date": "2030-05-08"}, 1),
        ("11b", "meetings", {"date": "2030-05-08"}, 1),
        ("13a", "meetings", {"format": "telephone"}, 1),
        ("14a", "trips", {"country": "IE"}, 1),
        ("16b", "meetings", {"date": "2030-05-20"}, 1),
        ("16d", "agreements", {"party": "LT"}, 1),
        ("17c", "quotes", {"q": "together"}, 1),
        ("17c", "quotes", {"q": "zusammen"}, 1),
        ("18a", "meetings", {"status": "cancelled"}, 1),
        ("24", "meetings", {"q": "外相"}, 1),
        ("24", "meetings", {"q": "日米外相会談の概要"}, 1),
        ("24", "meetings", {"q": "日米*"}, 1),
        ("30", "meetings", {"participant": "journalists-in-lima"}, 1),
        ("30", "participants", {"participant": "journalists-in-lima"}, 1),
        ("34", "agreements", {"kind": "treaty"}, 1),
    ],
)
def test_what_once_could_not_be_told_is_found(
    opened: Open, name: str, collection: str, filters: dict[str, str], expected: int
) -> None:
    assert len(opened(name).ids(collection, **filters)) == expected


def test_known_days_are_told_apart_from_one_unknown_day(opened: Open) -> None:
    found = opened("11a").get("/meetings/2030-05-06-summit").json()
    assert (found["date"], found["end_date"]) == ("2030-05-07", "2030-05-08")


def test_who_is_not_named_is_attributed(opened: Open) -> None:
    (said,) = opened("17a").ask("quotes").items
    assert (said["speaker"], said["attribution"]) == (None, "A senior State Department official")


def test_a_translation_is_served_beside_the_words(opened: Open) -> None:
    (said,) = opened("17c").ask("quotes").items
    assert (said["text"], said["language"]) == ("Wir stehen zusammen", "de")
    assert said["translation"] == {"text": "We stand together", "language": "en", "by": None}


def test_a_source_has_what_a_citation_has(opened: Open) -> None:
    (source,) = opened("18b").ask("sources").items
    days = [source[name] for name in ("published", "retrieved", "language")]
    assert days == ["2030-05-08", "2030-05-09", "en"]
    assert source["archived_url"].startswith("https://web.archive.org/web/2030/")


def test_evidence_in_a_pdf_leads_to_its_page(opened: Open) -> None:
    (trip,) = opened("18d").ask("trips").items
    assert trip["evidence"][0]["url"] == "https://example.org/joint.pdf#page=3"


VERIFIED = {
    "17d": [], "17e": [], "17f": [],
    "19a": ['text_start: stands first as "THE TWO SIDES AGREED TO"'],
    "19b": ['text_start: stands first as "The résumé of the talks"'],
}  # fmt: skip


@pytest.mark.parametrize("name", VERIFIED)
def test_verify_looks_with_a_browser_s_eyes(name: str, tmp_path: Path) -> None:
    (folder,) = CASES.glob(f"{name}-*")
    (path,) = trip_files(name, tmp_path)
    if name == "17d":
        text = path.read_text("utf-8")
        whole = next(line for line in text.splitlines() if line.startswith("    text: "))
        pieces = '    text: ["We stand,", "with our friends [in the region] … always."]'
        path.write_text(text.replace(whole, pieces), "utf-8")
    found = verify(
        read_trip_file(path),
        {"readout-of-the-visit": read_source(folder / "readout-of-the-visit.txt")},
    )
    assert len(found) == len(VERIFIED[name])
    for complaint, expected in zip(found, VERIFIED[name], strict=True):
        assert expected in str(complaint)


@pytest.mark.parametrize(
    ("name", "pieces"),
    [
        ("curator-headline-repeats-end", None),
        ("curator-pull-quote", None),
        ("curator-interrupted-quote",
         "[So we need to make sure, that not only we stay aligned]"),
    ],
)  # fmt: skip
def test_ordinary_quotes_are_verified(name: str, pieces: str | None, tmp_path: Path) -> None:
    (path,) = trip_files(name, tmp_path)
    if pieces:
        text = path.read_text("utf-8")
        whole = "So we need to make sure that not only we stay aligned"
        assert whole in text
        path.write_text(text.replace(whole, pieces), "utf-8")
    found = verify(read_trip_file(path), {"a": read_source(CASES / f"{name}.txt")})
    assert [str(complaint) for complaint in found] == []


@pytest.mark.parametrize("name", ["20a", "curator-same-meeting"])
def test_check_refuses_a_meeting_that_two_trips_define(name: str, tmp_path: Path) -> None:
    (found,) = CASES.glob(f"{name}*")
    (complaint,) = complaints_about(found.name, tmp_path)
    assert "of a meeting that both trips share, leave only its id" in complaint


def test_a_meeting_of_two_trips_is_one(
    make_database: MakeDatabase, serve: MakeClient, tmp_path: Path
) -> None:
    one, two = trip_files("20a", tmp_path)
    text = two.read_text("utf-8")
    before, _, _ = text.partition("meetings:\n")
    two.write_text(f'{before}meetings:\n  - id: "2030-05-07-two-plus-two"\n', "utf-8")
    database = make_database()
    load(database, [one, two])
    client = serve(database)
    for trip in ("2030-05-ann", "2030-05-max"):
        assert client.ids("meetings", trip=trip) == ["2030-05-07-two-plus-two"]
    network = client.get("/network").json()
    assert {link["weight"] for link in network["links"]} == {1}
    (host,) = client.ask("participants", official="hana-host").items
    assert host["meetings_total"] == 1
    assert client.ask("meetings").items[0]["trips"] == ["2030-05-ann", "2030-05-max"]


def test_another_spelling_of_another_trip(
    make_database: MakeDatabase, serve: MakeClient, tmp_path: Path
) -> None:
    paths = trip_files("21", tmp_path)
    assert {complaint.path for complaint in check(paths)} == {
        "cities[0].name", "participants[1].name",
    }  # fmt: skip
    text = paths[1].read_text("utf-8")
    text = text.replace('name: "Kiev"', 'name: "Kyiv"\n    other_names: ["Kiev"]')
    text = text.replace('name: "Hana M. Host"', 'name: "Hana Host"\n    other_names: ["Hanako"]')
    paths[1].write_text(text, "utf-8")
    database = make_database()
    load(database, paths)
    client = serve(database)
    assert client.ids("cities", q="Kiev") == ["kyiv"]
    for name in ("Hana M. Host", "Hanako"):
        assert client.ids("participants", official=name) == ["hana-host"]


def test_all_apostrophes_are_one(opened: Open) -> None:
    client = opened("28")
    cities = {
        "nukualofa": [f"Nuku{mark}alofa" for mark in ("\u02bb", "'", "\u2018", "\u2019", "")],
        "n-djamena": ["N'Djamena", "NDjamena"], "al-ula": ["AlUla", "Al Ula"],
        "sanaa": ["Sana\u2019a", "Sanaa"],
    }  # fmt: skip
    for id_, spellings in cities.items():
        for spelling in spellings:
            assert client.ids("meetings", city=spelling) == [f"2030-05-06-{id_}"], spelling
    for spelling in ("O'Brien", "OBrien", "O Brien"):
        assert client.ids("participants", official=spelling) == ["eoin-obrien"]
    for text, id_ in (
        ("Nuku'alofa", "nukualofa"),
        ("Nuku\u02bbalofa", "nukualofa"),
        ("Sanaa", "sanaa"),
    ):
        assert client.ids("meetings", q=text) == [f"2030-05-06-{id_}"]


WARNED = {
    "20b": ['"2030-05-07-two-plus-two-max" looks like "2030-05-07-two-plus-two"'],
    "29": ['"host-hana" looks like "hana-host"'],
    "38": ["2030-05-06 is before 2030-05-09"],
    "39": ['"America/Lima" is a zone of PE', "35.69, -139.69 is far from"],
    "curator-duplicate-ids": ['looks like "mohammed-al-sudani"', 'looks like "washington"'],
    "curator-id-date-mismatch": ["begins with another day than its 2022-02-17"],
}


@pytest.mark.parametrize("name", WARNED)
def test_check_warns_of_what_is_most_likely_a_slip(name: str, tmp_path: Path) -> None:
    paths = trip_files(name, tmp_path)
    assert check(paths) == []
    warned = [str(warning) for warning in warnings_of(paths)]
    for expected in WARNED[name]:
        assert any(expected in warning for warning in warned), (expected, warned)


def test_words_of_yaml_are_to_be_quoted_where_they_are_names(tmp_path: Path) -> None:
    found = complaints_about("32-surnames-null-no-true-on", tmp_path)
    assert len(found) == 2
    assert 'put a name in quotes: "Null"' in found[0]
    assert "put it in quotes" in found[1]


def test_an_official_of_no_country_and_no_organization_is_refused(tmp_path: Path) -> None:
    (found,) = complaints_about("10a-official-of-an-organisation-no-country", tmp_path)
    assert 'an official has a "country:" or an "organization:"' in found


def test_an_office_belongs_to_the_trip(opened: Open) -> None:
    (person,) = opened("40").ask("participants", official="Maripuu").items
    held = [(office["title"], office["country"]["code"]) for office in person["appearances"]]
    assert held == [("Prime Minister", "EE"), ("Commissioner", "BE")]
    assert person["title"] == "Commissioner"


def test_suggestions_among_short_surnames(opened: Open) -> None:
    client = opened("47")
    expected = {
        "Sokolnikov Andreyevich": ["sokolnikov"], "Andersson": [], "Oliveira": [],
    }  # fmt: skip
    for name, ids in expected.items():
        (notice,) = client.ask("participants", official=name).notices
        assert notice["suggestions"] == ids, name
    assert client.ids("participants", official="Sokolnikov") == ["sokolnikov"]


CURATORS = {
    "curator-agreement-without-meeting": ("agreements", {"meeting": None}),
    "curator-cancelled": ("meetings", {"status": "cancelled"}),
    "curator-conflicting-date": ("meetings", {"note": "Two sources differ.", "inferred": ["date"]}),
    "curator-format-unknown": ("meetings", {"format": None}),
    "curator-no-family-name": ("participants", {"id": "abdullah-ii", "family_name": None}),
    "curator-spokesperson": ("participants", {"id": "matthew-miller"}),
    "curator-stop-country-only": ("trips", {}),
    "curator-telephone": ("meetings", {"format": "telephone"}),
    "curator-trip-inferred": ("trips", {"inferred": ["start_date"]}),
    "curator-unnamed-speaker": ("quotes", {"attribution": "a senior official", "speaker": None}),
    "curator-country-with-office": ("trips", {}),
}


@pytest.mark.parametrize("name", CURATORS)
def test_what_a_curator_has_to_say_reaches_the_reader(opened: Open, name: str) -> None:
    client = opened(name)
    collection, fields = CURATORS[name]
    items: list[dict[str, Any]] = client.ask(collection).items
    assert any(all(item[field] == value for field, value in fields.items()) for item in items)
    if name == "curator-spokesperson":
        (trip,) = client.ids("trips")
        assert "matthew-miller" in client.ids("participants", trip=trip)
    if name == "curator-stop-country-only":
        assert client.ids("trips", country="AQ") != []


SEEDED = {
    "Antony J. Blinken": 6, "Secretary Blinken": 6, "Antony Blinken": 6, "Lloyd J. Austin III": 4,
}  # fmt: skip


def test_the_names_that_readouts_use_on_the_seed(client: Client) -> None:
    for name, meetings in SEEDED.items():
        assert len(client.ids("meetings", official=name)) == meetings, name


def test_search_words_in_another_form_on_the_seed(client: Client) -> None:
    def hits(text: str) -> set[str]:
        items = client.get("/search", params={"q": text, "limit": 200}).json()["items"]
        return {f"{hit['collection']}/{hit['id']}" for hit in items}

    for one, other in (("ally", "allies"), ("Foreign Minister", "Foreign Ministers"),
                       ("alliance", "alliances")):  # fmt: skip
        assert hits(one) == hits(other) != set()
    for text in ("defense", "Japan", "South Korea"):
        assert hits(text) != set()
    empty = client.ask("meetings", q="defence")
    assert empty.total or empty.notices[0]["suggestions"] == ["defense"]


@pytest.mark.parametrize(
    "path",
    ["/meetings/", "/Meetings"],
)
def test_another_form_of_an_address_leads_to_it(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code in (307, 308, 404)
    if answer.status_code == 404:
        assert '"/meetings"' in answer.json()["detail"]
    else:
        assert answer.headers["location"].endswith("/meetings")


def test_what_changed_since(client: Client) -> None:
    assert client.ids("meetings", updated_since="2999-01-01") == []
    times = [item["updated_at"] for item in client.ask("meetings", sort="-updated").items]
    assert times == sorted(times, reverse=True)
    assert times


USED = {
    *NAMES, *WARNED, *VERIFIED, *CURATORS, "07", "08", "09", "09b", "10a", "10c", "10d", "10e",
    "11a", "11b", "13a", "14a", "16b", "16d", "17a", "17c", "18a", "18b", "18d", "20a", "21", "24",
    "28", "30", "34", "42", "43", "44", "46", "47", "curator-headline-repeats-end",
    "curator-pull-quote", "curator-interrupted-quote", "curator-same-meeting",
}  # fmt: skip


def test_every_case_is_run() -> None:
    there = {
        path.stem if path.stem.startswith("curator") else path.stem.partition("-")[0]
        for path in CASES.iterdir()
        if path.stem != "README"
    }
    assert there == USED
