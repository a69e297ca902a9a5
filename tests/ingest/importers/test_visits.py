"""What becomes of each kind of entry of the register of foreign leaders' visits."""

from pathlib import Path

import pytest

from app.ingest.importers.base import ImportedTrip, Notes
from app.ingest.importers.people import slug, split_title
from app.ingest.importers.visits import visits
from app.settings import PROJECT
from tests.registers import leader, write_visits

SAMPLES = PROJECT.parent / "shared" / "historian"


def read(folder: Path, *entries: str) -> list[ImportedTrip]:
    write_visits(folder, *entries)
    return list(visits(folder, Notes(), lambda _: None))


def test_the_visitor_travels_to_the_united_states(tmp_path: Path) -> None:
    (one,) = read(tmp_path, leader(2076, "1976-06-02", "1976-06-05"))
    trip = one.trip
    assert (trip.id, trip.travellers) == ("1976-06-02-juan-carlos-i", ["juan-carlos-i"])
    assert trip.title == "King Juan Carlos I of Spain in the United States"
    (person,), (stop,), (source,) = trip.participants, trip.stops, trip.sources
    assert (person.name, person.title, person.country) == ("Juan Carlos I", "King", "ES")
    assert (stop.country, stop.city, stop.place) == ("US", None, None)
    assert (str(stop.arrival_date), str(stop.departure_date)) == ("1976-06-02", "1976-06-05")
    assert (stop.remarks, stop.evidence[0].locator) == ("State visit.", "entry 2076")
    assert source.url == "https://history.state.gov/departmenthistory/visits/spain"


@pytest.mark.parametrize(
    ("written", "title", "name"),
    [
        ("President Dole", "President", "Dole"),
        ("President-elect Ortiz Rubio", "President-elect", "Ortiz Rubio"),
        ("President de Gaulle", "President", "de Gaulle"),
        ("Prime Minister Jan P. Syse", "Prime Minister", "Jan P. Syse"),
        ("Acting President Arpad Goncz", "Acting President", "Arpad Goncz"),
        ("Premier & Prince Sihanouk", "Premier & Prince", "Sihanouk"),
        ("Crown Prince Akihito", "Crown Prince", "Akihito"),
        # A slip of the register, and a title that nobody has reviewed: they stay one name.
        ("Prime Ministere Silvio Berlusconi", None, "Prime Ministere Silvio Berlusconi"),
        ("Grand Vizier Example", None, "Grand Vizier Example"),
        # A title alone names nobody.
        ("Prime Minister", None, "Prime Minister"),
        ("Kingsley Example", None, "Kingsley Example"),
    ],
)
def test_titles_are_split_off_by_a_reviewed_list(written: str, title: str, name: str) -> None:
    assert split_title(written) == (title, name)


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("Henry A. (Heinz Alfred) Kissinger", "henry-a-kissinger"),
        ("Juan Carlos I", "juan-carlos-i"),
        ("Bj\u00f8rn \u0110or\u0111evi\u0107 O\u2019Brien", "bjorn-dordevic-obrien"),
        ("\u5b89\u500d", "anbei"),
        ("(only this)", "only-this"),
        ("\u2026", "unnamed"),
        ("Very " * 40, "-".join(["very"] * 16)),
    ],
)
def test_names_give_ids(name: str, id_: str) -> None:
    assert slug(name) == id_


def test_one_person_under_two_titles_and_two_of_one_name(tmp_path: Path) -> None:
    trips = read(
        tmp_path,
        leader(1, "1925-04-15", visitor="President-elect Machado", speaks_for="Cuba"),
        leader(2, "1927-04-22", visitor="President Machado", speaks_for="Cuba"),
        leader(3, "1928-01-01", visitor="President Machado", speaks_for="Portugal"),
    )
    people = [one.trip.participants[0] for one in trips]
    assert [person.id for person in people] == ["machado", "machado", "machado-portugal"]
    assert [person.title for person in people] == ["President-elect", "President", "President"]
    assert all("no other name" in (person.note or "") for person in people)


def test_a_country_that_changes_its_name_does_not_double_a_person(tmp_path: Path) -> None:
    country = "Democratic Republic of the Congo (Zaire)"
    trips = read(
        tmp_path,
        leader(1, "1970-08-04", visitor="President Mobutu", speaks_for=country, page="congo"),
        leader(2, "1983-08-04", visitor="President Mobutu", speaks_for=country, page="congo"),
    )
    people = [one.trip.participants[0] for one in trips]
    assert [(person.id, person.country) for person in people] == [
        ("mobutu", "CD"),
        ("mobutu", "ZRCD"),
    ]


def test_who_speaks_for_what_has_no_code_speaks_for_an_organization(tmp_path: Path) -> None:
    (one,) = read(tmp_path, leader(1, "1898-01-26", visitor="President Dole", speaks_for="Hawaii"))
    (person,), (organization,) = one.trip.participants, one.trip.organizations
    assert (person.country, person.organization) == (None, "hawaii")
    assert (organization.id, organization.name) == ("hawaii", "Hawaii")


def test_an_entry_without_a_description_has_no_remarks(tmp_path: Path) -> None:
    (one,) = read(tmp_path, leader(2148, "1920-09-15", description=""))
    assert one.trip.stops[0].remarks is None


def test_visits_of_one_person_join_and_merge(tmp_path: Path) -> None:
    trips = read(
        tmp_path,
        leader(1, "1976-06-02", "1976-06-05"),
        leader(2, "1976-06-02", "1976-06-05"),
        leader(3, "1976-06-06", description="Private visit."),
        leader(4, "1976-06-06", visitor="Chancellor Helmut Kohl", speaks_for="Germany"),
    )
    assert [one.trip.records for one in trips] == [["1", "2", "3"], ["4"]]
    assert trips[0].trip.inferred == ["stops"]


def test_two_trips_of_one_name_and_day_have_two_ids(tmp_path: Path) -> None:
    trips = read(
        tmp_path,
        leader(1, "1976-06-02", visitor="King Example (the first)", speaks_for="Spain"),
        leader(2, "1976-06-02", visitor="King Example (the second)", speaks_for="Spain"),
    )
    assert len({one.trip.id for one in trips}) == 2
    assert len({one.trip.travellers[0] for one in trips}) == 2


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples of the registers are not here")
def test_the_samples_lose_nothing() -> None:
    notes = Notes()
    trips = list(visits(SAMPLES, notes, lambda _: None))
    assert (notes.entries, notes.left_out) == (10, [])
    assert sum(len(one.trip.records) for one in trips) == 10
