"""Calendars, as Google, Outlook and Apple read them, parsed back by icalendar."""

import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from tests.client import Client, MakeClient
from tests.representations.reading import events
from tests.trips import city, meeting, topic, trip

UTC = datetime.UTC


def event_of(client: Client, id_: str, collection: str = "meetings") -> Any:
    (event,) = [
        each
        for each in events(client.get(f"/{collection}.ics").content)
        if each["uid"] == f"{collection}/{id_}@readout"
    ]
    return event


def day(number: int) -> datetime.date:
    return datetime.date(2024, 5, number)


@pytest.mark.parametrize(
    ("fields", "start", "end"),
    [
        ({"date": "2024-05-06"}, day(6), day(7)),
        ({"date": "2024-05-06", "end_date": "2024-05-08"}, day(6), day(9)),
        ({"earliest_date": "2024-05-06", "latest_date": "2024-05-09"}, day(6), day(10)),
        (
            {"date": "2024-05-06", "start_time": "14:30", "end_time": "16:00", "city": "seoul"},
            datetime.datetime(2024, 5, 6, 14, 30, tzinfo=ZoneInfo("Asia/Seoul")),
            datetime.datetime(2024, 5, 6, 16, 0, tzinfo=ZoneInfo("Asia/Seoul")),
        ),
        (
            {"date": "2024-05-06", "end_date": "2024-05-07", "start_time": "23:30",
             "end_time": "00:15", "timezone": "America/New_York"},
            datetime.datetime(2024, 5, 6, 23, 30, tzinfo=ZoneInfo("America/New_York")),
            datetime.datetime(2024, 5, 7, 0, 15, tzinfo=ZoneInfo("America/New_York")),
        ),
        (
            {"date": "2024-05-06", "start_time": "09:00"},
            datetime.datetime(2024, 5, 6, 9, 0),  # Where it was is not known: no zone.
            None,
        ),
        ({"date": "2024-05-06", "end_date": "2024-05-07", "start_time": "09:00"}, day(6), day(8)),
    ],
)  # fmt: skip
def test_days_and_times(made_up: MakeClient, fields: dict[str, Any], start: Any, end: Any) -> None:
    event = event_of(made_up(trip(meetings=[meeting("m", **fields)])), "m")
    assert event["dtstart"].dt == start
    assert event.get("dtend") is None if end is None else event["dtend"].dt == end


def test_an_unknown_day_says_so(made_up: MakeClient) -> None:
    client = made_up(
        trip(
            meetings=[
                meeting("known", date="2024-05-06", title="A talk"),
                meeting("unknown", title="Another talk"),
            ]
        )
    )
    assert event_of(client, "known")["summary"] == "A talk"
    unknown = event_of(client, "unknown")
    assert unknown["summary"] == "Day not stated: Another talk"
    assert unknown["dtstart"].dt == datetime.date(2024, 1, 1)
    assert unknown["dtend"].dt == datetime.date(2025, 1, 1)


def test_all_that_is_known(made_up: MakeClient) -> None:
    client = made_up(
        trip(
            meetings=[
                meeting(
                    "m", "official-one", "group-one", date="2024-05-06",
                    title="Talks; on fish, ice", city="seoul", place="Blue House",
                    topics=["sea-ice"], status="cancelled", summary="They were\u00a0to meet.",
                )
            ],
            topics=[topic("sea-ice", name="Ice, at sea")],
        )
    )  # fmt: skip
    event = event_of(client, "m")
    stamp = datetime.datetime(2026, 1, 1, tzinfo=UTC)
    assert event["dtstamp"].dt == event["last-modified"].dt == stamp
    assert event["summary"] == "Talks; on fish, ice"
    assert event["location"] == "Blue House, Seoul, South Korea"
    assert event["geo"].to_ical() == "37.5665;126.978"
    assert event["status"] == "CANCELLED"
    assert event["url"] == "http://readout.test/meetings/m"
    assert event["categories"].cats == ["Ice, at sea"]
    assert "They were" in event["description"]
    assert "https://example.org/bulletin#:~:text=" in event["description"]
    one, group = event["attendee"]
    assert (one.params["CN"], one.params["CUTYPE"]) == ("Official One", "INDIVIDUAL")
    assert (group.params["CN"], group.params["CUTYPE"]) == ("Group One", "GROUP")
    assert one == "http://readout.test/participants/official-one"


