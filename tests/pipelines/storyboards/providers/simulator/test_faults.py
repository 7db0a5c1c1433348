"""Faults come as they were asked for, or by chance that can be repeated."""

import pytest

from reelmill.pipelines.storyboards.providers.simulator.faults import (
    POSSIBLE,
    Call,
    Fault,
    Scheduled,
    Seeded,
)


def test_what_was_asked_for_comes_once_and_in_order() -> None:
    faults = Scheduled({Call.LOOK: [None, Fault.BROKEN, Fault.HUNG_UP]})
    assert [faults.next(Call.LOOK) for _ in range(4)] == [None, Fault.BROKEN, Fault.HUNG_UP, None]
    assert faults.next(Call.CREATE) is None


def _drawn(seed: int, **more: float) -> list[tuple[Call, Fault | None]]:
    faults = Seeded(seed, **more)  # type: ignore[arg-type]
    return [(call, faults.next(call)) for _ in range(30) for call in Call]


def test_the_same_seed_gives_the_same_faults() -> None:
    assert _drawn(7) == _drawn(7) != _drawn(8)


def test_each_kind_of_call_has_only_its_own_faults() -> None:
    drawn = _drawn(3, share=1.0, at_most=10_000)
    assert all(fault in POSSIBLE[call] for call, fault in drawn)
    assert {fault for _, fault in drawn} == {each for of in POSSIBLE.values() for each in of}


@pytest.mark.parametrize("seed", range(20))
def test_every_story_ends(seed: int) -> None:
    drawn = [fault for _, fault in _drawn(seed, share=1.0, at_most=5)]
    assert sum(fault is not None for fault in drawn) == 5
