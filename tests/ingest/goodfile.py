"""A trip file that is right, to be edited in one place, and the complaints that this brings."""

from collections.abc import Sequence
from pathlib import Path

from app.ingest.reading import TripFileError, read_trip_file
from app.ingest.rebuilding import check

GOOD = """\
# yaml-language-server: $schema=trip.schema.json
id: 2022-05-norway
title: Example in Norway
summary: Talks about a river.
start_date: 2022-05-03
end_date: 2022-05-06
travellers:
  - ada-example
stops:
  - city: oslo
    arrival_date: 2022-05-03
    departure_date: 2022-05-04
  - city: bergen
sources:
  - id: gazette
    title: Example Gazette
    publisher: Ministry of Examples
    url: https://example.org/gazette
cities:
  - id: oslo
    name: Oslo
    country: NO
    latitude: 59.9139
    longitude: 10.7522
    timezone: Europe/Oslo
  - id: bergen
    name: Bergen
    country: 'NO'
    latitude: 60
    longitude: 5.3221
    timezone: Europe/Berlin
topics:
  - id: rivers
    name: Rivers
participants:
  - id: ada-example
    kind: official
    name: Ada Example
    family_name: Example
    given_name: Ada
    title: Minister of Rivers
    country: SE
    evidence:
      - source: gazette
        text_start: Ada Example met
        text_end: the harbour people
  - id: ben-sample
    kind: official
    name: Ben Sample
    family_name: Sample
    title: Harbour Master
    country: DK
    evidence:
      - {source: gazette, text_start: Ben Sample, text_end: Harbour Master}
  - id: anglers
    kind: group
    name: Anglers
    evidence:
      - {source: gazette, text_start: some anglers, text_end: of the town}
meetings:
  - id: harbour-talks
    title: Ada Example meets Ben Sample
    summary: They speak about the harbour.
    format: in-person
    date: 2022-05-04
    city: oslo
    participants:
      - ada-example
      - ben-sample
    topics:
      - rivers
    inferred: [city]
    evidence:
      - {source: gazette, text_start: Example and Sample, text_end: at the harbour}
  - id: anglers-talks
    title: Ada Example hears anglers
    summary: They speak about fish.
    format: virtual
    earliest_date: 2022-05-05
    latest_date: 2022-05-06
    participants: [ada-example, anglers]
    evidence:
      - {source: gazette, text_start: she heard, text_end: the anglers out}
quotes:
  - id: one-river
    text: We share one river
    speaker: ada-example
    occasion:
      when: after
      meeting: harbour-talks
      audience: the press
    topics: [rivers]
    evidence:
      - {source: gazette, text_start: We share, text_end: one river}
agreements:
  - id: measuring
    title: Measuring the water
    summary: Both measure its water.
    kind: shared-position
    parties: [SE, DK]
    target_year: 2030
    meeting: harbour-talks
    evidence:
      - {source: gazette, text_start: Both sides, text_end: until 2030}
evidence:
  - {source: gazette, text_start: A minister, text_end: on a journey}
"""

Expected = Sequence[tuple[str, str]]


def write(folder: Path, text: str | bytes, name: str = "trip.yaml") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def edited(old: str, new: str) -> str:
    assert GOOD.count(old) == 1, f"{old!r} is not one place of the file"
    return GOOD.replace(old, new)


def complaints(path: Path) -> list[str]:
    """Return the faults of a file that must be refused, with only the name of the file."""
    found = []
    try:
        read_trip_file(path)
    except TripFileError as error:
        found = error.issues
        told = str(error)
    if found:
        assert told.splitlines() == [str(each) for each in found]
    else:  # What it speaks of, another file might define: only a load can tell.
        found = check([path])
    assert found != []
    return [str(each).replace(str(path), path.name) for each in found]


def placed(text: str, expected: Expected, name: str = "trip.yaml") -> list[str]:
    """Return complaints as they should read; each is given with text that begins in its line."""
    lines = []
    for marker, message in expected:
        assert text.count(marker) == 1, f"{marker!r} is not one place of the file"
        lines.append(f"{name}:{text[: text.index(marker)].count(chr(10)) + 1}: {message}")
    return lines
