"""Is it up, can it work, and what do its numbers say."""

import shutil
from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict

from reelmill.app import App
from reelmill.config import is_loopback
from reelmill.errors import ReelmillError, Unavailable
from reelmill.web import who
from reelmill.web.deps import TheApp, caller_of
from reelmill.web.measures import Measures
from reelmill.web.problems import ProblemRaised

#: Less free space than this cannot hold a film and its draft.
LEAST_FREE_BYTES: Final = 512 * 1024 * 1024

router = APIRouter(tags=["health"])


class DiskFull(Unavailable):
    """The disk is nearly full."""


class NoNode(Unavailable):
    """No node works on jobs."""


class Check(BaseModel):
    """One thing that was looked at."""

    model_config = ConfigDict(frozen=True)

    name: str
    """What."""

    ok: bool
    """Whether it answers."""

    needed: bool
    """Whether requests can be answered without it."""

    detail: str = ""
    """Why not, and what to do."""


class Readiness(BaseModel):
    """Whether this process can do its work."""

    model_config = ConfigDict(frozen=True)

    ready: bool
    """Whether everything that is needed answers."""

    checks: list[Check]
    """Each thing."""


@router.get("/healthz", operation_id="is_alive")
def is_alive() -> dict[str, str]:
    """The process answers; asks nobody else."""
    return {"status": "ok"}


@router.get(
    "/readyz", operation_id="is_ready", responses={503: {"model": Readiness, "description": "No."}}
)
def is_ready(app: TheApp, response: Response) -> Readiness:
    """Database, store, disk and node. Without a node jobs wait, but are taken in."""
    checks = [
        _look("database", lambda: _ask_database(app)),
        _look("store", app.services.store.check),
        _look("disk", lambda: _measure_disk(app)),
        _look("node", lambda: _find_node(app), needed=False),
    ]
    ready = all(check.ok for check in checks if check.needed)
    response.status_code = HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE
    return Readiness(ready=ready, checks=checks)


def _look(name: str, act: Callable[[], object], *, needed: bool = True) -> Check:
    try:
        act()
    except ReelmillError as error:
        detail = f"{error.title} {error.hint}".strip()
        return Check(name=name, ok=False, needed=needed, detail=detail)
    return Check(name=name, ok=True, needed=needed)


def _ask_database(app: App) -> None:
    app.jobs.counts()


def _measure_disk(app: App) -> None:
    root = app.services.scratch_root
    root.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(root).free < LEAST_FREE_BYTES:
        raise DiskFull(hint=f"Free some space below {root}.")


def _find_node(app: App) -> None:
    if not app.jobs.nodes():
        raise NoNode(hint="Start one with `reelmill work`.")


def measures_of(request: Request) -> Measures:
    """The numbers of the site."""
    measures: Measures = request.app.state.measures
    return measures


def may_measure(request: Request, app: TheApp) -> None:
    """Numbers are for this machine, where the collector runs, and for operators.

    Raises:
        ProblemRaised: for anybody else.
    """
    if is_loopback(who.address_of(request)) or caller_of(request, app).is_operator:
        return
    raise ProblemRaised(HTTPStatus.FORBIDDEN, "operators_only", "Numbers are for operators.")


@router.get(
    "/metrics",
    operation_id="metrics",
    response_class=Response,
    dependencies=[Depends(may_measure)],
)
def metrics(measures: Annotated[Measures, Depends(measures_of)]) -> Response:
    """Numbers for Prometheus."""
    return Response(measures.text(), media_type="text/plain; version=0.0.4; charset=utf-8")
