"""What several trips speak of: people, organizations, cities, topics, sources."""

import datetime

from sqlmodel import Field, SQLModel

from app.store.tables.keys import key_field


class Country(SQLModel, table=True):
    """A country: its ISO 3166-1 alpha-2 code and the name it is served under."""

    code: str = Field(primary_key=True)
    name: str


class Organization(SQLModel, table=True):
    """NATO, the EU, a company: what officials may speak for, and a party of agreements."""

    key: int = key_field()
    id: str = Field(unique=True)
    name: str
    note: str | None


class City(SQLModel, table=True):
    """A city: its country, position in degrees (WGS 84) and IANA time zone."""

    key: int = key_field()
    id: str = Field(unique=True)
    name: str
    country_code: str = Field(foreign_key="country.code", index=True)
    latitude: float | None
    longitude: float | None
    timezone: str | None
    note: str | None


class Topic(SQLModel, table=True):
    """What meetings, quotes and agreements are about."""

    key: int = key_field()
    id: str = Field(unique=True)
    name: str
    note: str | None


class Source(SQLModel, table=True):
    """A published document or register that evidence points into."""

    key: int = key_field()
    id: str = Field(unique=True)
    title: str
    publisher: str | None
    url: str | None
    citation: str | None
    published: datetime.date | None
    retrieved: datetime.date | None
    language: str | None
    kind: str | None
    archived_url: str | None
    note: str | None


class Participant(SQLModel, table=True):
    """An official (a named person) or a group; what they were on a trip is in `Appearance`."""

    key: int = key_field()
    id: str = Field(unique=True)
    kind: str
    name: str
    family_name: str | None
    given_name: str | None
    country_code: str | None = Field(foreign_key="country.code", index=True)
    """The country they speak for on their latest trip."""


class OtherName(SQLModel, table=True):
    """Another spelling of a shared record, as one trip file gives it."""

    __tablename__ = "other_name"
    __table_args__ = ({"sqlite_with_rowid": False},)

    record_key: int = Field(primary_key=True, foreign_key="document.key")
    trip_key: int = Field(primary_key=True, foreign_key="trip.key", index=True)
    name: str = Field(primary_key=True)


class Identifier(SQLModel, table=True):
    """The id of a shared record in another register, as one trip file gives it."""

    __table_args__ = ({"sqlite_with_rowid": False},)

    record_key: int = Field(primary_key=True, foreign_key="document.key")
    trip_key: int = Field(primary_key=True, foreign_key="trip.key", index=True)
    scheme: str = Field(primary_key=True)
    value: str


class FormerId(SQLModel, table=True):
    """An id that a record had before, as one trip file gives it; its address redirects."""

    __tablename__ = "former_id"
    __table_args__ = ({"sqlite_with_rowid": False},)

    collection: str = Field(primary_key=True)
    former_id: str = Field(primary_key=True)
    trip_key: int = Field(primary_key=True, foreign_key="trip.key", index=True)
    id: str
