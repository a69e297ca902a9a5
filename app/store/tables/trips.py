"""Trips, and what is a trip's own: stops, meetings, quotes, agreements."""

import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from app.store.tables.keys import key_field


class Trip(SQLModel, table=True):
    """A journey; `origin` is `curated`, or the register that it was imported from."""

    key: int = key_field()
    id: str = Field(unique=True)
    title: str
    summary: str | None
    start_date: datetime.date
    end_date: datetime.date
    status: str
    origin: str
    note: str | None
    updated_at: str


class TripText(SQLModel, table=True):
    """A trip in canonical form, from which all of it can be rebuilt; JSON, compressed by zlib.

    `digest` identifies its content, `format` the way in which it is written.
    """

    __tablename__ = "trip_text"
    # The digests of all trips make the revision, which is worked out without a look at texts.
    __table_args__ = (Index("trip_text_by_digest", "trip_key", "digest"),)

    trip_key: int = Field(primary_key=True, foreign_key="trip.key")
    format: int
    digest: str
    body: bytes


class RelatedTrip(SQLModel, table=True):
    """A trip belongs together with another; the other need not be loaded."""

    __tablename__ = "related_trip"
    __table_args__ = ({"sqlite_with_rowid": False},)

    trip_key: int = Field(primary_key=True, foreign_key="trip.key")
    related_id: str = Field(primary_key=True)


class RegisterEntry(SQLModel, table=True):
    """A trip is the fuller account of an entry of a register."""

    __tablename__ = "register_entry"
    __table_args__ = ({"sqlite_with_rowid": False},)

    trip_key: int = Field(primary_key=True, foreign_key="trip.key")
    entry: str = Field(primary_key=True, index=True)


class Mention(SQLModel, table=True):
    """A trip file speaks of a shared record; `definition` identifies how it defines it."""

    __table_args__ = ({"sqlite_with_rowid": False},)

    trip_key: int = Field(primary_key=True, foreign_key="trip.key")
    shared_key: int = Field(primary_key=True, foreign_key="document.key", index=True)
    definition: str | None


class Appearance(SQLModel, table=True):
    """What a participant was on a trip; `travels` if it is their trip."""

    __table_args__ = (
        Index("appearance_by_participant", "participant_key", "trip_key"),
        Index(
            "appearance_by_office", "participant_key", "title", "country_code", "organization_key"
        ),
        Index("appearance_by_country", "country_code"),
        {"sqlite_with_rowid": False},
    )

    trip_key: int = Field(primary_key=True, foreign_key="trip.key")
    participant_key: int = Field(primary_key=True, foreign_key="participant.key")
    title: str | None
    country_code: str | None = Field(foreign_key="country.code")
    organization_key: int | None = Field(foreign_key="organization.key")
    travels: bool
    note: str | None


class Stop(SQLModel, table=True):
    """One place on a trip, in order, with its days where the source gives them."""

    key: int = key_field()
    trip_key: int = Field(foreign_key="trip.key", index=True)
    position: int
    city_key: int | None = Field(foreign_key="city.key", index=True)
    place: str | None
    country_code: str | None = Field(foreign_key="country.code")
    arrival_date: datetime.date | None
    departure_date: datetime.date | None
    earliest_date: datetime.date
    latest_date: datetime.date
    remarks: str | None
    status: str
    note: str | None


class Presence(SQLModel, table=True):
    """A participant was at a stop, in a meeting or said a quote, unless that was cancelled.

    `record_key` is the key of the stop, meeting or quote, `sort` its earliest day.
    """

    __table_args__ = (
        Index("presence_by_participant", "participant_key", "sort", "record_key"),
        {"sqlite_with_rowid": False},
    )

    record_key: int = Field(primary_key=True, foreign_key="document.key")
    participant_key: int = Field(primary_key=True, foreign_key="participant.key")
    sort: str


