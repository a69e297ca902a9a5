"""JSON-LD, expanded by a processor that may fetch nothing."""

from typing import Any

import pytest
from pyld import jsonld

from app.domain.collections import RESOURCES
from tests.client import SEEDED, Client, MakeClient
from tests.trips import meeting, official, quote, trip

SCHEMA = "https://schema.org/"
TYPES = {
    "trips": "Event",
    "meetings": "Event",
    "participants": "Person",
    "quotes": "Quotation",
    "agreements": "CreativeWork",
    "cities": "City",
    "topics": "DefinedTerm",
    "sources": "CreativeWork",
}


def _refuse(url: str, _options: Any) -> Any:
    raise AssertionError(f"{url} would have to be fetched")


def expanded(body: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = jsonld.expand(body, {"documentLoader": _refuse})
    return found


@pytest.mark.parametrize("collection", SEEDED)
def test_every_record_is_a_node(client: Client, collection: str) -> None:
    example = RESOURCES[collection].example_id
    address = f"http://readout.test/{collection}/{example}"
    (alone,) = expanded(client.get(f"/{collection}/{example}.jsonld").json())
    assert alone["@id"] == address
    assert alone["@type"] == [SCHEMA + TYPES[collection]]
    if collection in ("trips", "meetings", "participants", "quotes", "agreements"):
        assert alone[SCHEMA + "citation"]
    listed = expanded(client.get(f"/{collection}.jsonld").json())
    assert alone in listed
    assert all(name.startswith((SCHEMA, "@")) for node in listed for name in node)
    assert expanded(client.get(f"/{collection}.jsonld?q=nothinglikethis").json()) == []


def test_a_meeting_is_an_event(client: Client) -> None:
    body = client.get("/meetings/2021-03-17-blinken-chung.jsonld").json()
    (event,) = expanded(body)
    date = {"@type": f"{SCHEMA}Date", "@value": "2021-03-17"}
    assert event[SCHEMA + "startDate"] == [date]
    assert event[SCHEMA + "eventStatus"] == [{"@id": f"{SCHEMA}EventScheduled"}]
    mode = f"{SCHEMA}OfflineEventAttendanceMode"
    assert event[SCHEMA + "eventAttendanceMode"] == [{"@id": mode}]
    assert body["location"]["@type"] == "City"
    assert body["location"]["containedInPlace"]["name"] == "South Korea"
    assert [each["@type"] for each in body["attendee"]] == ["Person", "Person"]
    assert "Quotation" in {each["@type"] for each in body["subjectOf"]}
    assert body["citation"][0]["url"].startswith("https://share.america.gov/")
    assert "#:~:text=" in body["citation"][0]["url"]


def test_an_unknown_day_is_no_start(client: Client) -> None:
    body = client.get("/meetings/2021-03-austin-suh.jsonld").json()
    assert "startDate" not in body
    assert body["temporalCoverage"] == "2021-03-15/2021-03-18"


@pytest.mark.parametrize(
    ("fields", "status", "mode"),
    [
        ({"status": "cancelled"}, "EventCancelled", "OfflineEventAttendanceMode"),
        ({"status": "planned", "format": "virtual"}, "EventScheduled",
         "OnlineEventAttendanceMode"),
        ({"format": "hybrid"}, "EventScheduled", "MixedEventAttendanceMode"),
        ({"format": "telephone"}, "EventScheduled", "OnlineEventAttendanceMode"),
        ({"format": None}, "EventScheduled", None),
    ],
)  # fmt: skip
def test_status_and_mode(
    made_up: MakeClient, fields: dict[str, Any], status: str, mode: str | None
) -> None:
    part = {name: value for name, value in meeting("m", **fields).items() if value is not None}
    body = made_up(trip(meetings=[part])).get("/meetings/m.jsonld").json()
    assert body["eventStatus"] == SCHEMA + status
    assert body.get("eventAttendanceMode") == (mode and SCHEMA + mode)


def test_people_organizations_and_words(made_up: MakeClient) -> None:
    client = made_up(
        trip(
            organizations=[{"id": "nato", "name": "NATO", "identifiers": {"wikidata": "Q7184"}}],
            participants=[official("official-one", organization="nato", other_names=["O. One"])],
            meetings=[meeting("m", "official-one", "group-one")],
            quotes=[
                quote(
                    "q", language="no", occasion={"when": "after", "meeting": "m"},
                    translation={"text": "Translated", "language": "en", "by": "A. Translator"},
                )
            ],
        )
    )  # fmt: skip
    (nato,) = client.get("/organizations.jsonld").json()["@graph"]
    assert nato["@type"] == "Organization"
    assert nato["sameAs"] == "https://www.wikidata.org/wiki/Q7184"
    person = client.get("/participants/official-one.jsonld").json()
    assert person["worksFor"]["@id"] == nato["@id"]
    assert person["alternateName"] == ["O. One"]
    assert person["jobTitle"] == "Minister of Examples"
    assert client.get("/participants/group-one.jsonld").json()["@type"] == "Organization"
    words = client.get("/quotes/q.jsonld").json()
    assert words["text"] == "Words of q"
    assert words["inLanguage"] == "no"
    assert words["spokenByCharacter"]["@id"] == person["@id"]
    assert words["recordedAt"]["@id"] == "http://readout.test/meetings/m"
    assert words["workTranslation"]["translator"]["name"] == "A. Translator"
