from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

from reelmill.engine.retry import NEVER, ON_OUTAGE
from reelmill.engine.words import ArtifactMade, Step, VideoMade, step, stepping, workflow
from reelmill.units import StoreKey


class Half(BaseModel):
    whole: int


class Told(BaseModel):
    halves: tuple[int, ...]


@step("cakes.cut")
def cut(whole: int, *, parts: int = 2) -> int:
    """Cut it."""
    return whole // parts


@step("cakes.share", retry=ON_OUTAGE)
def share(half: Half) -> Told:
    return Told(halves=(half.whole, cut(half.whole)))


@workflow("cakes.eat")
def eat(half: Half) -> Told:
    return share(half)


class Listening:
    """A runner that notes which steps come to it."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def run(self, step: Step[..., Any], call: Callable[[], Any]) -> Any:
        self.heard.append(step.name)
        with stepping(None):
            return call()


def test_a_step_is_a_plain_function_outside_of_a_workflow() -> None:
    assert cut(9) == 4
    assert cut(9, parts=3) == 3


def test_a_workflow_is_a_plain_function_where_there_is_no_engine() -> None:
    assert eat(Half(whole=8)) == Told(halves=(8, 4))


def test_steps_of_a_workflow_go_to_the_engine() -> None:
    runner = Listening()
    with stepping(runner):
        assert eat(Half(whole=8)) == Told(halves=(8, 4))
    assert runner.heard == ["cakes.share"]


def test_the_engine_is_gone_after_the_workflow() -> None:
    runner = Listening()
    with stepping(runner):
        pass
    cut(2)
    assert runner.heard == []


def test_names_and_policies_are_as_written() -> None:
    assert (eat.name, cut.name, share.name) == ("cakes.eat", "cakes.cut", "cakes.share")
    assert (cut.retry, share.retry) == (NEVER, ON_OUTAGE)


def test_what_a_step_gives_survives_json() -> None:
    told = Told(halves=(1, 2))
    stored = share.outcome.dump_python(told, mode="json")
    assert stored == {"halves": [1, 2]}
    assert share.outcome.validate_python(stored) == told


def test_a_result_tells_what_a_video_is_as_it_was_decoded() -> None:
    size: dict[str, Any] = {"width": 1080, "height": 1920, "duration_s": 2.0, "frames": 60}
    key = StoreKey("a/video.mp4")
    file = ArtifactMade(
        kind="video", key=key, content_type="video/mp4", size_bytes=6, sha256="0" * 64, **size
    )
    assert VideoMade.of(file) == VideoMade(key=key, size_bytes=6, **size)
