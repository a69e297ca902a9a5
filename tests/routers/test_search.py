"""Search: `q` in every collection, `/search` across them, ranked, marked and safe in a page."""

import html
import re
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import app.store.sql.texts as text_search
from app.domain.answers import HitShape
from app.domain.collections import RESOURCES
from app.ingest.loader import load
from app.query.words import too_much
from tests.client import Client, MakeClient, problem
from tests.reference import HAS, Reference, words_of
from tests.trips import agreement, city, meeting, official, quote, topic, trip, write_trips

CHUNG = "2021-03-17-blinken-chung"
DIALOGUE = "2021-03-16-two-plus-two-dialogue"
CLIMATE = "2021-03-17-climate-cooperation"
SHARED_VISION = "2021-03-17-blinken-shared-vision"
CORNERSTONE = "2021-03-16-blinken-cornerstone-of-peace"

Pairs = list[tuple[str, str]]


def hits(client: Client, *pairs: tuple[str, str], **parameters: str) -> list[dict[str, Any]]:
    """Return the hits of a search that must be answered, and that fits on one page."""
    query = urlencode([*pairs, *parameters.items(), ("limit", "200")])
    response = client.get(f"/search?{query}")
    assert response.status_code == 200, response.text
    body = response.json()
    assert list(body)[:4] == ["items", "total", "next", "next_cursor"]
    assert body["total"] == len(body["items"])
    assert body["next"] is body["next_cursor"] is None
    assert list(body)[4:] == [] or (not body["items"] and list(body)[4:] == ["notices"])
    found: list[dict[str, Any]] = body["items"]
    for hit in found:
        assert list(hit) == list(HitShape.model_fields)
    return found


def addresses(found: list[dict[str, Any]]) -> set[str]:
    return {f"{hit['collection']}/{hit['id']}" for hit in found}


def marked(snippet: str) -> list[str]:
    """Return what is marked in a snippet, having seen that it is nothing else than text."""
    assert "<" not in re.sub(r"</?mark>", "", snippet)
    assert ">" not in re.sub(r"</?mark>", "", snippet)
    parts = re.split(r"(</?mark>)", snippet)
    assert parts[1::2] == ["<mark>", "</mark>"] * (len(parts) // 4)
    return [html.unescape(part) for part in parts[2::4]]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("climate", {
            f"meetings/{CHUNG}", f"agreements/{CLIMATE}", "topics/climate",
        }),
        ('"shared vision"', {f"meetings/{CHUNG}", f"quotes/{SHARED_VISION}"}),
        ('"vision shared"', set()),
        ("cornerstone", {f"quotes/{CORNERSTONE}"}),
    ],
)  # fmt: skip
def test_what_is_found_on_the_real_trip(
    client: Client, seed_reference: Reference, typed: str, expected: set[str]
) -> None:
    # The reference holds what is expected, too; where they differ, one of the two is wrong.
    found = addresses(hits(client, q=typed))
    known = {f"{name}/{id_}" for name, id_ in seed_reference.hits([("q", typed)])}
    assert found == known
    assert expected <= found
    assert bool(expected) == bool(found)


@pytest.mark.parametrize(
    "typed",
    [
        "Blinken", "BLINKEN seoul", "minister -foreign", "demo*", '"free and open"', "-japan",
        "Tōkyō", "to* -\"prime minister\"", '"human rights" "rule of law"', "net-zero", "2050",
        "u.s.", "U.S.\N{EN DASH}Japan", "2+2",
        "democracy\N{RIGHT SINGLE QUOTATION MARK}s", "pledge", "commitment kr*", "the",
    ],
)  # fmt: skip
def test_every_form_on_the_real_trip(client: Client, seed_reference: Reference, typed: str) -> None:
    found = addresses(hits(client, q=typed))
    assert found == {f"{name}/{id_}" for name, id_ in seed_reference.hits([("q", typed)])}
    for collection in RESOURCES:
        expected = seed_reference.ids(collection, [("q", typed)])
        assert sorted(client.ids(collection, q=typed)) == sorted(expected)


