"""The pages that a problem document's `type` leads to, from the one tree of errors."""

from html import escape

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from madoguchi_wire.errors import MadoguchiError, NotFound, all_errors
from madoguchi_wire.kit.json_route import JsonRoute

from gateway.documented import problems

router = APIRouter(prefix="/problems", tags=["problems"], route_class=JsonRoute)

_HEAD = (
    '<!doctype html><html lang="en"><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width">'
    "<style>body{font:1rem/1.6 system-ui,sans-serif;max-width:40rem;margin:2rem auto}"
    "code{background:#eee;padding:.1em .3em}</style>"
)


@router.get("", summary="List the problem types", response_class=HTMLResponse, responses=problems())
async def problem_types() -> HTMLResponse:
    """Return a page that lists every problem type with its status."""
    rows = "".join(
        f'<li><a href="/problems/{slug}"><code>{slug}</code></a> {e.status} {escape(e.title)}'
        for slug, e in all_errors().items()
    )
    return HTMLResponse(f"{_HEAD}<title>Problem types</title><h1>Problem types</h1><ul>{rows}</ul>")


@router.get(
    "/{slug}",
    summary="Read what a problem type means",
    response_class=HTMLResponse,
    responses=problems(NotFound),
)
async def problem_type(slug: str) -> HTMLResponse:
    """Return the page of one problem type, in English and Japanese."""
    error = all_errors().get(slug)
    if error is None:
        raise NotFound("There is no problem type of this name; GET /problems lists them.")
    return HTMLResponse(_page(slug, error))


def _page(slug: str, error: type[MadoguchiError]) -> str:
    again = "may be repeated" if error.retryable else "will fail again if it is repeated unchanged"
    return (
        f"{_HEAD}<title>{slug}</title><h1>{escape(error.title)}</h1>"
        f"<p><code>{slug}</code>, HTTP status {error.status}. The request {again}."
        f" Nothing is charged by it.</p><p>{escape(error.advice)}</p>"
        f'<div lang="ja"><h1>{escape(error.title_ja)}</h1><p>{escape(error.advice_ja)}</p></div>'
        f'<p><a href="/problems">All problem types</a></p>'
    )
