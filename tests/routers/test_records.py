"""Documents: what is stored parses as its schema, and is what is served singly and in lists."""

import json
import sqlite3
from urllib.parse import quote as percent_encoded
from urllib.parse import unquote, urlsplit

import pytest

from app.domain.collections import RESOURCES
from app.ingest.reading import read_trip_file
from app.settings import PROJECT
from tests.client import SEEDED, SEEDED_RECORDS, Client, MakeClient, problem
from tests.trips import Part, agreement, group, meeting, official, quote, topic, trip

# The fields that clients rely on. More may come to stand beside them; none of them may go.
RELIED_ON = {
    "trips": "id title summary start_date end_date travellers stops sources",
    "meetings": "id title summary trips format date earliest_date latest_date inferred city"
    " participants topics quotes agreements evidence",
    "participants": "id kind name family_name given_name title country meetings evidence",
    "quotes": "id text speaker date earliest_date latest_date occasion city topics evidence",
    "agreements": "id title summary kind parties target_year meeting date earliest_date latest_date"
    " city topics evidence",
    "cities": "id name country latitude longitude timezone",
    "topics": "id name",
    "sources": "id title publisher url",
}


def stored(client: Client) -> dict[str, list[bytes]]:
    """Return the documents in the database, by collection, in the order of the lists."""
    found: dict[str, list[bytes]] = {name: [] for name in RESOURCES}
    connection = sqlite3.connect(client.database.path)
    connection.text_factory = bytes
    for collection, body in connection.execute(
        "SELECT collection, body FROM document WHERE body <> '' ORDER BY sort, key"
    ):
        found[collection.decode()].append(body)
    connection.close()
    return found


def odd_trip() -> Part:
    """Return a trip whose texts JSON, URLs and HTML would all like to escape."""
    odd = '“Quotes” "and" \\ </script> & 100 % \N{EN DASH} 日本 🗾 \u00a0 ÄÖ e\u0301'
    return trip(
        title=odd,
        evidence=[
            {"source": "bulletin", "text_start": "a-b, c&d #%", "text_end": "日本 “end” +/?"}
        ],
        participants=[official("official-one"), group("group-one", name=odd)],
        topics=[topic("odd", name=odd)],
        meetings=[meeting("m1", "official-one", "group-one", summary=odd, topics=["odd"])],
        quotes=[
            quote("q1", text=odd, occasion={"when": "before", "meeting": "m1", "audience": odd})
        ],
        agreements=[agreement("a1", "m1", title=odd, target_year=2050)],
    )


@pytest.fixture(params=["seed", "odd"])
def served(request: pytest.FixtureRequest, client: Client, made_up: MakeClient) -> Client:
    return client if request.param == "seed" else made_up(odd_trip())


@pytest.mark.sqlite
@pytest.mark.parametrize("collection", RESOURCES)
def test_documents_parse_as_their_schema_and_are_what_is_served(
    served: Client, collection: str
) -> None:
    documents = stored(served)[collection]
    schema = RESOURCES[collection].schema
    listed = served.ask(collection, limit="200")
    envelope = b'{"items":[%b],"total":%d,"next":null,"next_cursor":null}'
    assert listed.response.content == envelope % (b",".join(documents), len(documents))
    for document in documents:
        record = schema.model_validate_json(document)
        assert record.model_dump_json().encode() == document
        alone = served.get(f"/{collection}/{json.loads(document)['id']}")
        assert alone.status_code == 200
        assert alone.headers["content-type"] == "application/json"
        assert alone.content == document


@pytest.mark.parametrize("collection", RESOURCES)
def test_records_have_the_fields_that_clients_rely_on(client: Client, collection: str) -> None:
    for item in client.ask(collection, limit="200").items:
        assert set(RELIED_ON[collection].split()) <= item.keys()