def test_several_texts_mean_any_of_them(client: Client) -> None:
    one, other = hits(client, q='"shared vision"'), hits(client, q="cornerstone")
    both = hits(client, ("q", '"shared vision"'), ("q", "cornerstone"))
    assert addresses(both) == addresses(one) | addresses(other)
    assert len(both) > max(len(one), len(other))


def test_a_text_that_only_excludes_beside_one_that_does_not(client: Client) -> None:
    # A hit of the first has nothing of the second to be marked.
    found = hits(client, ("q", "-the -a -of"), ("q", "cornerstone"))
    assert {bool(marked(hit["snippet"])) for hit in found} == {True, False}


@pytest.mark.parametrize("typed", ["soul", "Söul", "SÖUL", "so\N{COMBINING DIAERESIS}ul", "söu*"])
def test_accents_make_no_difference_either_way(made_up: MakeClient, typed: str) -> None:
    client = made_up(
        trip(
            cities=[city("soul", name="Söul"), city("plain", name="Soul Town")],
            meetings=[meeting("m1", city="soul"), meeting("m2", city="plain"), meeting("m3")],
        )
    )
    assert sorted(client.ids("cities", q=typed)) == ["plain", "soul"]
    assert sorted(client.ids("meetings", q=typed)) == ["m1", "m2"]
    found = {hit["id"]: marked(hit["snippet"]) for hit in hits(client, q=typed)}
    assert found["soul"] == ["Söul"]
    assert found["plain"] == ["Soul"]


def test_a_hit_in_the_title_comes_before_one_in_the_text(made_up: MakeClient) -> None:
    client = made_up(
        trip(
            meetings=[
                meeting("a-in-text", summary="They speak about lighthouses.", date="2024-01-01"),
                meeting("b-in-neither", date="2024-01-02"),
                meeting("c-in-title", title="Lighthouses of the north", date="2024-01-03"),
            ]
        )
    )
    assert client.ids("meetings", q="lighthouses") == ["c-in-title", "a-in-text"]
    assert client.ids("meetings", q="lighthouses", sort="date") == ["a-in-text", "c-in-title"]
    assert client.ids("meetings", q="lighthouses", sort="-date") == ["c-in-title", "a-in-text"]
    assert [hit["id"] for hit in hits(client, q="lighthouses")] == ["c-in-title", "a-in-text"]


ODD = "<script>alert(\"1\")</script> & 'lighthouse' <mark>no mark</mark> &lt;b&gt;"


@pytest.mark.parametrize(
    ("q", "id_", "field"),
    [
        ("climate", "2021-03-17-climate-cooperation", "summary"),
        ("climate", "climate", "name"),
        ("toward net zero", "2021-03-17-climate-cooperation", "title"),
        ("2050 climate cooperation South Korea", "2021-03-17-climate-cooperation", "title"),
        ("Prime Minister", "2021-03-16-blinken-austin-suga", "participants"),
        ("Prime Minister", "yoshihide-suga", "title"),
        ("shared vision", "2021-03-17-blinken-chung", "quotes"),
        ("shared vision", "2021-03-17-blinken-shared-vision", "text"),
        ("ShareAmerica", "shareamerica-us-commitment-allies", "publisher"),
    ],
)
def test_a_snippet_is_of_one_field_and_names_it(
    client: Client, q: str, id_: str, field: str
) -> None:
    (hit,) = (hit for hit in hits(client, q=q) if hit["id"] == id_)
    assert hit["field"] == field
    assert " · " not in hit["snippet"]
    record = client.get(hit["url"], headers={"Accept": "application/json"}).json()
    assert field in record
    assert marked(hit["snippet"])


TREATY_TITLES = [*["treaty"] * 40, *["treaties"] * 40, *["talks"] * 18, "Treaty, treaties"]


