"""The shapes of answers that are no records: pages, facets, what was found, networks, problems."""

import datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import ConfigDict, Field

from app.domain.shapes import Id, Name, ParticipantKindField, Shape


class NoticeShape(Shape):
    """A value that names nothing that exists."""

    model_config = ConfigDict(title="Notice")

    parameter: str = Field(description="The parameter.")
    value: str = Field(description="As it was given.")
    message: str = Field(
        description="What is said of it, with the names of what may have been meant."
    )
    suggestions: list[str] = Field(
        description="What may have been meant, as the parameter takes it: slugs, codes or words."
    )


Notices = Annotated[
    list[NoticeShape],
    Field(description="Names in the query that name nothing; only where nothing was found."),
]
_MAY_HAVE_NOTICES = ConfigDict(json_schema_serialization_defaults_required=False)

Item = TypeVar("Item", bound=Shape)


class Page(Shape, Generic[Item]):
    """A page of a list."""

    model_config = _MAY_HAVE_NOTICES

    items: list[Item] = Field(description="The records of this page, in the order of the list.")
    total: int = Field(description="How many records match, on all pages.")
    next: str | None = Field(
        description="The path and query of the next page; null on the last page."
    )
    next_cursor: str | None = Field(
        description="What `cursor` takes for the next page, the other parameters unchanged; null on"
        " the last page."
    )
    notices: Notices = Field([])

    @classmethod
    def model_parametrized_name(cls, params: tuple[Any, ...]) -> str:
        """Return the name of the pages of one kind of record: `MeetingPage`."""
        (item,) = params
        return f"{item.model_config['title']}Page"


class FacetValueShape(Shape):
    """One value of a facet."""

    model_config = ConfigDict(title="FacetValue")

    value: str = Field(description="What the filter takes.")
    name: Name
    count: int = Field(description="How many records it would give, beside the other filters.")


class PlacedFacetValueShape(FacetValueShape):
    """A city among the values of a facet."""

    model_config = ConfigDict(title="PlacedFacetValue")

    latitude: float | None = Field(description="Degrees north; null where it is not known.")
    longitude: float | None = Field(description="Degrees east; null where it is not known.")


class FacetsShape(Shape):
    """What there is to filter by."""

    model_config = ConfigDict(title="Facets", **_MAY_HAVE_NOTICES)

    total: int = Field(description="How many records match.")
    facets: dict[str, list[PlacedFacetValueShape] | list[FacetValueShape]] = Field(
        description="The values of each facet, most frequent first; days, months and years in "
        "order of time; cities with their positions."
    )
    values_total: dict[str, int] = Field(
        description="How many values there are of each facet that shows only the most frequent."
    )
    notices: Notices = Field([])


class HitShape(Shape):
    """A record that was found."""

    model_config = ConfigDict(title="Hit")

    collection: str = Field(description="The collection of the record.")
    id: Id
    title: str = Field(description="Its title or name; of a quote, how it begins.")
    date: datetime.date | None = Field(description="The day; null if it has none.")
    earliest_date: datetime.date | None = Field(
        description="The first day it may have been; null of what has no date."
    )
    latest_date: datetime.date | None = Field(
        description="The last day it may have been; null of what has no date."
    )
    snippet: str = Field(description="Escaped HTML with `<mark>` round what matched.")
    field: str = Field(description="The field of the record that the snippet is from.")
    url: str = Field(description="The path of the record.")


class HitPage(Shape):
    """A page of what was found, best first."""

    model_config = _MAY_HAVE_NOTICES

    items: list[HitShape] = Field(description="The hits of this page, best first.")
    total: int = Field(description="How many records match, on all pages.")
    next: str | None = Field(
        description="The path and query of the next page; null on the last page."
    )
    next_cursor: str | None = Field(
        description="What `cursor` takes for the next page, the other parameters unchanged; null on"
        " the last page."
    )
    notices: Notices = Field([])


class NodeShape(Shape):
    """A participant in a network."""

    model_config = ConfigDict(title="Node")

    id: Id
    name: Name
    kind: ParticipantKindField
    country: str | None = Field(description="ISO 3166-1 alpha-2.")
    meetings: int = Field(description="How many of the meetings they took part in.")


class LinkShape(Shape):
    """Two participants who shared meetings."""

    model_config = ConfigDict(title="Link")

    source: str = Field(description="The id of one participant.")
    target: str = Field(description="The id of the other.")
    weight: int = Field(description="How many meetings they shared.")
    meetings: list[str] = Field(
        description="Ids of the meetings; of the latest 100 where there are more."
    )


class GraphShape(Shape):
    """What is said of a whole network."""

    model_config = ConfigDict(title="Graph")

    links_total: int = Field(description="How many links there are, shown or not.")


class NetworkShape(Shape):
    """Who met whom, in the node-link form of d3 and networkx."""

    model_config = ConfigDict(title="Network", **_MAY_HAVE_NOTICES)

    directed: bool = Field(description="Always false: those who meet are met.")
    multigraph: bool = Field(description="Always false: two participants have one link.")
    graph: GraphShape = Field(description="What is said of the whole.")
    nodes: list[NodeShape] = Field(description="Everyone in the meetings that match.")
    links: list[LinkShape] = Field(description="Every two who shared meetings, heaviest first.")
    notices: Notices = Field([])


class FieldError(Shape):
    """One parameter that cannot be answered."""

    parameter: str = Field(description="Its name, as it was given.")
    value: str | None = Field(description="As it was given; null if it was missing.")
    message: str = Field(description="What is wrong and what is allowed.")
    suggestions: list[str] = Field(description="What may have been meant.")


class Problem(Shape):
    """Why there is no answer (RFC 9457)."""

    type: str = Field(description="Identifies the kind of problem.")
    title: str = Field(description="The kind of problem, in words.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What is wrong with this request.")
    instance: str = Field(description="The path that was asked for.")
    request_id: str = Field(description="Stands in the log lines of this request, too.")
    errors: list[FieldError] = Field(description="One entry a parameter at fault.")


class Health(Shape):
    """The state of the service."""

    status: str = Field(description="`alive` or `ready`.")
    revision: str | None = Field(
        description="The identity of the data being served; null where it was not looked at."
    )