@pytest.mark.parametrize("collection", RESOURCES)
def test_every_record_of_the_trip_files_is_served(client: Client, collection: str) -> None:
    files = [read_trip_file(path).trip for path in (PROJECT / "seed").glob("*.yaml")]
    written = {
        part.id
        for file in files
        for part in ([file] if collection == "trips" else getattr(file, collection))
    }
    assert set(client.ids(collection)) == written
    assert bool(written) == (collection in SEEDED)


def test_a_meeting_draws_a_whole_card(client: Client) -> None:
    card = client.get("/meetings/2021-03-17-blinken-chung").json()
    assert card["city"] == {
        "id": "seoul",
        "name": "Seoul",
        "country": {"code": "KR", "name": "South Korea"},
        "latitude": 37.5665,
        "longitude": 126.978,
        "timezone": "Asia/Seoul",
    }
    assert card["participants"] == [
        {
            "id": "antony-blinken",
            "kind": "official",
            "name": "Antony Blinken",
            "title": "Secretary of State",
            "country": {"code": "US", "name": "United States"},
            "organization": None,
        },
        {
            "id": "chung-eui-yong",
            "kind": "official",
            "name": "Chung Eui-yong",
            "title": "Foreign Minister",
            "country": {"code": "KR", "name": "South Korea"},
            "organization": None,
        },
    ]
    assert card["date"] == "2021-03-17"
    assert card["inferred"] == ["format"]
    assert [part["id"] for part in card["quotes"]] == ["2021-03-17-blinken-shared-vision"]
    assert card["quotes"][0]["speaker"] == {"id": "antony-blinken", "name": "Antony Blinken"}
    assert [(part["id"], part["kind"]) for part in card["agreements"]] == [
        ("2021-03-17-special-measures-agreement", "draft-agreement"),
        ("2021-03-17-economic-ties", "affirmation"),
        ("2021-03-17-climate-cooperation", "commitment"),
    ]
    assert {"id": "climate", "name": "Climate"} in card["topics"]


def test_a_participant_tells_names_apart_and_lists_their_meetings(client: Client) -> None:
    chung = client.get("/participants/chung-eui-yong").json()
    assert (chung["family_name"], chung["given_name"]) == ("Chung", "Eui-yong")
    suh = client.get("/participants/suh-wook").json()
    assert (suh["family_name"], suh["given_name"]) == ("Suh", "Wook")
    for participant in client.ask("participants").items:
        sat_in = client.ids("meetings", official=participant["id"])
        if participant["kind"] == "official":
            assert participant["meetings"] == sat_in
            assert participant["meetings_total"] == len(sat_in)
        else:
            assert sat_in == []
            assert len(participant["meetings"]) == 1


def test_what_one_record_says_of_another_is_what_that_says_of_itself(client: Client) -> None:
    cities = {item["id"]: item for item in client.ask("cities").items}
    quotes = {item["id"]: item for item in client.ask("quotes").items}
    agreements = {item["id"]: item for item in client.ask("agreements").items}
    for card in client.ask("meetings").items:
        assert card["city"].items() <= cities[card["city"]["id"]].items()
        for said in card["quotes"]:
            assert quotes[said["id"]]["occasion"]["meeting"] == card["id"]
            assert quotes[said["id"]]["text"] == said["text"]
        for settled in card["agreements"]:
            whole = agreements[settled["id"]]
            assert whole["meeting"] == card["id"]
            for field in ("date", "earliest_date", "latest_date", "city", "participants"):
                assert whole[field] == card[field]
    assert client.get("/agreements/2021-03-17-climate-cooperation").json()["target_year"] == 2050


def test_evidence_opens_its_source_at_the_passage(served: Client) -> None:
    addresses = {item["id"]: item["url"] for item in served.ask("sources").items}
    passages = [
        passage
        for collection in ("trips", "meetings", "participants", "quotes", "agreements")
        for item in served.ask(collection).items
        for passage in item["evidence"]
    ]
    assert passages
    for passage in passages:
        address, fragment = passage["url"].split("#:~:text=")
        assert address == addresses[passage["source"]]
        # A hyphen or a comma would end the words; so each is escaped where it is one of them.
        assert "-" not in fragment
        start, end = fragment.split(",")
        assert [unquote(start), unquote(end)] == [passage["text_start"], passage["text_end"]]
        assert urlsplit(passage["url"]).scheme == "https"


