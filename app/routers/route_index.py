"""Finding the route of a request at once, where a router would try all of its routes in turn."""

import re
from collections import defaultdict
from collections.abc import Iterable

from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

_FIRST_WORD = re.compile(r"/([^/.{]*)")


class RouteIndex(BaseRoute):
    """Stands before other routes of an application, and finds among them the one asked for.

    Without it a router tries them one after the other, with the same result: some fifty, which
    takes a quarter of the time in which a list is answered.
    """

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        """Take the routes, in the order in which they would be tried."""
        self._by_path: dict[str, list[APIRoute]] = defaultdict(list)
        self._by_word: dict[str, list[APIRoute]] = defaultdict(list)
        for route in routes:
            if not isinstance(route, APIRoute):
                continue
            if not route.param_convertors:
                self._by_path[route.path].append(route)
            elif word := _first_word(route.path):
                self._by_word[word].append(route)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Return which route is asked for, if it is one of these."""
        if scope["type"] != "http":
            return Match.NONE, {}
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        # No route with parameters comes before one without that has the same path.
        for routes in (self._by_path.get(path, ()), self._by_word.get(_first_word(path), ())):
            for route in routes:
                match, child_scope = route.matches(scope)
                if match is Match.FULL:
                    return match, child_scope
        return Match.NONE, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Have the route answer that was found."""
        await scope["route"].handle(scope, receive, send)


def _first_word(path: str) -> str:
    found = _FIRST_WORD.match(path)
    return found[1] if found else ""
