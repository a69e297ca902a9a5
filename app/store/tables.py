"""The tables.

Three groups, in the order a newcomer needs them:

* the **records** a trip file speaks of (trips, meetings, participants, quotes, agreements, cities,
  topics, sources), normalised, with foreign keys;
* the **document** of each record: the JSON it is served as, rendered once when it is loaded;
* the **index** that filters read: terms, the postings that list each term's records in the order
  of a list, and counts per day, month and year so that totals need no counting.

All keys of records come from one sequence (`app/store/keys.py`), so that whatever belongs to any
kind of record (documents, evidence, topics, inferred fields, postings) needs one table and one
foreign key.

Migrations and tests hold the tables to these models. Loading and serving use only their names and
those of their columns: building the models takes longer than loading a trip.
"""

import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel


def key_field() -> int:
    """The primary key of a record's own table, which is also the key of its document."""
    key: int = Field(
        primary_key=True, foreign_key="document.key", sa_column_kwargs={"autoincrement": False}
    )
    return key


# --- records ----------------------------------------------------------------------------------


class Country(SQLModel, table=True):
    """A country: its ISO 3166-1 alpha-2 code and the name it is served under."""

    code: str = Field(primary_key=True)
    name: str


class City(SQLModel, table=True):
    """A city: its country, position in degrees (WGS 84) and IANA time zone."""

    key: int = key_field()
    id: str = Field(unique=True)
    name: str
    country_code: str = Field(foreign_key="country.code", index=True)
    latitude: float
    longitude: float
    timezone: str


class Topic(SQLModel, table=True):
    """What meetings, quotes and agreements are about."""

    key: int = key_field()
    id: str = Field(unique=True)
    name: str


class Source(SQLModel, table=True):
    """A published document that evidence points into."""

    key: int = key_field()
    id: str = Field(unique=True)
    title: str
    publisher: str
    url: str


class Participant(SQLModel, table=True):
    """An official (a named person) or a group; titles are held per trip, in `Appearance`."""

    key: int = key_field()
    id: str = Field(unique=True)
    kind: str
    name: str
    family_name: str | None
    given_name: str | None
    country_code: str | None = Field(foreign_key="country.code", index=True)


class Trip(SQLModel, table=True):
    """A journey; `digest` identifies the content of the trip file it was loaded from."""

    key: int = key_field()
    id: str = Field(unique=True)
    title: str
    summary: str
    start_date: datetime.date
    end_date: datetime.date
    digest: str


class Mention(SQLModel, table=True):
    """A trip file speaks of a shared record: a participant, city, topic or source."""

    __table_args__ = ({"sqlite_with_rowid": False},)

    trip_key: int = Field(primary_key=True, foreign_key="trip.key")
    shared_key: int = Field(primary_key=True, foreign_key="document.key", index=True)


class Appearance(SQLModel, table=True):
    """A participant on a trip, with the title held at that time; `travels` if it is their trip."""

    __table_args__ = ({"sqlite_with_rowid": False},)

    trip_key: int = Field(primary_key=True, foreign_key="trip.key")
    participant_key: int = Field(primary_key=True, foreign_key="participant.key", index=True)
    title: str | None
    travels: bool


class Stop(SQLModel, table=True):
    """One city on a trip, in order, with its days where the source gives them."""

    __table_args__ = ({"sqlite_with_rowid": False},)

    trip_key: int = Field(primary_key=True, foreign_key="trip.key")
    position: int = Field(primary_key=True)
    city_key: int = Field(foreign_key="city.key", index=True)
    arrival_date: datetime.date | None
    departure_date: datetime.date | None


class Meeting(SQLModel, table=True):
    """Participants coming together at a place on a day, in person or virtually."""

    key: int = key_field()
    id: str = Field(unique=True)
    trip_key: int = Field(foreign_key="trip.key", index=True)
    title: str
    summary: str
    format: str
    date: datetime.date | None
    earliest_date: datetime.date
    latest_date: datetime.date
    city_key: int | None = Field(foreign_key="city.key", index=True)


class MeetingParticipant(SQLModel, table=True):
    """A participant sat in a meeting; `position` keeps the order of the trip file.

    `earliest_date` is the meeting's, so that somebody's first meetings are read in order.
    """

    __tablename__ = "meeting_participant"
    __table_args__ = (
        Index("meeting_participant_by_participant", "participant_key", "earliest_date"),
        {"sqlite_with_rowid": False},
    )

    meeting_key: int = Field(primary_key=True, foreign_key="meeting.key")
    participant_key: int = Field(primary_key=True, foreign_key="participant.key")
    position: int
    earliest_date: datetime.date


class Quote(SQLModel, table=True):
    """Words said by an official, verbatim, with their occasion."""

    key: int = key_field()
    id: str = Field(unique=True)
    trip_key: int = Field(foreign_key="trip.key", index=True)
    speaker_key: int = Field(foreign_key="participant.key", index=True)
    text: str
    occasion_when: str | None
    meeting_key: int | None = Field(foreign_key="meeting.key", index=True)
    audience: str | None
    date: datetime.date | None
    earliest_date: datetime.date
    latest_date: datetime.date
    city_key: int | None = Field(foreign_key="city.key", index=True)


