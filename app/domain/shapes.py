"""What the shapes of all records are made of: how they are published, and their smallest parts."""

import inspect
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from app.domain.fields import EvidenceFacts
from app.domain.vocabulary import ParticipantKind


def _publish(schema: dict[str, Any], shape: type[BaseModel]) -> None:
    """Make a schema fit for clients: fields may be added one day, and names need no other name."""
    schema.pop("additionalProperties", None)
    # A page of one kind of record has the description of all pages.
    schema.setdefault("description", inspect.getdoc(shape))
    for field in schema.get("properties", {}).values():
        field.pop("title", None)


class Shape(BaseModel):
    """What all answers have in common: exactly the fields that are documented.

    A shape is published under its title.
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra=_publish,
        # Every field is in every answer, though a trip file may leave many out.
        json_schema_serialization_defaults_required=True,
    )


Id = Annotated[str, Field(description="A readable slug, unique within its collection.")]
Name = Annotated[str, Field(description="As people write it.")]
Title = Annotated[str, Field(description="A headline.")]
TripId = Annotated[str, Field(description="The id of the trip.")]
UpdatedAt = Annotated[
    str,
    Field(
        description="When the load that last changed it took place, UTC.",
        json_schema_extra={"format": "date-time"},
    ),
]
OtherNames = Annotated[list[str], Field(description="Other spellings it is found under.")]
Identifiers = Annotated[
    dict[str, str], Field(description="Its ids in other registers, by the register's name.")
]


class CountryShape(Shape):
    """A country."""

    model_config = ConfigDict(title="Country")

    code: str = Field(
        description="ISO 3166-1 alpha-2, XK for Kosovo, or ISO 3166-3 for a state that is no more."
    )
    name: str = Field(description="The everyday English name.")


class Identified(BaseModel):
    """What has an id."""

    id: Id


class Titled(Identified):
    """What has an id and a title."""

    title: Title


class Reference(Shape, Identified):
    """Another record, by id and name."""

    name: Name


class EvidenceShape(EvidenceFacts, Shape):
    """What ties a record to a passage or an entry of a source."""

    model_config = ConfigDict(title="Evidence")

    url: str | None = Field(
        description="The source's address; with a text fragment it opens with the passage"
        " highlighted. Null where the source has no address."
    )


ParticipantKindField = Annotated[ParticipantKind, Field(description="A named person, or a group.")]
