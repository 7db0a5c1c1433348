"""Drafts by a language model behind an API as OpenAI's, served here; what goes wrong is by rule."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from pydantic import SecretStr

from reelmill.http import Fetcher
from reelmill.pipelines.storyboards import plan
from reelmill.pipelines.storyboards.drafting import ByRule, drafter_of
from reelmill.pipelines.storyboards.settings import LlmSettings
from reelmill.pipelines.storyboards.spec import GenerationRequest

REQUEST = GenerationRequest(
    prompt="A walk along the sea", duration=15, style="noir", brand_guidelines={"tone": "warm"}
)


def written(count: int) -> str:
    scenes = [
        {"description": f"Words {n}", "image_prompt": f"A wave, number {n}"} for n in range(count)
    ]
    return f"Here you are:\n```json\n{json.dumps(scenes)}\n```"


@contextmanager
def model(text: str, status: int = 200) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A model that always says the same; gives its address and what it was asked."""
    heard: list[dict[str, Any]] = []

    class Answer(BaseHTTPRequestHandler):
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            heard.append({"path": self.path, "token": self.headers["Authorization"], **body})
            told = json.dumps({"choices": [{"message": {"content": text}}]}).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1", heard
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def http() -> Iterator[Fetcher]:
    fetcher = Fetcher(("127.0.0.0/8",))
    yield fetcher
    fetcher.close()


def settings(url: str) -> LlmSettings:
    return LlmSettings(url=url, model="small", token=SecretStr("k"))


def test_the_words_are_the_models_and_all_else_is_by_rule(http: Fetcher) -> None:
    with model(written(3)) as (url, heard):
        drafted = drafter_of(http, settings(url)).draft(REQUEST)
    ruled = plan.draft(REQUEST)
    assert [scene.description for scene in drafted] == ["Words 0", "Words 1", "Words 2"]
    assert drafted[1].image_prompt == (
        "A wave, number 1, noir style, high quality, professional cinematography"
    )
    assert [scene.duration for scene in drafted] == [scene.duration for scene in ruled]
    assert [scene.transition for scene in drafted] == [scene.transition for scene in ruled]
    assert (heard[0]["path"], heard[0]["token"]) == ("/v1/chat/completions", "Bearer k")
    assert json.loads(heard[0]["messages"][1]["content"])["brand_guidelines"] == {"tone": "warm"}


@pytest.mark.parametrize(
    ("text", "status"),
    [
        pytest.param(written(3), 500, id="it is out of order"),
        pytest.param(written(2), 200, id="too few scenes"),
        pytest.param("I would rather not.", 200, id="no scenes at all"),
        pytest.param("[{]", 200, id="no JSON"),
        pytest.param('[{"description": ""}]', 200, id="a scene without words"),
    ],
)
def test_what_a_model_gets_wrong_is_done_by_rule(http: Fetcher, text: str, status: int) -> None:
    with model(text, status) as (url, _):
        assert drafter_of(http, settings(url)).draft(REQUEST) == plan.draft(REQUEST)


def test_a_model_that_is_not_there_is_done_without(http: Fetcher) -> None:
    assert drafter_of(http, settings("http://127.0.0.1:9/v1")).draft(REQUEST) == plan.draft(REQUEST)


def test_without_a_model_drafts_are_by_rule(http: Fetcher) -> None:
    assert isinstance(drafter_of(http, LlmSettings()), ByRule)