def test_the_file_is_one_that_all_calendars_take(made_up: MakeClient) -> None:
    many = [
        meeting(
            f"m{at}", date="2024-05-06", start_time="10:00", city=where, title="Üb er " * 20
        )
        for at, where in enumerate(("seoul", "tokyo", "seoul", "oslo"))
    ]  # fmt: skip
    response = made_up(trip(meetings=many)).get("/meetings.ics?city=seoul&city=oslo")
    assert response.headers["content-type"] == "text/calendar; charset=utf-8"
    lines = response.content.split(b"\r\n")
    assert lines.pop() == b""
    assert b"\n" not in b"".join(lines)
    assert max(map(len, lines)) <= 75
    assert (lines[0], lines[-1]) == (b"BEGIN:VCALENDAR", b"END:VCALENDAR")
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT12H" in lines
    assert b"X-PUBLISHED-TTL:PT12H" in lines
    assert b"X-WR-CALNAME:Readout: meetings\\, seoul\\, oslo" in lines
    assert b"METHOD:PUBLISH" in lines
    # Each zone that is used is defined, once, and before.
    text = response.text
    for zone in ("Asia/Seoul", "Europe/Oslo"):
        assert text.count(f"\r\nTZID:{zone}\r\n") == 1
        assert text.index(f"\r\nTZID:{zone}\r\n") < text.index(f";TZID={zone}:")
    assert "Asia/Tokyo" not in text


def test_one_without_events_holds_something_all_the_same(client: Client) -> None:
    response = client.get("/meetings.ics?city=nowhere")
    assert response.status_code == 200
    assert events(response.content) == []
    assert "BEGIN:VTIMEZONE" in response.text


@pytest.mark.parametrize("limit", ["", "&limit=5"])
def test_a_calendar_says_which_name_is_misspelt(client: Client, limit: str) -> None:
    response = client.get(f"/meetings.ics?official=Blinkin{limit}")
    (notice,) = client.ask("meetings", official="Blinkin").notices
    calendar = Calendar.from_ical(response.content)
    assert calendar["description"] == f"official “Blinkin” {notice['message']}"
    assert "X-WR-CALDESC:official “Blinkin” names nothing" in response.text
    assert events(response.content) == []
    # Where nothing is misspelt, there is nothing to say.
    for query in ("official=Blinken", "official=Blinken&city=Tokyo&date=1999"):
        assert "DESC" not in client.get(f"/meetings.ics?{query}").text.partition("BEGIN:VE")[0]


def test_a_trip_is_a_calendar_with_its_meetings(client: Client) -> None:
    found = events(client.get("/trips/2021-03-tokyo-seoul.ics").content)
    ids = [str(event["uid"]).removesuffix("@readout") for event in found]
    meetings = client.ids("meetings", trip="2021-03-tokyo-seoul")
    assert ids == ["trips/2021-03-tokyo-seoul", *(f"meetings/{id_}" for id_ in meetings)]
    assert found[0]["dtstart"].dt == datetime.date(2021, 3, 15)
    assert found[0]["dtend"].dt == datetime.date(2021, 3, 19)


def test_what_a_reporter_subscribes_to(client: Client) -> None:
    found = events(client.get("/meetings.ics?official=antony-blinken").content)
    assert len(found) == client.ask("meetings", official="antony-blinken").total


def test_zones_of_long_ago(made_up: MakeClient) -> None:
    old = meeting("m", date="1919-01-18", start_time="15:00", city="paris")
    client = made_up(
        trip(
            start_date="1919-01-01", end_date="1919-12-31", meetings=[old],
            cities=[city("paris", name="Paris", country="FR", timezone="Europe/Paris")],
        )
    )  # fmt: skip
    response = client.get("/meetings.ics")
    (event,) = events(response.content)
    assert event["dtstart"].dt.utcoffset() == datetime.timedelta(0)
    assert "DTSTART:1911" in response.text


@pytest.mark.parametrize(
    ("fields", "end"),
    [
        ({"date": "9999-12-31"}, None),
        ({"date": "9999-12-30", "end_date": "9999-12-31"}, datetime.date(9999, 12, 31)),
        ({"date": "9999-12-30"}, datetime.date(9999, 12, 31)),
        ({"date": "0001-01-01"}, datetime.date(1, 1, 2)),
    ],
)
def test_the_first_and_last_day_there_are(
    made_up: MakeClient, fields: dict[str, Any], end: datetime.date | None
) -> None:
    last = fields.get("end_date", fields["date"])
    client = made_up(
        trip(start_date=fields["date"], end_date=last, meetings=[meeting("m", **fields)])
    )
    event = event_of(client, "m")
    assert event["dtstart"].dt.isoformat() == fields["date"]
    assert event.get("dtend") is None if end is None else event["dtend"].dt == end
    assert client.get("/trips.ics").status_code == 200
