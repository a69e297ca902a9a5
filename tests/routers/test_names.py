"""Names in every accepted spelling: slug and name, in upper and lower case, with accents or not."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.names import fold, squeeze
from tests.client import Client, MakeClient
from tests.trips import Part, agreement, city, meeting, official, quote, topic, trip

CHUNG = "2021-03-17-blinken-chung"


@pytest.mark.parametrize(
    "spelling",
    [
        "chung-eui-yong",
        "Chung Eui-yong",
        "chung eui yong",
        "CHUNG EUI-YONG",
        "Eui-yong Chung",
        "eui yong chung",
        "Chung",
        "chung",
        "Eui-yong",
        "Yong",
        "Foreign Minister Chung",
        "Mr. Chung",
        "Chung E. Eui-yong",
        "  Chung  Eui\N{EN DASH}yong ",
        "Chung, Eui-yong",
        "Chúng Eui-yong",
        "\N{FULLWIDTH LATIN CAPITAL LETTER C}hung",
    ],
)
def test_spellings_of_an_official(client: Client, spelling: str) -> None:
    assert client.ids("meetings", official=spelling) == [CHUNG]
    assert client.ids("participants", official=spelling) == ["chung-eui-yong"]
    assert client.ids("participants", met_with=spelling) == ["antony-blinken"]


@pytest.mark.parametrize("spelling", ["Chun", "Chungs", "Chung Wook", "Minister", "Eui-young"])
def test_what_is_no_spelling_of_an_official(client: Client, spelling: str) -> None:
    assert client.ids("meetings", official=spelling) == []


@pytest.mark.parametrize(
    ("family_name", "id_"),
    [
        ("Blinken", "antony-blinken"), ("Austin", "lloyd-austin"), ("Kishi", "nobuo-kishi"),
        ("Motegi", "toshimitsu-motegi"), ("Suh", "suh-wook"), ("Suga", "yoshihide-suga"),
    ],
)  # fmt: skip
def test_family_names(client: Client, family_name: str, id_: str) -> None:
    for spelling in (family_name, family_name.upper(), family_name.lower()):
        assert client.ids("participants", official=spelling) == [id_]


def test_a_group_is_found_by_no_name_of_an_official(client: Client) -> None:
    for spelling in ("journalists-in-tokyo", "Journalists"):
        assert client.ids("participants", official=spelling) == []


@pytest.mark.parametrize(
    "spelling",
    [
        "KR", "kr", "Kr", "KOR", "kor", "South Korea", "south korea", "SOUTH-KOREA", "Söuth Korea",
        "Republic of Korea", "Korea, Republic of", "ROK", "rok",
    ],
)  # fmt: skip
def test_spellings_of_a_country(client: Client, spelling: str) -> None:
    assert client.ids("meetings", country=spelling) == [
        "2021-03-austin-suh", "2021-03-blinken-youth-leaders", CHUNG,
    ]  # fmt: skip
    assert client.ids("cities", country=spelling) == ["seoul"]
    assert len(client.ids("agreements", party=spelling)) == 3
    # Together with a topic, names are looked up in another way.
    assert client.ids("meetings", country=spelling, topic="Climate") == [CHUNG]


@pytest.mark.parametrize(
    "spelling",
    ["US", "us", "USA", "United States", "united states of america", "America"],
)
def test_spellings_of_a_country_that_is_only_a_party(client: Client, spelling: str) -> None:
    assert len(client.ids("agreements", party=spelling)) == 7
    assert client.ids("cities", country=spelling) == []


@pytest.mark.parametrize("spelling", ["North Korea", "DPRK", "K", "KO", "Seoul", "410", "Kore"])
def test_what_is_no_spelling_of_a_country(client: Client, spelling: str) -> None:
    assert client.ids("cities", country=spelling) == []


@pytest.mark.parametrize(
    "spelling", ["tokyo", "Tokyo", "TOKYO", "Tōkyō", "tôkyô", " tokyo ", "T̄ōkyo"]
)
def test_spellings_of_a_city(client: Client, spelling: str) -> None:
    assert len(client.ids("meetings", city=spelling)) == 5


@pytest.mark.parametrize(
    "spelling",
    [
        "north-korea-denuclearization",
        "Denuclearization of North Korea",
        "denuclearization-of-north-korea",
    ],
)
def test_spellings_of_a_topic(client: Client, spelling: str) -> None:
    assert client.ids("meetings", topic=spelling) == ["2021-03-16-two-plus-two-dialogue"]


def test_slugs_are_found_in_upper_case_and_with_spaces(client: Client) -> None:
    assert client.ids("meetings", meeting="2021-03-17 BLINKEN chung") == [CHUNG]
    assert client.ids("quotes", meeting="2021-03-17-Blinken-Chung") != []
    assert len(client.ids("meetings", trip="2021-03-TOKYO-SEOUL")) == 8


def accented() -> Part:
    """Return a trip whose names have letters that ASCII has not."""
    return trip(
        travellers=["person-example"],
        participants=[
            official("person-example", name="Pérson Éxample", family_name="Éxample", country="CH"),
            official("person-grosser", name="Person Größer", family_name="Größer", country="TR"),
            # Of one family name, in both orders of a name, and one without a given name.
            official("sample-a", name="Sample Á", family_name="Sample"),
            official("b-sample", name="B Sample", family_name="Sample"),
            official("mononym", name="Mononym", family_name="Mononym"),
        ],
        cities=[city("sao-paulo"), city("zurich")],
        topics=[topic("water", name="Água & bridges: «both»")],
        meetings=[
            meeting("m1", "person-example", "person-grosser", city="sao-paulo", topics=["water"]),
            meeting("m2", "sample-a", "mononym", city="zurich"),
            meeting("m3", "b-sample", "mononym"),
        ],
        quotes=[quote("q1", speaker="person-grosser")],
        agreements=[agreement("a1", "m2", parties=["TR", "CI"])],
    )


@pytest.mark.parametrize(
    ("collection", "parameter", "spellings", "expected"),
    [
        (
            "meetings", "official",
            ["Éxample", "EXAMPLE", "example", "e\N{COMBINING ACUTE ACCENT}xample",
             "person example", "Example Person", "Pérson-Éxample", "example, pérson"],
            ["m1"],
        ),
        ("quotes", "official", ["Größer", "GRÖSSER", "grosser", "GRÖẞER", "größer"], ["q1"]),
        ("meetings", "official", ["Sample", "SÁMPLE"], ["m2", "m3"]),
        ("meetings", "official", ["Sample Á", "a sample", "sample-a"], ["m2"]),
        ("meetings", "official", ["mononym", "Mononym"], ["m2", "m3"]),
        (
            "meetings", "city",
            ["São Paulo", "sao paulo", "SAO-PAULO", "sa\N{COMBINING TILDE}o paulo"],
            ["m1"],
        ),
        ("meetings", "city", ["Zürich", "zurich", "ZÜRICH"], ["m2"]),
        ("meetings", "topic", ["water", "Água & bridges: «both»", "agua bridges both"], ["m1"]),
        ("participants", "country", ["Türkiye", "turkiye", "TR", "TUR"], ["person-grosser"]),
        (
            "agreements", "party",
            ["Côte d'Ivoire", "cote d\N{RIGHT SINGLE QUOTATION MARK}ivoire", "CI", "civ"],
            ["a1"],
        ),
    ],
)  # fmt: skip
def test_names_with_accents(
    made_up: MakeClient, collection: str, parameter: str, spellings: list[str], expected: list[str]
) -> None:
    client = made_up(accented())
    for spelling in spellings:
        assert client.ids(collection, (parameter, spelling)) == expected, spelling


@pytest.mark.parametrize(
    "nothing", ["-", "...", "\N{ACUTE ACCENT}", "_", "\N{COMBINING ACUTE ACCENT}"]
)
def test_a_name_of_nothing_but_punctuation_finds_nothing(client: Client, nothing: str) -> None:
    for parameter in ("city", "country", "official", "trip", "topic", "meeting"):
        assert client.ids("meetings", (parameter, nothing)) == []


_LETTERS = "abcdefghijklmnopqrstuvwxyz" + "".join(
    map(chr, [0xE9, 0xF8, 0x142, 0x111, 0x131, 0xE6, 0xFE, 0xDF, 0x127, 0x15F, 0x1EC7, 0xF1])
)
_WORD = st.text(st.sampled_from(_LETTERS), min_size=3, max_size=8).map(str.capitalize)
_NAMES = st.builds(
    lambda first, joint, second: f"{first}{joint}{second}",
    _WORD,
    st.sampled_from([" ", "-", "'", "\N{MODIFIER LETTER TURNED COMMA}", ""]),
    _WORD,
)


@pytest.mark.slow
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_NAMES, min_size=4, max_size=4, unique_by=squeeze))
def test_every_spelling_a_record_lists_finds_it_in_filters_and_in_q(
    made_up: MakeClient, names: list[str]
) -> None:
    family, other, place, subject = names
    person = official(
        "person-x",
        name=f"Xena {family}",
        family_name=family,
        given_name="Xena",
        other_names=[other],
    )
    client = made_up(
        trip(
            participants=[person],
            cities=[city("city-x", name=place, other_names=[f"Old {place}"])],
            topics=[topic("topic-x", name=subject)],
            meetings=[meeting("m1", "person-x", city="city-x", topics=["topic-x"])],
        )
    )
    listed = [
        ("official", "person-x", (family, f"Xena {family}", f"{family}, Xena", other)),
        ("participant", "person-x", (family, other)),
        ("city", "city-x", (place, f"Old {place}")),
        ("topic", "topic-x", (subject,)),
    ]
    for parameter, id_, spellings in listed:
        for spelling in spellings:
            for typed in (spelling, spelling.upper(), spelling.lower(), fold(spelling), id_):
                assert client.ids("meetings", (parameter, typed)) == ["m1"], typed
    for collection, id_, spelling in (
        ("participants", "person-x", family), ("participants", "person-x", other),
        ("cities", "city-x", place), ("topics", "topic-x", subject),
    ):  # fmt: skip
        for typed in (spelling, spelling.upper(), fold(spelling)):
            assert client.ids(collection, ("q", f'"{typed}"')) == [id_], typed


def test_a_name_that_looks_like_an_id_finds_all_who_have_it(made_up: MakeClient) -> None:
    people = [
        official("kim", name="Ann Kim", title="President"),
        official("kim-two", name="Ben Kim", title="president"),
    ]
    places = [city("london", name="London"), city("london-ontario", name="London")]
    topics = [topic("climate", name="Climate"), topic("climate-two", name="Climate")]
    client = made_up(
        trip(
            participants=people,
            cities=places,
            topics=topics,
            meetings=[
                meeting("m1", "kim", city="london", topics=["climate"]),
                meeting("m2", "kim-two", city="london-ontario", topics=["climate-two"]),
            ],
        )
    )
    for parameter, id_, *names in (
        ("official", "kim", "Kim", "KIM", "K\u012bm"),
        ("participant", "kim", "Kim"),
        ("city", "london", "London", "LONDON", "L\u00f4ndon", " london"),
        ("topic", "climate", "Climate"),
    ):
        # An id means its record and no other.
        assert client.ids("meetings", (parameter, id_)) == ["m1"]
        for name in names:
            assert client.ids("meetings", (parameter, name)) == ["m1", "m2"], name
        assert client.ids("meetings", (parameter, id_), (parameter, names[0])) == ["m1", "m2"]
    for title in ("President", "president", "PRESIDENT", "Pr\u00e9sident"):
        assert sorted(client.ids("participants", ("title", title))) == ["kim", "kim-two"]


@pytest.mark.parametrize(
    ("parameter", "meant"),
    [
        ("speaker", "official"), ("Traveller", "official"), ("participant", "official"),
        ("year", "date"), ("after", "date_from"), ("query", "q"), ("per-page", "limit"),
        ("offset", "cursor"), ("order_by", "sort"), ("place", "city"),
    ],
)  # fmt: skip
def test_what_others_call_a_parameter_is_suggested(
    client: Client, parameter: str, meant: str
) -> None:
    (error,) = client.refused(f"/quotes?{parameter}=x")
    assert error["suggestions"] == [meant]
    assert error["message"] == f'is not a parameter here; did you mean "{meant}"?'
