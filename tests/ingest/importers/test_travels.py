"""What becomes of each kind of entry of the register of travels."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.ingest.importers.base import ImportedTrip, Notes
from app.ingest.importers.travels import travels
from app.ingest.reading import TripFileError
from app.settings import PROJECT
from tests.registers import JOHNSON, KISSINGER, RUSK, WILSON, Visit, visit, write_travels

SAMPLES = PROJECT.parent / "shared" / "historian"

Read = Callable[..., list[ImportedTrip]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Return a function that returns the trips of some entries."""

    def importing(*visits: Visit, notes: Notes | None = None) -> list[ImportedTrip]:
        write_travels(tmp_path / "travels", visits)
        return list(travels(tmp_path / "travels", notes or Notes(), lambda _: None))

    return importing


def only(trips: list[ImportedTrip]) -> ImportedTrip:
    (one,) = trips
    return one


def test_an_entry_becomes_a_stop_with_all_that_it_says(read: Read) -> None:
    trip = only(
        read(visit(801, "1967-05-01", "1967-05-03", remarks="Met with\n            Sato. Spoke."))
    ).trip
    assert (trip.id, trip.title) == ("1967-05-01-david-dean-rusk", "Dean Rusk in Japan")
    assert (str(trip.start_date), str(trip.end_date)) == ("1967-05-01", "1967-05-03")
    assert (trip.travellers, trip.records, trip.inferred) == (["david-dean-rusk"], ["801"], [])
    (stop,) = trip.stops
    assert (stop.place, stop.city, stop.country) == ("Tokyo", "tokyo", "JP")
    assert (str(stop.arrival_date), str(stop.departure_date)) == ("1967-05-01", "1967-05-03")
    assert (stop.earliest_date, stop.latest_date) == (None, None)
    # Spaces that only lay out the file are no part of the words.
    assert stop.remarks == "Met with Sato. Spoke."
    (evidence,) = stop.evidence
    (source,) = trip.sources
    assert (evidence.source, evidence.locator) == (source.id, "entry 801")
    assert source.url == (
        "https://history.state.gov/departmenthistory/travels/secretary/rusk-david-dean"
    )
    # Nothing is made of remarks.
    assert (trip.meetings, trip.quotes, len(trip.participants)) == ([], [], 1)


def test_people_are_called_as_people_know_them(read: Read) -> None:
    trips = read(visit(1, "1967-05-01"), visit(2, "1974-05-01", who=KISSINGER))
    rusk, kissinger = (one.trip.participants[0] for one in trips[::-1])
    if rusk.id != "david-dean-rusk":
        rusk, kissinger = kissinger, rusk
    assert (rusk.name, rusk.family_name, rusk.title) == ("Dean Rusk", "Rusk", "Secretary of State")
    assert rusk.other_names == ["David Dean Rusk"]
    # What stands in parentheses is no part of an id.
    assert (kissinger.id, kissinger.name) == ("henry-a-kissinger", "Henry Kissinger")
    assert "Henry A. (Heinz Alfred) Kissinger" in kissinger.other_names
    assert kissinger.identifiers == {"historian": "kissinger-henry-a"}


def test_who_is_on_no_list_has_the_name_of_the_register(read: Read) -> None:
    who = ("secretary", "example-jane-q", "Jane Q. Example")
    (person,) = only(read(visit(1, "2031-05-01", who=who))).trip.participants
    assert (person.id, person.name) == ("jane-q-example", "Jane Q. Example")
    assert person.family_name == "Example"


@pytest.mark.parametrize(
    ("remarks", "start", "title"),
    [
        ("Vacation. [Visit made as President-elect.]", "1912-11-18", "President-elect"),
        ("Vacation.", "1912-11-18", "President-elect"),
        ("Attended the Peace Conference.", "1918-12-14", "President"),
        ("Met with President-elect Someone.", "1918-12-14", "President"),
    ],
)
def test_a_president_before_the_term_is_president_elect(
    read: Read, remarks: str, start: str, title: str
) -> None:
    trip = only(read(visit(1, start, remarks=remarks, who=WILSON))).trip
    assert trip.participants[0].title == title


def test_several_places_of_an_entry_share_its_days_as_bounds(read: Read) -> None:
    one = only(
        read(visit(943, "1933-11-24", "1933-11-26", "Brazil", "Rio de Janeiro, Sao Paulo, Santos"))
    )
    assert [stop.city for stop in one.trip.stops] == ["rio-de-janeiro", "sao-paulo", "santos"]
    for stop in one.trip.stops:
        assert (stop.arrival_date, stop.departure_date) == (None, None)
        assert (str(stop.earliest_date), str(stop.latest_date)) == ("1933-11-24", "1933-11-26")
        assert stop.remarks == "Met with Prime Minister Sato."
        assert [passage.locator for passage in stop.evidence] == ["entry 943"]
    # All of one entry: that is no inference.
    assert one.trip.inferred == []
    assert one.stops == (("943",),) * 3


