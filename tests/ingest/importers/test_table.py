"""Visits from any table: columns by name, others by a mapping file, faults by line."""

from pathlib import Path

import pytest

from app.ingest.importers.base import ImportedTrip, Notes
from app.ingest.importers.table import read_mapping, table
from app.ingest.reading import TripFileError

HEADER = "traveller,title,country,organization,city,city_country,start,end,remarks\n"


def read(
    folder: Path, text: str, mapping: str | None = None, notes: Notes | None = None
) -> list[ImportedTrip]:
    path = folder / "Example visits.csv"
    path.write_text(text, "utf-8")
    said = None
    if mapping is not None:
        said = folder / "mapping.yaml"
        said.write_text(mapping)
    return list(table(path, notes or Notes(), lambda _: None, read_mapping(said, path)))


def faults(folder: Path, text: str, mapping: str | None = None) -> list[str]:
    with pytest.raises(TripFileError) as raised:
        read(folder, text, mapping)
    return [f"{found.line}: {found.path}: {found.message}" for found in raised.value.issues]


def test_a_line_becomes_a_stop(tmp_path: Path) -> None:
    line = "Kari Example,Foreign Minister,Norway,,Seoul,South Korea,2024-05-01,2024-05-02,Met.\n"
    (one,) = read(tmp_path, HEADER + line)
    trip = one.trip
    assert (trip.id, trip.title) == ("2024-05-01-kari-example", "Kari Example in South Korea")
    (person,), (stop,), (source,) = trip.participants, trip.stops, trip.sources
    assert (person.id, person.title, person.country) == ("kari-example", "Foreign Minister", "NO")
    assert (stop.place, stop.city, stop.country, stop.remarks) == ("Seoul", "seoul", "KR", "Met.")
    assert (stop.evidence[0].source, stop.evidence[0].locator) == ("example-visits", "entry 2")
    assert (source.id, source.citation) == ("example-visits", "Example visits.csv")


def test_a_city_that_only_one_country_has_needs_no_country(tmp_path: Path) -> None:
    notes = Notes()
    trips = read(
        tmp_path,
        "traveller,organization,city,start\n"
        "Kari Example,NATO,Tokyo,2024-05-01\n"
        "Kari Example,NATO,La Paz,2024-06-01\n"
        "Kari Example,NATO,Atlantis,2024-07-01\n",
        notes=notes,
    )
    (one,) = trips
    assert one.trip.stops[0].city == "tokyo"
    assert one.trip.participants[0].organization == "nato"
    assert [left.entry.id for left in notes.left_out] == ["3", "4"]
    assert 'in which country "La Paz" is' in notes.left_out[0].cause


def test_visits_join_merge_and_have_several_places(tmp_path: Path) -> None:
    trips = read(
        tmp_path,
        "id,traveller,country,city,city_country,start,end,remarks\n"
        'a,Kari Example,Norway,"Tokyo, Osaka",Japan,2024-05-01,2024-05-02,\n'
        "b,Kari Example,Norway,Seoul,South Korea,2024-05-03,,Met.\n"
        "c,Kari Example,Norway,Seoul,South Korea,2024-05-03,,Met.\n"
        "d,Ola Example,Norway,Seoul,South Korea,2024-05-03,,Met.\n",
    )
    assert [one.trip.records for one in trips] == [["a", "b", "c"], ["d"]]
    assert trips[0].stops == (("a",), ("a",), ("b", "c"))
    assert trips[0].trip.title == "Kari Example in Japan and South Korea"


def test_a_mapping_names_columns_and_the_register(tmp_path: Path) -> None:
    (one,) = read(
        tmp_path,
        "Minister,Of,Where,In,From,To\nKari Example,Norway,Seoul,South Korea,2024-05-01,\n",
        "id: example-trips\ntitle: Trips of the example ministry\n"
        "url: https://example.org/trips\n"
        "columns:\n  traveller: Minister\n  country: Of\n  city: Where\n"
        "  city_country: In\n  start: From\n  end: To\n",
    )
    (source,) = one.trip.sources
    assert (source.id, source.title) == ("example-trips", "Trips of the example ministry")
    assert (source.url, source.citation) == ("https://example.org/trips", None)


def test_all_faults_of_a_table_are_told_with_their_lines(tmp_path: Path) -> None:
    assert faults(
        tmp_path,
        HEADER
        + ",Minister,Norway,,Seoul,South Korea,2024-05-01,,\n"
        + "Kari Example,Minister,Ruritania,,Seoul,South Korea,2024-05-01,,\n"
        + "Kari Example,Minister,,,Seoul,South Korea,2024-05-01,,\n"
        + "Kari Example,Minister,Norway,,Seoul,South Korea,1 May 2024,,\n"
        + "Kari Example,Minister,Norway,,Seoul,South Korea,2024-05-02,2024-05-01,\n",
    ) == [
        "2: traveller: is empty",
        '3: country: no country is known as "Ruritania"',
        "4: country: is empty, and so is organization",
        '5: start: "1 May 2024" is not a day; write it as 2021-03-16',
        "6: end: 2024-05-01 is before 2024-05-02",
    ]


def test_a_column_that_is_missing_is_named(tmp_path: Path) -> None:
    assert faults(tmp_path, "travellers,city,start\nKari,Seoul,2024-05-01\n") == [
        '1: traveller: no column has this name; did you mean "travellers"?'
    ]
    assert faults(tmp_path, "traveller,city,start\nKari,Seoul,2024-05-01\n") == [
        "1: country: no column has this name; it, or organization, is what the traveller speaks for"
    ]


@pytest.mark.parametrize(
    ("mapping", "fault"),
    [
        ("columns: {travler: Name}", 'columns.travler: is not known; did you mean "traveller"?'),
        ("colums: {}", 'colums: is not known; did you mean "columns"?'),
        ("columns: {start: 7}", "columns.start: is not text; put it in quotes"),
        ("columns: [a]", "columns: is not a set of fields, as traveller: Name"),
        ("- a", ": is not a mapping; it has fields such as columns:"),
        ("a: [", ": is not YAML: "),
        ("id: travels", 'id: "travels" is taken or is not an id; write id: and another'),
        ("id: Not An Id", 'id: "Not An Id" is taken or is not an id; write id: and another'),
    ],
)
def test_a_faulty_mapping_is_refused(tmp_path: Path, mapping: str, fault: str) -> None:
    (found,) = faults(tmp_path, HEADER, mapping)
    assert found.startswith(f"None: {fault}")


def test_what_is_no_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TripFileError, match="No such file"):
        list(table(tmp_path / "none.csv", Notes(), lambda _: None))
    (tmp_path / "latin.csv").write_bytes("traveller\nJosé\n".encode("latin-1"))
    with pytest.raises(TripFileError, match="is not CSV"):
        list(table(tmp_path / "latin.csv", Notes(), lambda _: None))
