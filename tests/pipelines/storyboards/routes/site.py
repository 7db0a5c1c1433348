"""A site of the storyboards whose node works, beside a simulated provider."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
from PIL import Image
from tests.pipelines.storyboards.gallery import Clock, chosen, gallery, wait
from tests.web.reels import Served, serving

from reelmill.app import App
from reelmill.children import Children
from reelmill.pipelines.storyboards.providers.simulator.faults import Call, Fault, Scheduled
from reelmill.pipelines.storyboards.providers.simulator.server import Provider
from reelmill.pipelines.storyboards.providers.simulator.server import serving as provider_serving
from reelmill.pipelines.storyboards.tables import boards, scenes

PROMPT = "A walk along the sea at dawn"

#: So often as a test may ask; those of rates say otherwise.
OFTEN = {"generate": 1000, "render": 1000, "export": 1000, "upload": 1000}


@dataclass(frozen=True, kw_only=True)
class Site:
    """What a test speaks to."""

    served: Served
    provider: Provider
    clock: Clock

    @property
    def http(self) -> httpx.Client:
        return self.served.http

    @property
    def app(self) -> App:
        return self.served.app

    def plan(self, call: Call, *faults: Fault | None) -> None:
        """What goes wrong next at the provider."""
        plan(self.provider, call, *faults)

    def generate(self, **asked: Any) -> dict[str, Any]:
        """Ask for a board."""
        body = {"prompt": PROMPT, "duration": 5, **asked}
        return told(self.http.post("/v1/storyboards/generate", json=body), 202)

    def drafted(self, **asked: Any) -> str:
        """A board that was drafted."""
        board_id: str = self.generate(**asked)["job_id"]
        wait(self.app, board_id)
        return board_id

    def approved(self, **asked: Any) -> str:
        """A board that was drafted and approved."""
        board_id = self.drafted(**asked)
        told(self.post(board_id, "approve"))
        return board_id

    def made(self, **asked: Any) -> str:
        """A board with its video."""
        board_id = self.approved(**asked)
        told(self.post(board_id, "render"), 202)
        assert self.ended(board_id)["status"] == "completed"
        return board_id

    def ended(self, board_id: str) -> dict[str, Any]:
        """A board on which nobody works any more."""
        wait(self.app, board_id)
        return self.get(board_id)

    def get(self, board_id: str) -> dict[str, Any]:
        """A board as it is now."""
        return told(self.http.get(f"/v1/storyboards/{board_id}"))

    def post(self, board_id: str, verb: str, body: Any = None) -> httpx.Response:
        """Ask for something to be done with a board."""
        return self.http.post(f"/v1/storyboards/{board_id}/{verb}", json=body)

    def put(self, board_id: str, what: str, body: Any = None) -> httpx.Response:
        """Change something of a board."""
        return self.http.put(f"/v1/storyboards/{board_id}/{what}", json=body)

    def set(self, board_id: str, **columns: Any) -> None:
        """Bring a board into a state by hand."""
        with self.app.services.catalog.begin() as conn:
            boards.change(conn, board_id, now=self.clock(), **columns)

    def empty(self, board_id: str) -> None:
        """Take all scenes of a board away."""
        with self.app.services.catalog.begin() as conn:
            scenes.replace(conn, board_id, [])

    @property
    def requests(self) -> list[tuple[str, str, int]]:
        """What the provider was asked."""
        return self.provider.answered


def told(response: httpx.Response, status: int = 200) -> dict[str, Any]:
    """What was answered, as it should be."""
    assert response.status_code == status, response.text
    found: dict[str, Any] = response.json()
    return found


def refused(response: httpx.Response, status: int, detail: str) -> dict[str, Any]:
    """A problem document with exactly this text."""
    problem = told(response, status)
    assert problem["detail"] == detail
    return problem


def plan(provider: Provider, call: Call, *faults: Fault | None) -> None:
    """What goes wrong next."""
    provider.faults = provider.books.faults = Scheduled({call: faults})


def picture(size: tuple[int, int] = (64, 36), kind: str = "PNG") -> bytes:
    """A picture of one's own."""
    file = BytesIO()
    Image.new("RGB", size, (200, 120, 40)).save(file, kind)
    return file.getvalue()


def wav() -> bytes:
    """A tenth of a second of silence."""
    data = b"\0" * 1600
    head = b"RIFF" + (36 + len(data)).to_bytes(4, "little") + b"WAVEfmt \x10\0\0\0\x01\0\x01\0"
    return (
        head + b"\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data" + len(data).to_bytes(4, "little") + data
    )


@contextmanager
def site(home: Path, warm: Children, **more: Any) -> Iterator[Site]:
    """A site with a node."""
    provider, clock = Provider(), Clock()
    with provider_serving(provider) as url:
        section = chosen(url, **{"rates": OFTEN, "breaker": {"failures": 1000}, **more})
        with (
            gallery(home, section, clock=clock, children=warm) as app,
            app.node(),
            serving(app) as served,
        ):
            yield Site(served=served, provider=provider, clock=clock)
