"""Draft, approve, render; kill the worker anywhere: one video, and nothing is paid for twice."""

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.acceptance.reelmill_process import Installation, kill_group

from reelmill.accounts.caller import LOCAL
from reelmill.app import App, build
from reelmill.config import Settings
from reelmill.media.verify import verify
from reelmill.pipelines.storyboards.bench import Whole
from reelmill.pipelines.storyboards.providers.simulator.faults import Call, Fault, Scheduled
from reelmill.pipelines.storyboards.providers.simulator.server import Provider, serving
from reelmill.pipelines.storyboards.records import EntryState
from reelmill.pipelines.storyboards.render.drawing import FILM_SIZES
from reelmill.pipelines.storyboards.render.film import film_profile
from reelmill.pipelines.storyboards.spec import AspectRatio, GenerationRequest, VideoStatus
from reelmill.pipelines.storyboards.studio import Studio

pytestmark = [pytest.mark.ffmpeg, pytest.mark.kill, pytest.mark.timeout(900)]

#: Seconds until something must have happened on a slow machine.
PATIENCE_S = 120.0

ASKED = GenerationRequest(
    prompt="A quiet lake at dawn", duration=5, aspect_ratio=AspectRatio.SQUARE
)

Kill = Callable[["subprocess.Popen[str]"], None]


@contextmanager
def _desk(home: Path) -> Iterator[tuple[App, Studio]]:
    """The system as one sees it who only asks: no node."""
    with build(Settings(home=home)) as app:
        yield app, Studio(here=app.services, jobs=app.jobs, caller=LOCAL)


def _until(studio: Studio, board_id: str, holds: Callable[[Whole], bool], log: str) -> Whole:
    ends_at = time.monotonic() + PATIENCE_S
    while time.monotonic() < ends_at:
        whole = studio.whole(board_id)
        if holds(whole):
            return whole
        time.sleep(0.05)
    pytest.fail(f"{studio.whole(board_id).board}\n{log}")


def _is(status: VideoStatus) -> Callable[[Whole], bool]:
    return lambda whole: whole.board.status is status


def _approved(studio: Studio, installation: Installation) -> str:
    board_id = studio.draft(ASKED).board.id
    _until(studio, board_id, _is(VideoStatus.STORYBOARD_READY), installation.log())
    return studio.approve(board_id).board.id


def _stop(worker: "subprocess.Popen[str]", installation: Installation) -> None:
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=PATIENCE_S) == 0, installation.log()


@pytest.mark.parametrize(
    "kill",
    [
        pytest.param(lambda process: (process.kill(), process.wait()), id="the worker"),
        pytest.param(kill_group, id="its whole group"),
    ],
)
def test_a_worker_that_is_killed_while_it_films_leaves_one_sound_film(
    kill: Kill, tmp_path: Path
) -> None:
    installation = Installation(tmp_path / "home")
    with _desk(installation.home) as (app, studio):
        worker = installation.start("work")
        board_id = _approved(studio, installation)
        studio.render(board_id)
        at_work = _until(studio, board_id, lambda whole: whole.board.done > 0, installation.log())
        assert at_work.board.status is VideoStatus.RENDERING
        kill(worker)
        worker = installation.start("work")
        done = _until(studio, board_id, _is(VideoStatus.COMPLETED), installation.log()).board
        _stop(worker, installation)
        assert done.film is not None
        path = app.services.store.local_path(done.film.key)
        assert path is not None
        verify(path, film_profile(FILM_SIZES[AspectRatio.SQUARE]), frames=150)
        films = [one for one in studio.purchases(board_id) if one.purpose.startswith("film-")]
        assert [one.state for one in films] == [EntryState.SUCCEEDED]


def test_a_prediction_that_was_paid_is_gone_on_with_after_a_kill(tmp_path: Path) -> None:
    provider = Provider(Scheduled({Call.CREATE: [None] * 3 + [Fault.LOST_AFTER]}), looks=3)
    prefix = "REELMILL_PIPELINES__STORYBOARDS__"
    with serving(provider) as url:
        chosen = {
            f"{prefix}PROVIDER": "replicate",
            f"{prefix}REPLICATE__URL": url,
            f"{prefix}REPLICATE__TOKEN": "any",
            f"{prefix}REPLICATE__CALL_WAITS_S": "[0.1]",
            f"{prefix}WAITS__POLL_S": "0.3",
            "REELMILL_FETCH_ALLOW_NETWORKS": '["127.0.0.1/32"]',
        }
        with pytest.MonkeyPatch.context() as patched:
            for name, value in chosen.items():
                patched.setenv(name, value)
            installation = Installation(tmp_path / "home")
            with _desk(installation.home) as (_, studio):
                _kill_while_it_is_watched(provider, studio, installation)


def _kill_while_it_is_watched(
    provider: Provider, studio: Studio, installation: Installation
) -> None:
    worker = installation.start("work")
    board_id = _approved(studio, installation)
    studio.render(board_id)

    def submitted(_: Whole) -> bool:
        entries = studio.purchases(board_id)
        return entries[-1].purpose.startswith("film-") and bool(entries[-1].prediction_id)

    _until(studio, board_id, submitted, installation.log())
    kill_group(worker)
    worker = installation.start("work")
    done = _until(studio, board_id, _is(VideoStatus.COMPLETED), installation.log())
    _stop(worker, installation)
    assert len(provider.books.purchases) == 4
    assert provider.books.bought_twice() == []
    assert done.costs.actual == provider.books.total_usd
    assert done.board.film is not None
    assert done.board.film.frames == 150
