"""What a batch does with one game."""

import pytest

from reelmill.catalog.jobs import JobState
from reelmill.pipelines.replays.batch.choices import Act, Asked, Known, Mode, choose


def sound() -> str:
    return ""


def gone() -> str:
    return "the video was gone"


def not_to_be_asked() -> str:
    raise AssertionError("nobody needs to look at the video")


def known(state: JobState, *, same: bool = True, fault: object = not_to_be_asked) -> Known:
    return Known(state=state, same_replay=same, fault=fault)  # type: ignore[arg-type]


NEW = None
DONE = known(JobState.COMPLETED, fault=sound)
GONE = known(JobState.COMPLETED, fault=gone)
OTHER = known(JobState.COMPLETED, same=False)
FAILED = known(JobState.FAILED)
MENDED = known(JobState.FAILED, same=False)
CANCELED = known(JobState.CANCELED)
WAITS = known(JobState.PENDING)
RUNS = known(JobState.IN_PROGRESS)

PLAIN = Asked()
RETRY = Asked(retry_failed=True)
ONLY_FAILED = Asked(mode=Mode.FAILED_ONLY)
FORCE = Asked(force=True)
STALE = Asked(resume_stale=True)


@pytest.mark.parametrize(
    ("game", "asked", "act"),
    [
        pytest.param(NEW, PLAIN, Act.START, id="a new game is started"),
        pytest.param(DONE, PLAIN, Act.SKIP, id="a done and sound one is skipped"),
        pytest.param(GONE, PLAIN, Act.REDO, id="one without its video is done again"),
        pytest.param(OTHER, PLAIN, Act.REDO, id="one with another replay is done again"),
        pytest.param(FAILED, PLAIN, Act.LEAVE, id="a failed one waits to be asked for"),
        pytest.param(MENDED, PLAIN, Act.REDO, id="a failed one with another replay is tried"),
        pytest.param(CANCELED, PLAIN, Act.LEAVE, id="a canceled one waits to be asked for"),
        pytest.param(WAITS, PLAIN, Act.FOLLOW, id="a waiting one is waited for"),
        pytest.param(RUNS, PLAIN, Act.FOLLOW, id="a running one is waited for"),
        pytest.param(RUNS, STALE, Act.FOLLOW, id="a stale one is waited for, never doubled"),
        pytest.param(DONE, STALE, Act.SKIP, id="a done one is not stale"),
        pytest.param(FAILED, RETRY, Act.REDO, id="a failed one is tried, when asked"),
        pytest.param(CANCELED, RETRY, Act.REDO, id="a canceled one too"),
        pytest.param(DONE, RETRY, Act.SKIP, id="a done one did not fail"),
        pytest.param(NEW, ONLY_FAILED, Act.UNCONCERNED, id="failed-only: not a new one"),
        pytest.param(GONE, ONLY_FAILED, Act.UNCONCERNED, id="failed-only: not one without video"),
        pytest.param(RUNS, ONLY_FAILED, Act.UNCONCERNED, id="failed-only: not a running one"),
        pytest.param(FAILED, ONLY_FAILED, Act.REDO, id="failed-only: a failed one"),
        pytest.param(DONE, FORCE, Act.REDO, id="force: a done one"),
        pytest.param(FAILED, FORCE, Act.REDO, id="force: a failed one"),
        pytest.param(RUNS, FORCE, Act.FOLLOW, id="force: never twice at once"),
    ],
)
def test_what_a_batch_does(game: Known | None, asked: Asked, act: Act) -> None:
    assert choose(game, asked).act is act


def test_the_reason_to_do_a_game_again_is_told() -> None:
    assert choose(GONE, PLAIN).why == "the video was gone"
    assert choose(OTHER, PLAIN).why == "the replay has changed"
    assert choose(FAILED, RETRY).why == "failed before"