@pytest.mark.parametrize(
    ("path", "nearest"),
    [
        ("/participants/antony-blinkin", "antony-blinken"),
        ("/participants/antony_blinken", "antony-blinken"),
        ("/participants/Antony-Blinken", "antony-blinken"),
        ("/participants/blinken", "antony-blinken"),
        ("/participants/austin", "lloyd-austin"),
        ("/meetings/2021-03-17-blinken-chang", "2021-03-17-blinken-chung"),
        ("/agreements/2021-03-17-climate", "2021-03-17-climate-cooperation"),
        ("/cities/tokio", "tokyo"),
        ("/topics/taiwann", "taiwan"),
        ("/trips/2021-03-tokyo-soul", "2021-03-tokyo-seoul"),
    ],
)
def test_an_id_that_is_nearly_right_is_suggested(client: Client, path: str, nearest: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    found = problem(response)
    assert found["detail"].endswith(f'; did you mean "{nearest}"?')
    assert found["title"] == "Not Found"
    assert found["errors"] == []


@pytest.mark.parametrize("collection", RESOURCES)
@pytest.mark.parametrize(
    "id_",
    ["zzzz", "0", "%FF", "a%3Fb", "é", "%F0%9F%97%BE", "x" * 10_000, "'", "%25", "%2E"],
)
def test_an_id_that_is_nothing_like_any_is_not_found(
    client: Client, collection: str, id_: str
) -> None:
    response = client.get(f"/{collection}/{id_}")
    assert response.status_code == 404
    assert "did you mean" not in problem(response)["detail"]
    assert len(response.json()["detail"]) < 300


@pytest.mark.parametrize("collection", RESOURCES)
@pytest.mark.parametrize("id_", ["%00", "a%00b", "%1F", "%0A", "%7F", "%00" * 1000])
def test_an_id_with_a_control_character_is_refused(
    client: Client, collection: str, id_: str
) -> None:
    (error,) = client.refused(f"/{collection}/{id_}")
    assert (error["parameter"], error["message"]) == ("id", "holds a control character")
    assert len(error["value"]) <= 201


@pytest.mark.parametrize("path", ["/meeting", "/meetings/a/b", "/Meetings", "/%00", "/x"])
def test_an_address_that_is_not_served_is_not_found(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert problem(response)["detail"].startswith("nothing is served at ")


def test_the_way_in_is_a_page_that_leads_to_the_documentation(client: Client) -> None:
    response = client.get("/")
    assert response.headers["content-type"].startswith("text/html")
    assert 'href="/docs"' in response.text


def test_an_address_that_is_nearly_right_is_suggested(client: Client) -> None:
    assert problem(client.get("/meeting"))["detail"].endswith('did you mean "/meetings"?')
    assert problem(client.get("/participant"))["detail"].endswith('did you mean "/participants"?')


def test_percent_encoding_of_an_id_is_undone(client: Client) -> None:
    encoded = "".join(f"%{byte:02X}" for byte in b"tokyo")
    assert encoded != percent_encoded("tokyo")
    assert client.get(f"/cities/{encoded}").json()["id"] == "tokyo"


@pytest.mark.parametrize(
    "path",
    ["/meetings", "/trips", "/search", "/network", "/meetings/facets", "/search/facets",
     *SEEDED_RECORDS],
)  # fmt: skip
def test_json_can_be_asked_for_by_the_address(client: Client, path: str) -> None:
    asked = {"q": "korea"} if path.startswith("/search") else {}
    expected = client.get(path, params=asked)
    for accept in ("text/html", "application/json"):
        response = client.get(f"{path}.json", params=asked, headers={"Accept": accept})
        assert response.status_code == 200
        assert response.headers["content-type"] == "application/json"
        assert response.content == expected.content
    assert client.get("/meetings/nothing.json").status_code == 404
