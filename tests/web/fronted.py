"""The application, with pages let through the layer in front of it."""

from starlette.types import ASGIApp, Receive, Scope, Send

from app.routers.explorer import wants_page


def pages_first(app: ASGIApp, inside: ASGIApp) -> ASGIApp:
    """Return an application that passes requests for pages and their files to `inside`."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "GET":
            accept = dict(scope["headers"]).get(b"accept", b"").decode("latin-1")
            if wants_page(accept) or "/assets/" in scope["path"]:
                await inside(scope, receive, send)
                return
        await app(scope, receive, send)

    return answer