class Meeting(SQLModel, table=True):
    """Participants coming together at a place on a day, in person or not."""

    key: int = key_field()
    id: str = Field(unique=True)
    trip_key: int = Field(foreign_key="trip.key", index=True)
    title: str
    summary: str | None
    format: str | None
    kind: str
    status: str
    date: datetime.date | None
    end_date: datetime.date | None
    earliest_date: datetime.date
    latest_date: datetime.date
    start_time: str | None
    end_time: str | None
    timezone: str | None
    city_key: int | None = Field(foreign_key="city.key", index=True)
    place: str | None
    country_code: str | None = Field(foreign_key="country.code")
    part_of: str | None
    note: str | None


class MeetingReference(SQLModel, table=True):
    """A trip speaks of a meeting that another defines; if it `belongs`, it is part of both."""

    __tablename__ = "meeting_reference"
    __table_args__ = ({"sqlite_with_rowid": False},)

    trip_key: int = Field(primary_key=True, foreign_key="trip.key")
    meeting_id: str = Field(primary_key=True, index=True)
    belongs: bool


class MeetingParticipant(SQLModel, table=True):
    """A participant of a meeting; `position` keeps the order of the trip file."""

    __tablename__ = "meeting_participant"
    __table_args__ = ({"sqlite_with_rowid": False},)

    meeting_key: int = Field(primary_key=True, foreign_key="meeting.key")
    participant_key: int = Field(primary_key=True, foreign_key="participant.key")
    position: int


class Quote(SQLModel, table=True):
    """Words said by an official, verbatim, with their occasion."""

    key: int = key_field()
    id: str = Field(unique=True)
    trip_key: int = Field(foreign_key="trip.key", index=True)
    speaker_key: int | None = Field(foreign_key="participant.key", index=True)
    attribution: str | None
    text: str
    language: str | None
    translation_text: str | None
    translation_language: str | None
    translation_by: str | None
    occasion_when: str | None
    meeting_id: str | None = Field(index=True)
    audience: str | None
    date: datetime.date | None
    end_date: datetime.date | None
    earliest_date: datetime.date
    latest_date: datetime.date
    city_key: int | None = Field(foreign_key="city.key", index=True)
    place: str | None
    country_code: str | None = Field(foreign_key="country.code")
    note: str | None


class Agreement(SQLModel, table=True):
    """What the sides settled; day and place are the meeting's unless it states others."""

    key: int = key_field()
    id: str = Field(unique=True)
    trip_key: int = Field(foreign_key="trip.key", index=True)
    meeting_id: str | None = Field(index=True)
    title: str
    summary: str | None
    kind: str
    target_year: int | None
    date: datetime.date | None
    end_date: datetime.date | None
    earliest_date: datetime.date
    latest_date: datetime.date
    city_key: int | None = Field(foreign_key="city.key", index=True)
    place: str | None
    country_code: str | None = Field(foreign_key="country.code")
    document_key: int | None = Field(foreign_key="source.key")
    part_of: str | None
    note: str | None


class AgreementParty(SQLModel, table=True):
    """A country or an organization that is a party of an agreement."""

    __tablename__ = "agreement_party"
    __table_args__ = ({"sqlite_with_rowid": False},)

    agreement_key: int = Field(primary_key=True, foreign_key="agreement.key")
    position: int = Field(primary_key=True)
    country_code: str | None = Field(foreign_key="country.code", index=True)
    organization_key: int | None = Field(foreign_key="organization.key", index=True)


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
    """The passage, page or entry of a source that a record rests on.

    Participants carry evidence once per trip that speaks of them, hence `trip_key`.
    """

    __table_args__ = ({"sqlite_with_rowid": False},)

    record_key: int = Field(primary_key=True, foreign_key="document.key")
    trip_key: int = Field(primary_key=True, foreign_key="trip.key", index=True)
    position: int = Field(primary_key=True)
    source_key: int = Field(foreign_key="source.key", index=True)
    text_start: str | None
    text_end: str | None
    prefix: str | None
    suffix: str | None
    page: int | None
    locator: str | None
