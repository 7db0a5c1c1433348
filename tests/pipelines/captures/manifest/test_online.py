"""Frames may be asked of a model over the network, and no answer is an answer, too."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest
from tests.pipelines.captures.checks.sights import record, world

from reelmill.http import Fetcher
from reelmill.pipelines.captures.checks.menu import MENU, Kind
from reelmill.pipelines.captures.manifest.choosing import (
    NoVision,
    UnknownClassifier,
    checks_by,
)
from reelmill.pipelines.captures.manifest.online import Online, Vision

ANSWERS: list[str] = []
ASKED: list[dict[str, Any]] = []
HEADERS: list[dict[str, str]] = []
_LOCK = threading.Lock()


class _Model(BaseHTTPRequestHandler):
    """Answers with what stands in `ANSWERS`, then that it sees gameplay."""

    def do_POST(self) -> None:
        with _LOCK:
            ASKED.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            HEADERS.append(dict(self.headers))
            answer = ANSWERS.pop(0) if ANSWERS else '{"kind": "gameplay"}'
        status = int(answer) if answer.isdecimal() else 200
        body = json.dumps({"choices": [{"message": {"content": answer}}]}).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def vision() -> Iterator[Vision]:
    for some in (ANSWERS, ASKED, HEADERS):
        some.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Model)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    url = f"http://127.0.0.1:{server.server_address[1]}/v1/chat/completions"
    yield Vision.model_validate({"url": url, "model": "seer/1", "key": "s3cret"})
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    fetcher = Fetcher(allow_networks=["127.0.0.1/32"])
    yield fetcher
    fetcher.close()


def test_every_frame_is_asked_for_once(vision: Vision, fetcher: Fetcher) -> None:
    ANSWERS.append('{"kind": "menu"}')
    kinds = Online(vision, fetcher)(world(5))
    assert sorted(kinds) == [Kind.GAMEPLAY] * 4 + [Kind.MENU]
    assert len(ASKED) == 5
    assert {asked["model"] for asked in ASKED} == {"seer/1"}
    assert {headers["Authorization"] for headers in HEADERS} == {"Bearer s3cret"}
    picture = ASKED[0]["messages"][0]["content"][1]["image_url"]["url"]
    assert picture.startswith("data:image/jpeg;base64,/9j/")


@pytest.mark.parametrize(
    "trouble",
    [
        pytest.param("503", id="a server in trouble"),
        pytest.param("a menu, I think", id="no JSON"),
        pytest.param('{"kind": "film"}', id="neither of the two"),
        pytest.param('{"kind": "error"}', id="it cannot tell"),
        pytest.param("[]", id="another document"),
    ],
)
def test_a_bad_answer_is_asked_for_again_and_after_three_it_is_an_error(
    vision: Vision, fetcher: Fetcher, trouble: str
) -> None:
    ask = Online(vision, fetcher)
    ANSWERS[:] = [trouble, trouble, '{"kind": "menu"}']
    assert ask(world(1)) == (Kind.MENU,)
    ANSWERS[:] = [trouble] * 3
    assert ask(world(1)) == (Kind.ERROR,)
    assert len(ASKED) == 6


def test_a_private_address_is_not_asked(vision: Vision) -> None:
    fetcher = Fetcher()
    assert Online(vision, fetcher)(world(1)) == (Kind.ERROR,)
    fetcher.close()
    assert ASKED == []


def test_the_secret_is_in_no_version_and_no_description(vision: Vision) -> None:
    assert "s3cret" not in repr(vision) + vision.version + vision.model_dump_json()


def test_figures_of_another_classifier_are_kept_under_another_name(vision: Vision) -> None:
    names = {check.id for check in checks_by("online", vision) if check.name == "menu"}
    assert names == {"menu@online-seer.1-1"}
    assert MENU in checks_by("lettering")


def test_one_function_is_a_classifier() -> None:
    (menu,) = [one for one in checks_by(f"{__name__}:nothing_but_menus") if one.name == "menu"]
    assert menu.version.endswith(":nothing_but_menus-7")
    figures = menu.measure(record())
    assert figures.video_menu_percent == 1.0


def nothing_but_menus(frames: np.ndarray[Any, Any]) -> tuple[Kind, ...]:
    return (Kind.MENU,) * len(frames)


nothing_but_menus.version = "7"  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["", "nobody", "no.such:thing", "json:nothing", "json:__name__"])
def test_a_classifier_that_there_is_not_is_refused(name: str) -> None:
    with pytest.raises(UnknownClassifier):
        checks_by(name)


def test_online_without_a_model_is_refused_with_what_to_do() -> None:
    with pytest.raises(NoVision) as refused:
        checks_by("online")
    assert "reelmill.toml" in refused.value.hint