class Agreement(SQLModel, table=True):
    """What the sides settled at a meeting; its day and city are those of the meeting."""

    key: int = key_field()
    id: str = Field(unique=True)
    trip_key: int = Field(foreign_key="trip.key", index=True)
    meeting_key: int = Field(foreign_key="meeting.key", index=True)
    title: str
    summary: str
    kind: str
    target_year: int | None


class AgreementParty(SQLModel, table=True):
    """A country that is a party of an agreement."""

    __tablename__ = "agreement_party"
    __table_args__ = ({"sqlite_with_rowid": False},)

    agreement_key: int = Field(primary_key=True, foreign_key="agreement.key")
    country_code: str = Field(primary_key=True, foreign_key="country.code", index=True)


class RecordTopic(SQLModel, table=True):
    """A meeting, quote or agreement is about a topic."""

    __tablename__ = "record_topic"
    __table_args__ = ({"sqlite_with_rowid": False},)

    record_key: int = Field(primary_key=True, foreign_key="document.key")
    topic_key: int = Field(primary_key=True, foreign_key="topic.key", index=True)


class InferredField(SQLModel, table=True):
    """A field of a record that a reader infers from the source, which does not state it."""

    __tablename__ = "inferred_field"
    __table_args__ = ({"sqlite_with_rowid": False},)

    record_key: int = Field(primary_key=True, foreign_key="document.key")
    field: str = Field(primary_key=True)


class Evidence(SQLModel, table=True):
    """The first and last words of the passage of a source that a record rests on.

    Participants carry evidence once per trip that speaks of them, hence `trip_key`.
    """

    __table_args__ = ({"sqlite_with_rowid": False},)

    record_key: int = Field(primary_key=True, foreign_key="document.key")
    trip_key: int = Field(primary_key=True, foreign_key="trip.key", index=True)
    position: int = Field(primary_key=True)
    source_key: int = Field(foreign_key="source.key", index=True)
    text_start: str
    text_end: str


# --- documents --------------------------------------------------------------------------------


class Document(SQLModel, table=True):
    """The JSON a record is served as, beside the values its list is ordered and bounded by.

    `sort` is the record's earliest date, or the folded name of an undated record; lists are ordered
    by `sort`, then `key`. `latest` is the latest date, empty for an undated record.
    """

    key: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    collection: str
    sort: str
    latest: str
    body: str


# --- the index --------------------------------------------------------------------------------


class Term(SQLModel, table=True):
    """One value of one filter of one collection, and how many records have it."""

    __table_args__ = (UniqueConstraint("collection", "parameter", "value"),)

    key: int = Field(primary_key=True)
    collection: str
    parameter: str
    value: str
    total: int


class Posting(SQLModel, table=True):
    """A record has a term. `posting_by_term` lists a term's records in the order of a list."""

    __table_args__ = (
        Index("posting_by_term", "term_key", "sort", "record_key", unique=True),
        {"sqlite_with_rowid": False},
    )

    record_key: int = Field(primary_key=True, foreign_key="document.key")
    term_key: int = Field(primary_key=True, foreign_key="term.key")
    sort: str


class Continuation(SQLModel, table=True):
    """A record with this term began before `period` and may still be going on in it.

    Periods are days, months and years; a record stands in the fewest that cover the days after its
    earliest date, so a query looks at the three periods that hold its first day. `record_key` has
    no foreign key, which would need an index by record; every row has a `Posting`, which has one.
    """

    __table_args__ = ({"sqlite_with_rowid": False},)

    term_key: int = Field(primary_key=True, foreign_key="term.key")
    period: str = Field(primary_key=True)
    sort: str = Field(primary_key=True)
    record_key: int = Field(primary_key=True)


class PeriodCount(SQLModel, table=True):
    """How many records of a term begin and end in a year, month or day.

    The records that overlap a range are those that begin by its end, less those that end before
    its start: two sums over a few rows, however many records there are.
    """

    __tablename__ = "period_count"
    __table_args__ = ({"sqlite_with_rowid": False},)

    term_key: int = Field(primary_key=True, foreign_key="term.key")
    unit: str = Field(primary_key=True)
    period: str = Field(primary_key=True)
    beginning: int
    ending: int


class Alias(SQLModel, table=True):
    """A spelling under which a value is found: folded name, slug or code → value."""

    __table_args__ = (
        Index("alias_by_value", "names", "value"),
        {"sqlite_with_rowid": False},
    )

    names: str = Field(primary_key=True)
    spelling: str = Field(primary_key=True)
    value: str = Field(primary_key=True)


class Revision(SQLModel, table=True):
    """The identity of the data now being served; one row.

    `id` follows from the data and returns with it; `number` counts the loads that changed
    anything, since keys in the index may be others after a load and another one back.
    """

    number: int = Field(primary_key=True)
    id: str
    loaded_at: str