@pytest.mark.parametrize(
    ("country", "locale", "places", "cities"),
    [
        ("Mexico", "Mexico, D.F., Cancun", ["Mexico, D.F.", "Cancun"], ["mexico-city", "cancun"]),
        ("Mexico", "Mexico D.F.", ["Mexico D.F."], ["mexico-city"]),
        ("Canada", "Halifax (Nova Scotia), Ottawa", ["Halifax (Nova Scotia)", "Ottawa"],
         ["halifax", "ottawa"]),
        ("U.S.S.R.", "Tblisi", ["Tblisi"], ["tbilisi"]),
        # Misspelt, and not in the table.
        ("Moldova", "Kishenev", ["Kishenev"], [None]),
        # There is one in Saudi Arabia.
        ("Bahrain", "Dhahran", ["Dhahran"], [None]),
        ("Germany", "Ramstein Air Force Base", ["Ramstein Air Force Base"], [None]),
        ("Mexico", "Potosi", ["Potosi"], [None]),
        ("Holy See", "", [None], [None]),
        ("Vietnam", "Saigon", ["Saigon"], ["ho-chi-minh-city"]),
    ],
)  # fmt: skip
def test_places_stay_as_written_and_have_the_city_of_the_table(
    read: Read, country: str, locale: str, places: list[str], cities: list[str | None]
) -> None:
    trip = only(read(visit(1, "1988-05-01", country=country, locale=locale))).trip
    assert [stop.place for stop in trip.stops] == places
    assert [stop.city for stop in trip.stops] == cities
    assert {city.id for city in trip.cities} == {city for city in cities if city}


@pytest.mark.parametrize(
    ("country", "day", "code"),
    [
        ("Korea, South", "2021-03-17", "KR"),
        ("Republic of China", "1960-06-18", "TW"),
        ("China, People\u2019s Republic of", "1973-11-10", "CN"),
        ("U.S.S.R.", "1974-10-23", "SUHH"),
        ("U.S.S.R.", "1992-02-18", "SUHH"),
        ("Burma", "1955-02-26", "BUMM"),
        ("Burma", "2011-11-30", "MM"),
        ("Democratic Republic of the Congo (Zaire)", "1970-02-16", "CD"),
        ("Democratic Republic of the Congo (Zaire)", "1976-04-28", "ZRCD"),
        ("Democratic Republic of the Congo (Zaire)", "2009-08-10", "CD"),
        ("Southern Rhodesia (Zimbabwe)", "1978-04-17", "RHZW"),
        ("Yugoslavia (Kosovo)", "2001-07-24", "XK"),
        ("Serbia-Montenegro (Kosovo)", "1999-07-29", "XK"),
        ("Denmark (Greenland)", "2004-08-06", "GL"),
        ("West Bank", "2022-03-27", "PS"),
        ("Cote d'Ivoire", "1987-01-12", "CI"),
    ],
)  # fmt: skip
def test_countries_are_those_of_the_written_name_and_the_day(
    read: Read, country: str, day: str, code: str
) -> None:
    (stop,) = only(read(visit(1, day, country=country, locale="Nowhere in it"))).trip.stops
    assert stop.country == code


def test_the_written_country_is_told_where_it_is_called_otherwise(read: Read) -> None:
    trip = only(read(visit(1, "1960-06-18", country="Republic of China", locale="Taipei"))).trip
    assert trip.stops[0].note == 'The register calls the country "Republic of China".'
    assert only(read(visit(1, "1967-05-01"))).trip.stops[0].note is None


def test_a_city_has_the_sovereign_of_the_time_beside_it(read: Read) -> None:
    trip = only(read(visit(1, "1943-01-12", country="France", locale="Dakar (Senegal)"))).trip
    (stop,), (city,) = trip.stops, trip.cities
    assert (stop.country, city.country, city.name) == ("FR", "SN", "Dakar")
    assert trip.title == "Dean Rusk in Senegal"


