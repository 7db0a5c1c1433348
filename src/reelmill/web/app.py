"""An app -> its site: every route, the gate before them, and the server that carries both."""

import logging
import socket
from importlib.metadata import version
from typing import Any, Final

import uvicorn
from fastapi import APIRouter, Depends, FastAPI, Request, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from reelmill.app import App
from reelmill.pipelines import part, with_part
from reelmill.web import (
    account,
    events,
    files,
    health,
    jobs,
    keys,
    language,
    pages,
    problems,
    sign_in,
    starting,
    webhooks,
    who,
)
from reelmill.web.deps import caller_of
from reelmill.web.events import Feed
from reelmill.web.gate import MAX_BODY_BYTES, Gate
from reelmill.web.languages import Languages
from reelmill.web.measures import Measures
from reelmill.web.problems import Problem
from reelmill.web.sheet import STATIC, Sheet, catalogues_of, static_of

#: Seconds that open answers get when the server is told to stop.
STOP_S: Final = 10

ABOUT: Final = (
    "Durable pipelines that end in video files which were decoded and checked. "
    "Every failure is a problem document, RFC 9457."
)

#: Nobody gets further who does not say who they are, once accounts are set up.
LOCKED: Final = (Depends(caller_of),)

#: How a program says who it is, in the words of OpenAPI.
KEYHOLES: Final = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "A key or a token."},
    "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
}

described = APIRouter(include_in_schema=False)


@described.get("/openapi.json")
def describe(request: Request) -> dict[str, Any]:
    """The description of the API."""
    site: FastAPI = request.app
    return site.openapi()


class Site(FastAPI):
    """The routes, with the gate before everything, the framework's own answers included."""

    def build_middleware_stack(self) -> ASGIApp:
        """What a request passes, from the outside in."""
        host: str = self.state.app.settings.host
        return Gate(
            super().build_middleware_stack(),
            host,
            self.state.measures.answered,
            uploads=self.state.uploads,
        )

    def openapi(self) -> dict[str, Any]:
        """The description of the API, with the one form that all failures have."""
        if self.openapi_schema is None:
            whole = super().openapi()
            parts = whole.setdefault("components", {})
            parts["securitySchemes"] = KEYHOLES
            # The empty one: before accounts are set up nothing is asked.
            whole["security"] = [{}, *({name: []} for name in KEYHOLES)]
            schemas = parts.setdefault("schemas", {})
            problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas.update(problem.pop("$defs", {}))
            schemas["Problem"] = problem
        return super().openapi()


class Assets(StaticFiles):
    """The dashboard's own files; a browser asks each time whether its copy is still good."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """A file, or the word that it has not changed."""
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response


def create_app(app: App) -> FastAPI:
    """The site of an app: API, dashboard, and what pipelines bring of their own."""
    site = Site(
        title="Reelmill",
        version=version("reelmill"),
        description=ABOUT,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        max_body_size=MAX_BODY_BYTES,
    )
    site.state.app = app
    site.state.feed = Feed(app.services.catalog)
    site.state.measures = Measures(app)
    site.state.languages = Languages(catalogues_of(app.pipelines))
    site.state.sheet = Sheet(app, site.state.languages)
    problems.install(site, site.state.sheet.problem)
    site.add_exception_handler(who.SignInFirst, who.to_sign_in)
    for open_to_all in (health.router, sign_in.router, language.router, files.links):
        site.include_router(open_to_all)
    site.state.uploads = _mount_pipelines(site, app)
    # Routes whose path ends in a job's key come last: a key may hold slashes.
    for room in (files, events, keys, webhooks, jobs, pages, account, starting):
        site.include_router(room.router, dependencies=LOCKED)
    for router in (described, pages.verbs, jobs.one_job, pages.one_job):
        site.include_router(router, dependencies=LOCKED)
    for name in app.pipelines:
        if (own := static_of(name)).is_dir():
            site.mount(f"/static/{name}", Assets(directory=own))
    site.mount("/static", Assets(directory=STATIC), name="static")
    return site


def _mount_pipelines(site: FastAPI, app: App) -> frozenset[str]:
    """What each pipeline gets, and what those with a folder bring of their own.

    Returns:
        Paths whose bodies have a limit of their own.
    """
    uploads: frozenset[str] = frozenset()
    with_routes = with_part("routes")
    for name, pipeline in app.pipelines.items():
        own = part(name, "routes") if name in with_routes else None
        if own is not None:
            # Open to whoever brings a signature.
            if (open_to_all := getattr(own, "links", None)) is not None:
                site.include_router(open_to_all)
            site.include_router(own.router, dependencies=LOCKED)
            uploads |= getattr(own, "UPLOADS", frozenset())
        if pipeline.takes_specs:
            site.include_router(jobs.submitting(pipeline), dependencies=LOCKED)
    return uploads


class Server(uvicorn.Server):
    """A server whose answers leave at once."""

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Answer requests on these sockets until told to stop."""
        super().run(sockets and [hasty(door) for door in sockets])


def hasty(door: socket.socket) -> socket.socket:
    """The same listening socket, on whose connections no packet waits for another's receipt.

    asyncio sees to that by itself, but only where the number of the protocol says TCP, which is
    0 in sockets that were opened the usual way. Without it every answer takes 40 ms longer. Not
    every kernel lets connections inherit the option from the socket that listens.
    """
    return socket.socket(door.family, door.type, socket.IPPROTO_TCP, fileno=door.dup().detach())


def server_of(app: App, *, host: str, port: int) -> Server:
    """A server that is ready to run; on SIGINT and SIGTERM open answers get `STOP_S` to end."""
    config = uvicorn.Config(
        create_app(app),
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=STOP_S,
    )
    # A failed request is logged once, with its id, by `problems`.
    logging.getLogger("uvicorn.error").addFilter(_not_twice)
    return Server(config)


def _not_twice(record: logging.LogRecord) -> bool:
    """Also not the streams that are cut off at the end: they go on at the next start."""
    known = ("Exception in ASGI application", "ASGI callable returned without completing")
    return not str(record.msg).startswith(known)
