"""Well-known addresses that tell programs what the service offers and what they may read."""

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from app.domain.collections import RESOURCES
from app.representations.registry import FORMATS
from app.routers.answering import Services

router = APIRouter(include_in_schema=False)

API_CATALOG_TYPE = 'application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"'


def description_links(root_path: str) -> str:
    """Return the Link header by which programs find the description of the service (RFC 8631)."""
    return (
        f'<{root_path}/openapi.json>; rel="service-desc"; type="application/json",'
        f' <{root_path}/docs>; rel="service-doc"; type="text/html",'
        f' <{root_path}/.well-known/api-catalog>; rel="api-catalog"'
    )


def _url(request: Request, path: str) -> str:
    """Return the absolute URL of a path of this service."""
    services: Services = request.app.state.services
    url = request.url
    origin = services.settings.public_url or f"{url.scheme}://{url.netloc}"
    return f"{origin}{request.scope['root_path']}{path}"


@router.get("/.well-known/api-catalog")
async def api_catalog(request: Request) -> Response:
    """List the APIs that there are (RFC 9727): this one, its description and its documentation."""
    linkset = [
        {
            "anchor": _url(request, "/"),
            "service-desc": [{"href": _url(request, "/openapi.json"), "type": "application/json"}],
            "service-doc": [{"href": _url(request, "/docs"), "type": "text/html"}],
            "service-meta": [{"href": _url(request, "/llms.txt"), "type": "text/plain"}],
            "status": [{"href": _url(request, "/readyz"), "type": "application/json"}],
        }
    ]
    catalog = _url(request, "/.well-known/api-catalog")
    headers = {"Link": f'<{catalog}>; rel="api-catalog"', "Cache-Control": "no-cache"}
    return JSONResponse({"linkset": linkset}, headers=headers, media_type=API_CATALOG_TYPE)


@router.get("/robots.txt")
async def robots(request: Request) -> Response:
    """Let search engines read pages, and leave alone what is the same in other formats."""
    lines = [
        "User-agent: *",
        *(f"Disallow: /*.{known.suffix}$" for known in FORMATS),
        "Disallow: /*?cursor=",
        "Disallow: /*&cursor=",
        "",
        f"Sitemap: {_url(request, '/sitemap.xml')}",
    ]
    return PlainTextResponse("\n".join(lines) + "\n", headers={"Cache-Control": "no-cache"})


@router.get("/llms.txt")
async def llms(request: Request) -> Response:
    """Say what this is, in the words of those who write programs and of programs that read."""
    formats = ", ".join(f"`.{known.suffix}`" for known in FORMATS)
    lines = [
        "# Readout",
        "",
        "> A read-only REST API of official trips: who met whom, where and when, what was said and",
        "> what was agreed, each fact with the passage of the source that it rests on.",
        "",
        "No key is needed. Answers are JSON. A list is `{items, total, next}`: follow `next` until",
        "it is null. Filters have the same names everywhere; a parameter that is unknown or",
        "malformed is answered by 422 with what was meant. `inferred` names what a source does not",
        "state; `evidence[].url` opens the source at the passage.",
        "",
        "## Collections",
        "",
        *(
            f"- [{name}]({_url(request, f'/{name}')}): {resource.description}"
            for name, resource in RESOURCES.items()
        ),
        "",
        "## More",
        "",
        f"- [Search]({_url(request, '/search?q=climate')}): words in all collections.",
        f"- [Facets]({_url(request, '/meetings/facets')}): what there is to filter by, counted.",
        f"- [Network]({_url(request, '/network')}): who met whom.",
        f"- [OpenAPI]({_url(request, '/openapi.json')}): all that can be asked, with examples.",
        f"- [Everything]({_url(request, '/dump.zip')}): all trips as one ZIP file.",
        "",
        "## Formats",
        "",
        f"By suffix ({formats}) or `Accept`; without `limit`, these hold the whole list.",
    ]
    return PlainTextResponse("\n".join(lines) + "\n", headers={"Cache-Control": "no-cache"})