def test_entries_that_say_the_same_merge_and_others_do_not(read: Read) -> None:
    one = only(
        read(
            visit(3992, "2021-03-15", "2021-03-17"),
            visit(4019, "2021-03-15", "2021-03-17"),
            visit(4118, "2021-03-17", locale="Tokyo", remarks="Met with one."),
            visit(4119, "2021-03-17", locale="Tokyo", remarks="Met with another."),
        )
    )
    assert [list(ids) for ids in one.stops] == [["3992", "4019"], ["4118"], ["4119"]]
    locators = [passage.locator for passage in one.trip.stops[0].evidence]
    assert locators == ["entry 3992", "entry 4019"]
    assert one.trip.records == ["3992", "4019", "4118", "4119"]


def test_entries_that_contradict_each_other_both_stay(read: Read) -> None:
    one = only(
        read(
            visit(3994, "2021-03-22", "2021-03-24", "Belgium", "Brussels", "Attended NATO."),
            visit(4021, "2021-03-22", "2021-03-25", "Belgium", "Brussels", "Attended NATO, met."),
        )
    )
    assert [str(stop.departure_date) for stop in one.trip.stops] == ["2021-03-24", "2021-03-25"]


def test_visits_join_when_the_next_begins_a_day_after_the_latest_end_at_most(read: Read) -> None:
    trips = read(
        visit(1, "1967-05-01", "1967-05-10", "Italy", "Rome"),
        visit(2, "1967-05-03", "1967-05-03", "Holy See", ""),  # Within the one before.
        visit(3, "1967-05-11", "1967-05-12", "Japan", "Tokyo"),  # A day after the latest end.
        visit(4, "1967-05-14", "1967-05-15", "Korea, Republic of", "Seoul"),  # Two days after.
    )
    assert [one.trip.records for one in trips] == [["1", "2", "3"], ["4"]]
    assert trips[0].trip.title == "Dean Rusk in Italy, Vatican City and Japan"
    assert [one.trip.inferred for one in trips] == [["stops"], []]
    assert [str(one.trip.end_date) for one in trips] == ["1967-05-12", "1967-05-15"]


def test_entries_of_one_day_stay_in_the_order_of_the_file(read: Read) -> None:
    day, where = "1967-12-23", ("Thailand", "Vietnam", "Pakistan", "Italy")
    places = ("Khorat", "Cam Ranh Bay", "Karachi", "Rome")
    one = only(
        read(
            *(
                visit(2000 - n, day, country=country, locale=place, who=JOHNSON)
                for n, (country, place) in enumerate(zip(where, places, strict=True))
            )
        )
    )
    assert [stop.place for stop in one.trip.stops] == list(places)
    assert one.trip.title == "Lyndon B. Johnson in Thailand, Vietnam, Pakistan and Italy"


def test_a_stop_may_return_to_an_earlier_place(read: Read) -> None:
    one = only(
        read(
            visit(1, "1974-05-01", country="Israel", locale="Jerusalem"),
            visit(2, "1974-05-02", country="Syria", locale="Damascus"),
            visit(3, "1974-05-03", country="Israel", locale="Jerusalem"),
        )
    )
    assert [stop.city for stop in one.trip.stops] == ["jerusalem", "damascus", "jerusalem"]
    assert one.trip.title == "Dean Rusk in Israel and Syria"


def test_many_countries_do_not_make_a_title_long(read: Read) -> None:
    where = ["Japan", "France", "Italy", "Spain", "Netherlands"]
    visits = [visit(n, "1967-05-01", country=name, locale="") for n, name in enumerate(where)]
    assert (
        only(read(*visits)).trip.title == "Dean Rusk in Japan, France, Italy and 2 more countries"
    )


def test_presidents_and_secretaries_stay_two_trips_related_where_they_overlap(read: Read) -> None:
    trips = read(
        visit(1, "1966-10-24", "1966-10-26", "Philippines", "Manila", who=JOHNSON),
        visit(2, "1966-10-26", "1966-10-27", "Philippines", "Manila", who=RUSK),
        visit(3, "1966-11-20", "1966-11-21", "Philippines", "Manila", who=RUSK),
        visit(4, "1966-10-25", "1966-10-25", "Japan", "Tokyo", who=KISSINGER),
    )
    related = {one.trip.id: one.trip.related for one in trips}
    assert related == {
        "1966-10-24-lyndon-b-johnson": ["1966-10-26-david-dean-rusk"],
        "1966-10-26-david-dean-rusk": ["1966-10-24-lyndon-b-johnson"],
        "1966-11-20-david-dean-rusk": [],
        "1966-10-25-henry-a-kissinger": [],
    }


