"""The tutorial way: FastAPI with SQLModel's relationships and a `response_model`.

Written as the tutorials of both teach it: a session as a dependency, relationships that load what
they are asked for, models for tables and models for answers, indexes on what is looked up. It gives
less than Readout does: no total, no evidence, no topics; nothing in it is slowed down on purpose.
"""

import datetime
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Query
from sqlalchemy import Engine
from sqlalchemy.orm import registry
from sqlmodel import Field, Relationship, Session, SQLModel, create_engine, insert, select

from tests.benchmarks.data import made_up_trips


class Table(SQLModel, registry=registry()):
    """The tutorial's tables, apart from those of Readout."""


class MeetingParticipant(Table, table=True):
    __tablename__ = "meeting_participant"

    meeting_id: int = Field(foreign_key="meeting.id", primary_key=True)
    participant_id: int = Field(foreign_key="participant.id", primary_key=True, index=True)


class MeetingTopic(Table, table=True):
    __tablename__ = "meeting_topic"

    meeting_id: int = Field(foreign_key="meeting.id", primary_key=True)
    topic_id: int = Field(foreign_key="topic.id", primary_key=True, index=True)


class City(Table, table=True):
    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(unique=True)
    name: str
    country: str = Field(index=True)
    meetings: list["Meeting"] = Relationship(back_populates="city")


class Topic(Table, table=True):
    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(unique=True)
    name: str
    meetings: list["Meeting"] = Relationship(back_populates="topics", link_model=MeetingTopic)


class Participant(Table, table=True):
    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(unique=True)
    name: str
    title: str
    meetings: list["Meeting"] = Relationship(
        back_populates="participants", link_model=MeetingParticipant
    )


class Meeting(Table, table=True):
    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(unique=True)
    title: str
    trip: str = Field(index=True)
    format: str = Field(index=True)
    date: datetime.date | None = Field(index=True)
    earliest_date: datetime.date = Field(index=True)
    latest_date: datetime.date = Field(index=True)
    city_id: int = Field(foreign_key="city.id", index=True)
    city: City = Relationship(back_populates="meetings")
    participants: list[Participant] = Relationship(
        back_populates="meetings", link_model=MeetingParticipant
    )
    topics: list[Topic] = Relationship(back_populates="meetings", link_model=MeetingTopic)


class CityPublic(SQLModel):
    slug: str
    name: str


class ParticipantPublic(SQLModel):
    slug: str
    name: str
    title: str


class MeetingPublic(SQLModel):
    slug: str
    title: str
    date: datetime.date | None
    city: CityPublic
    participants: list[ParticipantPublic]


DATABASE_VARIABLE = "TUTORIAL_DATABASE"


def open_engine(database: Path) -> Engine:
    return create_engine(f"sqlite:///{database}", connect_args={"check_same_thread": False})


def create_app() -> FastAPI:
    """Return the service over the database that the environment names."""
    engine = open_engine(Path(os.environ[DATABASE_VARIABLE]))
    app = FastAPI()

    def get_session() -> Iterator[Session]:
        with Session(engine) as session:
            yield session

    @app.get("/meetings", response_model=list[MeetingPublic])
    def read_meetings(
        session: Annotated[Session, Depends(get_session)],
        date_from: datetime.date | None = None,
        date_to: datetime.date | None = None,
        city: str | None = None,
        country: str | None = None,
        official: str | None = None,
        trip: str | None = None,
        topic: str | None = None,
        meeting: str | None = None,
        format: str | None = None,
        limit: Annotated[int, Query(le=100)] = 20,
    ) -> Any:
        statement = select(Meeting)
        if date_from:
            statement = statement.where(Meeting.latest_date >= date_from)
        if date_to:
            statement = statement.where(Meeting.earliest_date <= date_to)
        if city or country:
            statement = statement.join(City)
        if city:
            statement = statement.where(City.slug == city)
        if country:
            statement = statement.where(City.country == country)
        if official:
            statement = statement.join(MeetingParticipant).join(Participant)
            statement = statement.where(Participant.slug == official)
        if topic:
            statement = statement.join(MeetingTopic).join(Topic).where(Topic.slug == topic)
        if trip:
            statement = statement.where(Meeting.trip == trip)
        if meeting:
            statement = statement.where(Meeting.slug == meeting)
        if format:
            statement = statement.where(Meeting.format == format)
        statement = statement.order_by(Meeting.earliest_date, Meeting.id).limit(limit)
        return session.exec(statement).all()

    return app


def fill(database: Path, meetings: int) -> None:
    """Write the made-up meetings into tables of the tutorial's."""
    engine = open_engine(database)
    Table.metadata.create_all(engine)
    cities: dict[str, int] = {}
    topics: dict[str, int] = {}
    people: dict[str, int] = {}
    key = 0
    with engine.begin() as connection:
        for trip in made_up_trips(meetings):
            rows: dict[type[Table], list[dict[str, Any]]] = {
                model: []
                for model in (City, Topic, Participant, Meeting, MeetingParticipant, MeetingTopic)
            }
            for model, keys, shared, fields in (
                (City, cities, "cities", ("name", "country")),
                (Topic, topics, "topics", ("name",)),
                (Participant, people, "participants", ("name", "title")),
            ):
                for told in trip[shared]:
                    if told["id"] not in keys:
                        keys[told["id"]] = len(keys) + 1
                        row = {"id": keys[told["id"]], "slug": told["id"]}
                        rows[model].append(row | {field: told[field] for field in fields})
            for meeting in trip["meetings"]:
                key += 1
                day = meeting.get("date")
                first, last = day or trip["start_date"], day or trip["end_date"]
                rows[Meeting].append(
                    {
                        "id": key,
                        "slug": meeting["id"],
                        "title": meeting["title"],
                        "trip": trip["id"],
                        "format": meeting["format"],
                        "date": day and datetime.date.fromisoformat(day),
                        "earliest_date": datetime.date.fromisoformat(first),
                        "latest_date": datetime.date.fromisoformat(last),
                        "city_id": cities[meeting["city"]],
                    }
                )
                rows[MeetingParticipant] += [
                    {"meeting_id": key, "participant_id": people[person]}
                    for person in meeting["participants"]
                ]
                rows[MeetingTopic] += [
                    {"meeting_id": key, "topic_id": topics[topic]} for topic in meeting["topics"]
                ]
            for model, added in rows.items():
                if added:
                    connection.execute(insert(model), added)
        connection.exec_driver_sql("ANALYZE")
    engine.dispose()


def common(item: dict[str, Any]) -> dict[str, Any]:
    """Return an item of an answer with the names that Readout has for its fields."""
    return {
        **item,
        "id": item["slug"],
        "city": {**item["city"], "id": item["city"]["slug"]},
        "participants": [{**person, "id": person["slug"]} for person in item["participants"]],
    }
