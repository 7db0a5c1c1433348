"""Money over real HTTP: what may be spent, how often one may ask, who is left alone, who sees what.

And what is open to whoever brings a signature.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.pipelines.storyboards.gallery import board_of, chosen, gallery, wait
from tests.pipelines.storyboards.routes.site import (
    OFTEN,
    PROMPT,
    Site,
    picture,
    refused,
    site,
    told,
)
from tests.web.people import person
from tests.web.reels import listening, until

from reelmill.children import Children
from reelmill.pipelines.storyboards.providers.simulator.faults import Call, Fault, Scheduled
from reelmill.pipelines.storyboards.providers.simulator.server import Provider
from reelmill.pipelines.storyboards.providers.simulator.server import serving as provider_serving
from reelmill.pipelines.storyboards.requests import picture_link
from reelmill.pipelines.storyboards.settings import RateLimits
from reelmill.pipelines.storyboards.settling import give_up_stalled
from reelmill.pipelines.storyboards.spec import VideoStatus
from reelmill.pipelines.storyboards.tables import scenes

BODY = {"prompt": PROMPT, "duration": 5}


@contextmanager
def opened(tmp_path: Path, warm: Children, **more: Any) -> Iterator[Site]:
    with site(tmp_path / "home", warm, **more) as place:
        yield place


@pytest.mark.parametrize(
    ("rates", "ask"),
    [
        pytest.param("generate", "generate", id="boards"),
        pytest.param("render", "render", id="renders"),
        pytest.param("upload", "upload", id="uploads"),
    ],
)
def test_one_may_ask_only_so_often_in_a_minute(
    tmp_path: Path, warm: Children, rates: str, ask: str
) -> None:
    limits = {"generate": 100, "render": 100, "export": 100, "upload": 100, rates: 2}
    with opened(tmp_path, warm, rates=limits) as place:
        nobody = f"/v1/storyboards/{'0' * 32}"
        asks = {
            "generate": lambda: place.http.post("/v1/storyboards/generate", json=BODY),
            "render": lambda: place.http.post(f"{nobody}/render"),
            "upload": lambda: place.http.post(
                "/v1/storyboards/assets", files={"file": ("a.png", picture())}
            ),
        }
        for _ in range(2):
            assert asks[ask]().status_code != 429
        late = asks[ask]()
        refused(late, 429, "Rate limit exceeded: 2 per 1 minute")
        assert 0 < int(late.headers["retry-after"]) <= 60
        place.clock.move(seconds=61)
        assert asks[ask]().status_code != 429


def test_new_copies_are_counted_and_looks_at_them_are_not(tmp_path: Path, warm: Children) -> None:
    with opened(tmp_path, warm, rates={**OFTEN, "export": 1}) as place:
        path = f"/v1/storyboards/{place.made()}/export?quality"
        told(place.http.get(f"{path}=low"), 202)
        until(lambda: place.http.get(f"{path}=low").status_code == 200)
        refused(place.http.get(f"{path}=high"), 429, "Rate limit exceeded: 1 per 1 minute")
        assert place.http.get(f"{path}=low").status_code == 200
        place.clock.move(seconds=61)
        told(place.http.get(f"{path}=high"), 202)


def test_the_usual_rates_are_those_of_the_api_before() -> None:
    rates = RateLimits()
    assert (rates.generate, rates.render, rates.export, rates.upload) == (5, 5, 5, 10)


def test_a_spent_budget_refuses_before_anything_is_bought(tmp_path: Path, warm: Children) -> None:
    budgets = {"user_hard_usd": "0.70", "user_soft_usd": "0.50"}
    with opened(tmp_path, warm, budgets=budgets) as place:
        quote = told(place.http.post("/v1/storyboards/estimate", json=BODY))
        assert quote["warnings"] == ["Daily budget warning: 0.61 USD of the user, more than 0.50"]
        begun = place.generate()
        assert begun["warnings"] == quote["warnings"]
        wait(place.app, begun["job_id"])
        told(place.post(begun["job_id"], "approve"))
        told(place.post(begun["job_id"], "render"), 202)
        board_id = place.ended(begun["job_id"])["job_id"]
        bought = len(place.provider.books.purchases)
        text = "Daily budget exceeded: 0.51 of 0.70 USD spent, 0.61 more are needed"
        refused(place.http.post("/v1/storyboards/generate", json=BODY), 429, text)
        told(place.put(board_id, "scenes/1", {"title": "Again"}))
        told(place.post(board_id, "approve"))
        text = "Daily budget exceeded: 0.51 of 0.70 USD spent, 0.60 more are needed"
        refused(place.post(board_id, "render"), 429, text)
        assert len(place.provider.books.purchases) == bought
        user, day = place.http.get("/v1/storyboards/budget").json()
        assert (user["spent"], user["hard_limit"], day["hard_limit"]) == (0.509, 0.7, 150)
        place.clock.move(days=1)
        told(place.post(board_id, "render"), 202)
        assert place.ended(board_id)["status"] == "completed"


def test_a_provider_that_fails_three_times_is_left_alone_for_five_minutes(
    tmp_path: Path, warm: Children
) -> None:
    with opened(tmp_path, warm, breaker={"failures": 3, "rest_s": 300}) as place:
        ready = place.approved()
        place.plan(Call.CREATE, *[Fault.RATE_LIMITED] * 9)
        failed = place.generate()["job_id"]
        wait(place.app, failed)
        late = place.http.post("/v1/storyboards/generate", json=BODY)
        assert told(late, 503)["code"] == "provider_resting"
        assert 290 <= int(late.headers["retry-after"]) <= 300
        assert place.post(ready, "render").status_code == 503
        assert place.post(ready, "scenes/1/regenerate").status_code == 503
        refine = {"scene_number": 1, "new_image_prompt": "A lighthouse at night"}
        assert place.post(ready, "refine", refine).status_code == 503
        asked = len(place.requests)
        place.clock.move(seconds=301)
        told(place.post(ready, "render"), 202)
        assert place.ended(ready)["status"] == "completed"
        assert len(place.requests) > asked


def test_of_a_model_that_charged_more_than_it_may_nothing_more_is_asked_for(
    tmp_path: Path, warm: Children
) -> None:
    with opened(tmp_path, warm) as place:
        first, second = place.approved(), place.approved()
        place.plan(Call.WORK, Fault.DEAR)
        told(place.post(first, "render"), 202)
        assert place.ended(first)["warnings"] == [
            "Actual cost 1.51 USD exceeds the estimate of 0.51 USD by more than 20 %"
        ]
        asked = len(place.requests)
        problem = refused(
            place.post(second, "render"),
            409,
            "skyreels-2 charged 1.5 USD where 0.6 USD were held: "
            "it is not used until its price is set anew",
        )
        assert problem["code"] == "model_barred"
        assert place.get(second)["status"] == "storyboard_ready"
        assert len(place.requests) == asked
        told(place.post(second, "scenes/1/regenerate"), 202)
        assert place.ended(second)["status"] == "storyboard_ready"
        place.plan(Call.WORK, Fault.DEAR)
        told(place.post(second, "scenes/1/regenerate"), 202)
        place.ended(second)
        assert place.post(second, "scenes/2/regenerate").status_code == 409
        asked = len(place.requests)
        late = told(place.http.post("/v1/storyboards/generate", json=BODY), 409)
        assert late["code"] == "model_barred"
        assert late["detail"].startswith(
            "flux-schnell charged 0.009 USD where 0.0036 USD were held"
        )
        assert len(place.requests) == asked


def test_costs_tell_of_every_attempt_and_warn_above_a_fifth_more(
    tmp_path: Path, warm: Children
) -> None:
    with opened(tmp_path, warm) as place:
        board_id = place.approved()
        place.plan(Call.WORK, Fault.FAILS, Fault.STOPPED)
        told(place.post(board_id, "render"), 202)
        board = place.ended(board_id)
        assert (board["estimated_cost"], board["actual_cost"]) == (0.51, 1.01)
        assert board["warnings"] == [
            "Actual cost 1.01 USD exceeds the estimate of 0.51 USD by more than 20 %"
        ]
        costs = told(place.http.get(f"/v1/storyboards/{board_id}/costs"))
        films = [one for one in costs["purchases"] if one["purpose"].startswith("film-")]
        assert [(one["attempt"], one["state"], one["actual_cost"]) for one in films] == [
            (1, "failed", 0.25),
            (2, "canceled", 0.25),
            (3, "succeeded", 0.5),
        ]
        assert costs["actual_cost"] == float(place.provider.books.total_usd)


def test_what_a_provider_cannot_tell_a_person_decides(tmp_path: Path, warm: Children) -> None:
    with opened(tmp_path, warm) as place:
        board_id = place.approved()
        planned = Scheduled({Call.CREATE: [Fault.LOST_AFTER], Call.LIST: [Fault.FORGOT]})
        place.provider.faults = place.provider.books.faults = planned
        told(place.post(board_id, "render"), 202)
        board = place.ended(board_id)
        assert board["error_message"] == (
            "The provider cannot tell whether it took the request: a person must decide"
        )
        assert board["held_cost"] == 0.6
        costs = told(place.http.get(f"/v1/storyboards/{board_id}/costs"))
        path = f"/v1/storyboards/ledger/{costs['purchases'][-1]['id']}/decide"
        bought = place.provider.books.purchases[-1].id
        decided = told(place.http.post(path, json={"prediction_id": bought}))
        assert decided["state"] == "submitted"
        refused(
            place.http.post(path, json={"prediction_id": None}),
            409,
            "Cannot decide about a purchase in state 'submitted'",
        )
        told(place.post(board_id, "retry"), 202)
        assert place.ended(board_id)["status"] == "completed"
        assert place.get(board_id)["actual_cost"] == 0.51


def test_a_provider_fetches_pictures_by_signed_links_and_nobody_else_does(
    tmp_path: Path, warm: Children
) -> None:
    with opened(tmp_path, warm) as place, person(place.served, "ann") as ann:
        board_id = told(ann.http.post("/v1/storyboards/generate", json=BODY), 202)["job_id"]
        wait(place.app, board_id)
        with place.app.services.catalog.read() as conn:
            key = scenes.of_board(conn, board_id)[0].picture_key
        assert key is not None
        link = picture_link(place.app.services, key)
        assert place.http.get(link).headers["content-type"] == "image/png"
        assert place.http.get(link.replace("pictures", "videos")).status_code == 404
        assert place.http.get(link.partition("?")[0]).status_code == 404
        place.clock.move(days=3)
        assert place.http.get(link).status_code == 404


def test_a_call_that_nobody_signed_is_not_heard(tmp_path: Path, warm: Children) -> None:
    with opened(tmp_path, warm) as place:
        answer = place.http.post("/v1/storyboards/webhooks/replicate", json={"id": "x"})
        assert told(answer, 400)["code"] == "not_the_provider"


def test_a_call_of_the_provider_ends_the_wait_for_the_next_look(
    tmp_path: Path, warm: Children
) -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    provider = Provider(looks=1000, works_s=0.1, webhook_secret=secret)
    with provider_serving(provider) as url:
        over_http = {"url": url, "token": "t", "webhook_secret": secret}
        waits = {"poll_s": 600, "download_retry_s": (0.01,)}
        section = chosen(url, replicate=over_http, waits=waits, rates=OFTEN)
        port = free_port()
        public = f"http://127.0.0.1:{port}"
        home = tmp_path / "home"
        with (
            gallery(home, section, children=warm, public_url=public) as app,
            app.node(),
            listening(app, port),
            httpx.Client(base_url=public, timeout=60) as http,
        ):
            board_id = told(http.post("/v1/storyboards/generate", json=BODY), 202)["job_id"]
            wait(app, board_id)
            assert told(http.get(f"/v1/storyboards/{board_id}"))["status"] == "storyboard_ready"
    assert len(provider.books.purchases) == 3


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
    return port


def test_a_board_that_stands_still_for_a_quarter_of_an_hour_is_given_up(
    tmp_path: Path, warm: Children
) -> None:
    with opened(tmp_path, warm) as place:
        board_id = place.drafted()
        place.set(board_id, status=VideoStatus.RENDERING)
        place.clock.move(seconds=899)
        assert give_up_stalled(place.app.services, place.app.jobs) == 0
        place.clock.move(seconds=2)
        assert give_up_stalled(place.app.services, place.app.jobs) == 1
        board = board_of(place.app, board_id)
        assert (board.status, board.error_message) == (
            VideoStatus.FAILED,
            "Job stalled: no progress for 15 minutes",
        )
        told(place.post(board_id, "retry"), 202)
        assert place.ended(board_id)["status"] == "storyboard_ready"


def test_progress_is_told_as_it_happens(tmp_path: Path, warm: Children) -> None:
    with opened(tmp_path, warm) as place:
        place.provider.books.looks = 200
        begun = place.generate()
        try:
            board = until(lambda: _drawing(place.get(begun["job_id"])))
        finally:
            place.provider.books.looks = 0
        assert board["progress"]["current_stage"] == "generating_storyboard"
        assert (board["progress"]["scenes_total"], board["progress"]["scenes_completed"]) == (3, 0)
        with place.http.stream("GET", board["links"]["events"]) as events:
            assert events.headers["content-type"].startswith("text/event-stream")
            assert next(line for line in events.iter_lines() if line).startswith("id: ")
        place.post(begun["job_id"], "cancel")
        wait(place.app, begun["job_id"])


def _drawing(board: dict[str, Any]) -> dict[str, Any] | None:
    is_drawing = board["progress"]["message"] == "Generating image for scene 1 of 3..."
    return board if is_drawing else None
