"""Which format a request is answered in: by the suffix of its address, or by what it accepts."""

from dataclasses import dataclass, replace

from app.domain.filters import FORMAT
from app.domain.issues import Issue
from app.domain.names import suggest
from app.http.conditional import JSON, Conditions, negotiate_media
from app.query.reading import InvalidQuery
from app.representations.formats import Format
from app.routers.problems import NotAcceptable, NotFound

SUFFIX = "{suffix}"
"""The path parameter behind the dot, in routes that take the suffix of a format."""

JSON_SUFFIX = "json"


@dataclass(frozen=True)
class Offer:
    """What is served under an address: JSON, first, and other formats."""

    formats: tuple[Format, ...] = ()

    @property
    def suffixes(self) -> list[str]:
        """The suffixes under which the formats are served."""
        return [JSON_SUFFIX, *(known.suffix for known in self.formats)]

    def by_suffix(self, suffix: str, path: str) -> Format | None:
        """Return the format of a suffix, None for JSON; raise `NotFound` for an unknown one."""
        if suffix == JSON_SUFFIX:
            return None
        for known in self.formats:
            if known.suffix == suffix:
                return known
        near = suggest(suffix[:20], self.suffixes, limit=1)
        hint = f'; did you mean ".{near[0]}"?' if near else ""
        served = ", ".join(f".{known}" for known in self.suffixes)
        raise NotFound(f"nothing is served at {path[:200]}; there are {served}{hint}")

    def by_accept(self, conditions: Conditions) -> Format | None:
        """Return the format that a client wants most, None for JSON.

        Raises `NotAcceptable` where it accepts none.
        """
        if conditions.takes_json:
            return None
        by_media = {JSON: None} | {
            media: known for known in self.formats for media in (known.essence, *known.aliases)
        }
        wanted = negotiate_media(conditions.accept, tuple(by_media))
        if wanted is None:
            served = ", ".join([JSON, *(known.essence for known in self.formats)])
            raise NotAcceptable(f"this address is served as {served}")
        return by_media[wanted]

    def pointed_out(self, refused: InvalidQuery, path: str) -> InvalidQuery:
        """Return the faults of a query; a `format` among them gets the address to use instead."""
        return InvalidQuery([self._pointed_out(issue, path) for issue in refused.issues])

    def _pointed_out(self, issue: Issue, path: str) -> Issue:
        suffix = (issue.value or "").lower().removeprefix(".")
        if issue.path != FORMAT.parameter or suffix not in self.suffixes:
            return issue
        return replace(issue, message=f"{issue.message}; for {suffix}, ask for {path}.{suffix}")