def test_a_word_whose_forms_are_common_together_is_scored(
    made_up: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    meetings = [
        meeting(f"m-{at:02}", title=title, summary="A tariff treaty." if "T" in title else "Talk.")
        for at, title in enumerate(TREATY_TITLES)
    ]
    client = made_up(trip(meetings=meetings))
    expected = client.get("/meetings?q=treaty&limit=200&fields=id").json()["items"]
    assert expected[0]["id"] == "m-98"
    monkeypatch.setattr(text_search, "MAX_SCORED", 0)
    assert client.get("/meetings?q=treaty&limit=200&fields=id").json()["items"] == expected
    asked = [item["id"] for item in client.get("/meetings?q=talk&limit=200").json()["items"]]
    assert len(asked) == 98


def test_a_walk_meets_what_is_scored_before_what_is_not(
    made_up: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_search, "MAX_SCORED", 3)
    words = [quote(f"q-{at}", text=f"A harbour of {at} ships") for at in range(3)]
    words += [quote(f"r-{at}", text=f"Nothing {at}") for at in range(9)]
    client = made_up(
        trip(meetings=[meeting(f"m-{at}", summary="At the harbour.") for at in range(9)],
             quotes=words)
    )  # fmt: skip
    met: list[tuple[str, str]] = []
    following: str | None = "/search?q=harbour&limit=2"
    while following is not None:
        page = client.get(following).json()
        met += [(hit["collection"], hit["id"]) for hit in page["items"]]
        following = page["next"]
    assert [collection for collection, _ in met[:3]] == ["quotes"] * 3
    assert len(set(met)) == len(met) == page["total"] == 12


def test_a_snippet_is_safe_in_a_page(made_up: MakeClient) -> None:
    client = made_up(
        trip(
            title=ODD,
            topics=[topic("odd", name=ODD)],
            meetings=[meeting("m1", summary=ODD, topics=["odd"])],
            quotes=[quote("q1", text=ODD)],
            agreements=[agreement("a1", "m1", title=ODD)],
        )
    )
    for typed in ("lighthouse", "script", '"alert 1"', "mark", "lt", "no*"):
        found = hits(client, q=typed)
        assert {hit["collection"] for hit in found} >= {"trips", "topics", "quotes", "agreements"}
        for hit in found:
            marks = marked(hit["snippet"])
            assert marks
            wanted = words_of(typed)
            for mark in marks:
                assert words_of(mark)[: len(wanted)] == wanted or typed == "no*"
        (whole,) = [hit for hit in found if hit["collection"] == "topics"]
        assert html.unescape(re.sub(r"</?mark>", "", whole["snippet"])) == ODD
        # The title is plain text, to be escaped by whoever shows it.
        assert whole["title"] == ODD


def test_only_what_matches_is_marked(client: Client) -> None:
    for hit in hits(client, q='"shared vision" climate'):
        assert set(map(str.lower, marked(hit["snippet"]))) <= {"shared vision", "climate"}
    for hit in hits(client, q="demo*"):
        marks = marked(hit["snippet"])
        assert marks
        assert all(mark.lower().startswith("demo") for mark in marks)
    for hit in hits(client, q="-climate"):
        assert marked(hit["snippet"]) == []


def test_a_hit_tells_where_and_when(client: Client) -> None:
    found = {f"{hit['collection']}/{hit['id']}": hit for hit in hits(client, q="Blinken seoul")}
    assert len(found) > 3
    for address, hit in found.items():
        assert hit["url"] == f"/{address}"
        record = client.get(hit["url"]).json()
        assert record["id"] == hit["id"]
        assert hit["date"] == record.get("date")
        first, last = (
            ("start_date", "end_date") if hit["collection"] == "trips"
            else ("earliest_date", "latest_date")
        )  # fmt: skip
        assert hit["earliest_date"] == record.get(first)
        assert hit["latest_date"] == record.get(last)


def test_what_has_no_date_says_so(client: Client) -> None:
    (hit,) = hits(client, ("collection", "topics"), q="climate")
    assert (hit["date"], hit["earliest_date"], hit["latest_date"]) == (None, None, None)
    assert hit["title"] == "Climate"


def test_a_long_title_is_shortened_between_words(made_up: MakeClient) -> None:
    text = " ".join(f"word{number}" for number in range(60))
    client = made_up(trip(quotes=[quote("q1", text=text), quote("q2", text="word1 alone")]))
    long, short = (
        next(hit["title"] for hit in hits(client, q="word1") if hit["id"] == id_)
        for id_ in ("q1", "q2")
    )
    assert short == "word1 alone"
    assert long.endswith("…")
    assert len(long) <= 121
    assert f"{text} ".startswith(f"{long[:-1]} ")


@pytest.mark.parametrize("limit", [1, 2, 5, 7])
def test_a_walk_meets_each_hit_once_in_order(client: Client, limit: int) -> None:
    whole = [f"{hit['collection']}/{hit['id']}" for hit in hits(client, q="japan")]
    met: list[str] = []
    following: str | None = f"/search?q=japan&limit={limit}"
    while following is not None:
        response = client.get(following)
        body = response.json()
        assert body["total"] == len(whole)
        met += [f"{hit['collection']}/{hit['id']}" for hit in body["items"]]
        following = body["next"]
        cursor = body["next_cursor"]
        assert (following or "cursor=").partition("cursor=")[2] == (cursor or "")
        link = response.headers.get("link")
        assert link == (f'<{following}>; rel="next"' if following else None)
    assert met == whole
    assert len(set(met)) == len(met) > 7


def test_a_cursor_belongs_to_its_search(client: Client) -> None:
    following = client.get("/search?q=japan&limit=1").json()["next"]
    cursor = following.partition("cursor=")[2]
    for other in ("q=korea", "q=japan&city=tokyo", "q=japan&collection=quotes", "q=japan&q=korea"):
        (error,) = client.refused(f"/search?{other}&cursor={cursor}")
        assert error["parameter"] == "cursor"
    (error,) = client.refused(f"/meetings?q=japan&cursor={cursor}")
    assert error["parameter"] == "cursor"
    assert client.get(f"/search?q=japan&limit=50&cursor={cursor}").status_code == 200


def test_addresses_under_which_a_proxy_serves(client: Client, serve: MakeClient) -> None:
    behind = serve(client.database.path, root_path="/api")
    for prefix in ("", "/api"):
        body = behind.get(f"{prefix}/search?q=japan&limit=2").json()
        assert body["next"].startswith("/api/search?q=japan&limit=2&cursor=")
        for hit in body["items"]:
            assert hit["url"] == f"/api/{hit['collection']}/{hit['id']}"
            assert behind.get(hit["url"]).json()["id"] == hit["id"]
        assert behind.get(body["next"]).status_code == 200


FILTERS: Pairs = [
    ("date", "2021-03-16"), ("date_from", "2021-03-17"), ("date_to", "2021-03-16"),
    ("city", "Seoul"), ("country", "JP"), ("official", "Austin"), ("trip", "2021-03-tokyo-seoul"),
    ("topic", "democracy"), ("meeting", CHUNG), ("format", "virtual"), ("kind", "group"),
    ("kind", "pledge"), ("met_with", "Suga"), ("party", "KR"), ("participant", "Suga"),
("title", "foreign minister"), ("status", "held"),
    ("recorded", "yes"), ("source", "shareamerica-us-commitment-allies"),
    ("updated_since", "2021-03-16"),
]  # fmt: skip


def test_all_filters_are_tried() -> None:
    # The seeded trip names no organization.
    assert {name for name, _ in FILTERS} | {"q", "organization"} == set().union(*HAS.values())


@pytest.mark.parametrize("given_filter", FILTERS, ids=lambda pair: f"{pair[0]}={pair[1]}")
def test_a_search_under_a_filter(
    client: Client, seed_reference: Reference, given_filter: tuple[str, str]
) -> None:
    found = 0
    for typed in ("blinken", "japan -austin", "the", "minister", "-nothing"):
        pairs = [given_filter, ("q", typed)]
        expected = {f"{name}/{id_}" for name, id_ in seed_reference.hits(pairs)}
        assert addresses(hits(client, *pairs)) == expected
        found += len(expected)
    assert found > 0


def test_only_some_collections(client: Client) -> None:
    everywhere = hits(client, q="japan")
    for names in (["quotes"], ["quotes", "cities"], list(RESOURCES)):
        expected = [hit for hit in everywhere if hit["collection"] in names]
        assert hits(client, q="japan", collection=",".join(names)) == expected
        assert hits(client, *(("collection", name) for name in names), q="japan") == expected
    (error,) = client.refused("/search?q=japan&collection=meeting")
    assert (error["parameter"], error["value"]) == ("collection", "meeting")
    assert error["suggestions"][0] == "meetings"


def test_a_search_needs_words(client: Client) -> None:
    (error,) = client.refused("/search")
    assert (error["parameter"], error["value"]) == ("q", None)
    (error,) = client.refused("/search?city=tokyo")
    assert error["parameter"] == "q"
    (error,) = client.refused("/search?q=")
    assert (error["parameter"], error["value"]) == ("q", "")


@pytest.mark.parametrize("path", [*(f"/{name}" for name in RESOURCES), "/search", "/network",
                                  "/meetings/facets", "/participants/facets"])  # fmt: skip
def test_no_words_and_too_many_are_refused(client: Client, path: str) -> None:
    for typed in ("", "x" * 1001, "🗾" * 1001):
        for query in (f"q={typed}", f"q=japan&q={typed}"):
            (error,) = client.refused(f"{path}?{query}")
            assert error["parameter"] == "q"
    (error,) = client.refused(f"{path}?q={'x ' * 33}")
    assert (error["parameter"], error["message"]) == ("q", "has more than 32 words")
    for typed in ("%00", "japan%00"):
        (error,) = client.refused(f"{path}?q={typed}")
        assert (error["parameter"], error["message"]) == ("q", "holds a control character")
    for typed in ("x" * 1000, " ", "%01", "🗾" * 1000, "x " * 32):
        assert client.get(f"{path}?q={typed}").status_code == 200, typed
    response = client.get(f"{path}?q=%ED%A0%80")
    assert response.status_code == 422
    assert problem(response)["errors"][0]["parameter"] == "query string"


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | st.text(
    "ab \"'*-+^:(){}\\\0\n%", max_size=1005
)


@pytest.mark.slow
@settings(max_examples=150)
@given(st.lists(texts, min_size=1, max_size=3), st.sampled_from(sorted(RESOURCES)))
def test_any_text_that_can_be_typed_is_answered(
    client: Client, typed: list[str], collection: str
) -> None:
    allowed = all(1 <= len(text) <= 1000 and "\0" not in text for text in typed)
    allowed = allowed and too_much(typed) is None
    query = urlencode([("q", text) for text in typed])
    for path in (f"/{collection}", "/search", f"/{collection}/facets", "/network"):
        response = client.get(f"{path}?{query}")
        assert response.status_code == (200 if allowed else 422), response.text
        if not allowed:
            assert {error["parameter"] for error in problem(response)["errors"]} == {"q"}
    if allowed:
        for hit in client.get(f"/search?{query}&limit=200").json()["items"]:
            marked(hit["snippet"])


def test_search_is_in_step_with_the_data(made_up: MakeClient, tmp_path: Path) -> None:
    before = trip(
        title="Lighthouses",
        participants=[official("official-one", title="Keeper of Lamps")],
        topics=[topic("lamps")],
        meetings=[meeting("m1", title="First talks"), meeting("m2", topics=["lamps"])],
    )
    after = trip(
        title="Harbours",
        participants=[official("official-one", title="Keeper of Boats")],
        meetings=[meeting("m1", title="Second talks")],
        quotes=[quote("q1", text="Lamps were never mentioned")],
    )
    client = made_up(before)
    folder = tmp_path / "edited"
    expected = [
        {
            "lighthouses": {"trips/example-trip"}, "harbours": set(),
            "first": {"meetings/m1"}, "second": set(), "mentioned": set(),
            "lamps": {
                "trips/example-trip", "meetings/m1", "meetings/m2", "participants/official-one",
                "topics/lamps",
            },
        },
        {
            "lighthouses": set(), "harbours": {"trips/example-trip"},
            "first": set(), "second": {"meetings/m1"}, "mentioned": {"quotes/q1"},
            "lamps": {"quotes/q1"},
        },
    ]  # fmt: skip
    for version, part in ((0, before), (1, after), (1, after), (0, before)):
        load(client.database.path, write_trips(folder, [part]))
        for typed, addressed in expected[version].items():
            assert addresses(hits(client, q=typed)) == addressed, (version, typed)


@pytest.mark.parametrize("words", ["climate", "Tokyo", '"shared vision"', "nothing-like-it"])
def test_hits_are_counted_by_collection(client: Client, words: str) -> None:
    found = client.get("/search", params={"q": words, "limit": "200"}).json()
    counted = client.get("/search/facets", params={"q": words}).json()
    expected = Counter(hit["collection"] for hit in found["items"])
    assert counted["total"] == found["total"] == expected.total()
    values = {value["value"]: value["count"] for value in counted["facets"]["collection"]}
    assert values == expected
    for collection, number in expected.items():
        one = client.get("/search/facets", params={"q": words, "collection": collection}).json()
        assert one["total"] == number
        assert one["facets"]["collection"] == counted["facets"]["collection"]


FACETS = {"collection": "collection", "official": "official", "year": "date", "month": "date",
          "day": "date"}  # fmt: skip


@pytest.mark.parametrize("facet", FACETS)
@pytest.mark.parametrize(
    "chosen",
    [{}, {"official": "antony-blinken"}, {"date": "2021-03-17"}, {"collection": "quotes"},
     {"date_from": "2021-03-16", "official": "lloyd-austin"}],
    ids=str,
)  # fmt: skip
def test_a_value_of_a_facet_gives_as_many_hits_as_it_says(
    client: Client, facet: str, chosen: dict[str, str]
) -> None:
    asked = {"q": "Japan", **chosen}
    counted = client.get("/search/facets", params={**asked, "facet": facet, "limit": "1000"}).json()
    assert set(counted["facets"]) == {facet}
    others = {name: value for name, value in asked.items() if name != FACETS[facet]}
    if FACETS[facet] == "date":
        others.pop("date_from", None)
    values = counted["facets"][facet]
    assert values
    for value in values:
        given = {**others, FACETS[facet]: value["value"]}
        found = client.get("/search/facets", params={**given, "facet": "collection"}).json()
        assert found["total"] == value["count"], value
        assert client.get("/search", params=given).json()["total"] == value["count"], value


def test_few_values_of_a_facet_say_how_many_there_are(client: Client) -> None:
    asked = {"q": "Japan", "facet": "official"}
    every = client.get("/search/facets", params={**asked, "limit": "1000"}).json()
    some = client.get("/search/facets", params={**asked, "limit": "1"}).json()
    assert some["facets"]["official"] == every["facets"]["official"][:1]
    assert some["values_total"] == {"official": len(every["facets"]["official"])}
    assert every["values_total"] == {}
    assert {value["name"] for value in every["facets"]["official"]} >= {"Antony Blinken"}


def test_hits_are_counted_by_what_is_known(client: Client) -> None:
    (error,) = client.refused("/search/facets?q=climate&facet=city")
    assert error["parameter"] == "facet"


def test_hits_are_not_counted_of_nothing(client: Client) -> None:
    (error,) = client.refused("/search/facets")
    assert error["parameter"] == "q"


@pytest.mark.parametrize(
    "path", ["/search", "/search/facets", "/meetings", "/meetings/facets", "/network"]
)
@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["a*"], "a* would find all words with that letter; give two letters before the *"),
        (["a river", "-B*"],
         "b* would find all words with that letter; give two letters before the *"),
        (["U.S.*"], "s* would find all words with that letter; give two letters before the *"),
        (['"the river b"*'],
         "b* would find all words with that letter; give two letters before the *"),
        (["\N{CYRILLIC SMALL LETTER VE}*"],
         "\N{CYRILLIC SMALL LETTER VE}* would find all words with that letter;"
         " give two letters before the *"),
        ([" ".join(f"word{number}" for number in range(33))], "has more than 32 words"),
        (["river " * 16, '"' + "harbour " * 17 + '"'], "has more than 32 words"),
    ],
)  # fmt: skip
def test_what_finds_too_much_is_refused(
    client: Client, path: str, texts: list[str], message: str
) -> None:
    errors = client.refused(f"{path}?{urlencode([('q', text) for text in texts])}")
    assert [(error["parameter"], error["message"]) for error in errors] == [("q", message)]


@pytest.mark.parametrize("text", ["東*", "ab*", "a", " ".join(["river"] * 32), "* river", "-*"])
def test_what_is_not_too_much_is_answered(client: Client, text: str) -> None:
    assert client.get("/meetings", params={"q": text}).status_code == 200