def test_a_country_that_nobody_knows_is_left_out_and_told(read: Read) -> None:
    notes = Notes()
    trips = read(visit(1, "1967-05-01"), visit(2, "1967-05-02", country="Ruritania"), notes=notes)
    assert [one.trip.records for one in trips] == [["1"]]
    (left,) = notes.left_out
    assert (left.entry.id, left.cause) == ("2", 'no country is known as "Ruritania"')


def test_places_without_a_position_are_counted(read: Read) -> None:
    notes = Notes()
    read(
        visit(1, "1967-05-01", country="United Kingdom", locale="Bermuda, London"),
        visit(2, "1968-05-01", country="United Kingdom", locale="Bermuda"),
        notes=notes,
    )
    assert notes.without_position == {("Bermuda", "United Kingdom"): 2}
    assert (notes.entries, notes.files) == (2, 1)


# --- what is no register ----------------------------------------------------------------------


def complaints(path: Path) -> list[str]:
    with pytest.raises(TripFileError) as raised:
        list(travels(path, Notes(), lambda _: None))
    return [str(found) for found in raised.value.issues]


def test_all_faults_are_told_with_file_and_line(tmp_path: Path) -> None:
    folder = write_travels(
        tmp_path,
        [
            visit(1, "1967-05-31", "1967-05-01"),
            visit(2, "1967-5-2"),
            visit(3, "1967-05-02", who=("senator", "rusk-david-dean", "David Dean Rusk")),
            visit(4, "1967-05-02", country=""),
        ],
    )
    file = folder / "secretary-travels" / "rusk-david-dean.xml"
    assert complaints(folder) == [
        f"{file}:3: end-date: 1967-05-01 is before 1967-05-31",
        f'{file}:17: start-date: "1967-5-2" is not a day; write it as 2021-03-16',
        f"{file}:31: country: is empty",
        f'{folder}/senator-travels/rusk-david-dean.xml:3: @role: "senator" is neither president'
        " nor secretary",
    ]


def test_an_id_that_stands_twice_is_a_fault(tmp_path: Path) -> None:
    folder = write_travels(tmp_path, [visit(7, "1967-05-01"), visit(7, "1974-05-01")])
    file = folder / "secretary-travels" / "rusk-david-dean.xml"
    assert complaints(folder) == [f"{file}:17: id: entry 7 stands in {file}:3, too"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('<!DOCTYPE trips [<!ENTITY a "b">]><trips>&a;</trips>', "declares a document type"),
        (
            '<?xml version="1.0"?>\n<!DOCTYPE trips SYSTEM "file:///etc/passwd"><trips/>',
            "2: declares a document type",
        ),
        ("<trips><trip></trips>", "is not XML: mismatched tag"),
        ("<trips><journey/></trips>", "<journey> stands where <trip> is expected"),
        ("<trips><trip><id>1<b/></id></trip></trips>", "<b> stands inside a field"),
        ("<trips><trip><id>1</id><id>2</id></trip></trips>", "<id> stands twice in one <trip>"),
        ('<trips>\n<trip role="secretary" who="a-b"/></trips>', "2: start-date: is missing"),
        ("", "is not XML: no element found"),
        *(
            (
                f'<?xml version="1.0" encoding="{encoding}"?><trips/>',
                "is in an encoding that cannot",
            )
            for encoding in ("UJF-8", "utf-7", "base64", "idna", "undefined")
        ),
    ],
)
def test_what_is_no_register_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    (tmp_path / "x.xml").write_text(text)
    (found,) = complaints(tmp_path)
    assert found.startswith(f"{tmp_path / 'x.xml'}:")
    assert complaint in found


def test_a_folder_without_the_register_is_refused(tmp_path: Path) -> None:
    (tmp_path / "codes.xml").write_text("<code-table/>")
    assert complaints(tmp_path) == [f"{tmp_path}: holds no XML file of <trips>"]
    assert complaints(tmp_path / "none") == [f"{tmp_path / 'none'}: no such file or folder"]


# --- the samples ------------------------------------------------------------------------------


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples of the registers are not here")
def test_the_samples_lose_nothing() -> None:
    notes = Notes()
    trips = list(travels(SAMPLES, notes, lambda _: None))
    records = [id_ for one in trips for id_ in one.trip.records]
    assert (notes.entries, notes.files, notes.left_out) == (255, 3, [])
    assert sorted(records, key=int) == sorted(set(records), key=int)
    assert len(records) == notes.entries
    assert [one.trip.title for one in trips[:3]] == [
        "Woodrow Wilson in the United Kingdom",
        "Woodrow Wilson in France, the United Kingdom and Italy",
        "Woodrow Wilson in France and Belgium",
    ]
    assert [one.trip.participants[0].title for one in trips[:2]] == ["President-elect", "President"]
