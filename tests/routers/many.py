"""Trips with records by the dozen, for walks over pages."""

from tests.trips import Part, agreement, city, meeting, official, quote, topic, trip

FILTERED = {
    "trips": [("country", "NO")],
    "meetings": [
        ("official", "One"),
        ("official", "Two"),
        ("date", "2024-03"),
        ("date", "2024-07"),
    ],
    "participants": [("kind", "official"), ("date_from", "2024-06")],
    "quotes": [("date_to", "2024-07-01"), ("topic", "t1"), ("topic", "t2"), ("topic", "t3")],
    "agreements": [("party", "Norway"), ("city", "oslo")],
    "cities": [("country", "NO")],
    "topics": [],
    "sources": [],
}
"""What finds more than a few of each collection."""


def many_records() -> list[Part]:
    """Return trips with records by the dozen, most of which share their place in the list."""
    people = ["official-one", "official-two", "official-three", "other-two", "group-one"]
    return [
        trip(
            f"trip-{number}",
            stops=[{"city": "oslo"}],
            # The same name over and over: only the keys tell the places in the list apart.
            participants=[
                official(f"p{number}-{i}", name="Same Name", family_name="Name") for i in range(4)
            ],
            cities=[city(f"c{number}-{i}", name="Sametown") for i in range(4)],
            topics=[topic(f"t{number}-{i}", name="Same") for i in range(4)],
            sources=[
                {"id": id_, "title": "Same", "publisher": "P", "url": f"https://example.org/{id_}"}
                for id_ in ("bulletin", f"s{number}-1", f"s{number}-2")
            ],
            meetings=[
                meeting(
                    f"m{number}-{i}",
                    people[i % 4],
                    people[4],
                    earliest_date=f"2024-0{i % 3 + 1}-01",
                    latest_date=f"2024-0{i % 7 + 3}-28",
                    city=["oslo", "zurich"][i % 2],
                )
                for i in range(14)
            ],
            quotes=[
                quote(f"q{number}-{i}", topics=[f"t{i % 5}"], date=f"2024-0{i % 9 + 1}-01")
                for i in range(17)
            ],
            agreements=[
                agreement(
                    f"a{number}-{i}", f"m{number}-{i % 14}", parties=[["NO", "SE"][i % 3 == 0]]
                )
                for i in range(19)
            ],
        )
        for number in range(4)
    ]
