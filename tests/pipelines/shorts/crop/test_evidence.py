"""What was seen -> how much each part of the picture matters, as tables."""

import numpy as np
import pytest
from numpy.typing import NDArray

from reelmill.pipelines.shorts.crop.ends import Extent
from reelmill.pipelines.shorts.crop.evidence import BINS, REASONS, Reason, Seen, remembered, weigh

Profile = NDArray[np.float64]

NOTHING: Profile = np.zeros(BINS)

WINDOW = 0.3


def bump(at: int) -> Profile:
    """Everything within five parts."""
    profile = np.zeros(BINS)
    profile[at - 2 : at + 3] = 0.2
    return profile


def seen(  # noqa: PLR0913 - one for each kind of evidence
    at_s: float,
    *,
    faces: Profile = NOTHING,
    motion: Profile = NOTHING,
    saliency: Profile = NOTHING,
    ends: Extent | None = None,
    shift: float = 0.0,
) -> Seen:
    return Seen(
        at_s=at_s,
        faces=faces,
        motion=motion,
        amount=float(motion.sum()),
        ends=ends,
        saliency=saliency,
        shift=shift,
    )


@pytest.mark.parametrize(
    ("one", "best"),
    [
        pytest.param({}, BINS // 2, id="nothing: the middle"),
        pytest.param({"saliency": bump(20)}, 20, id="what stands out"),
        pytest.param({"saliency": bump(20), "motion": bump(130)}, 130, id="motion before that"),
        pytest.param({"motion": bump(20), "faces": bump(130)}, 130, id="a face before motion"),
    ],
)
def test_most_matters(one: dict[str, Profile], best: int) -> None:
    mass = weigh([seen(n / 6, **one) for n in range(6)], window=WINDOW)
    assert (np.abs(mass.total.argmax(axis=1) - best) <= 2).all()


def test_evidence_is_kept_apart_by_its_reason() -> None:
    mass = weigh([seen(n / 6, faces=bump(40)) for n in range(3)], window=WINDOW)
    assert mass.parts.shape == (3, BINS, len(REASONS))
    assert mass.parts[:, 40, REASONS.index(Reason.FACE)].min() > 0
    assert mass.parts[:, :, REASONS.index(Reason.MOTION)].max() == 0


def test_a_subject_that_stops_is_remembered_less_and_less() -> None:
    profiles = np.array([bump(40)] + [NOTHING] * 20)
    kept = remembered(profiles, np.arange(21) / 2, np.zeros(21))[:, 40]
    assert (np.diff(kept) < 0).all()
    assert kept[-1] > 0


def test_what_will_be_seen_is_known_before() -> None:
    profiles = np.array([NOTHING] * 5 + [bump(40)])
    kept = remembered(profiles, np.arange(6) / 2, np.zeros(6))[:, 40]
    assert (np.diff(kept) > 0).all()


@pytest.mark.parametrize("seen_last", [False, True], ids=["before", "after"])
def test_memory_moves_with_the_camera(seen_last: bool) -> None:  # noqa: FBT001 - a row's value
    order = [NOTHING, bump(40)] if seen_last else [bump(40), NOTHING]
    kept = remembered(np.array(order), np.array([0.0, 0.2]), np.array([0.0, 16 / BINS]))
    assert int(kept[0 if seen_last else 1].argmax()) in range(
        *((22, 27) if seen_last else (54, 59))
    )


def test_what_is_seen_now_outdoes_what_is_remembered() -> None:
    kept = remembered(np.array([bump(40), bump(120)]), np.array([0.0, 0.2]), np.zeros(2))
    assert kept[1, 40] == 0


def test_a_wide_thing_is_where_it_came_to_and_where_it_set_off_from() -> None:
    middles = [0.3, 0.3, 0.32, 0.36, 0.4, 0.44, 0.44]
    going = [
        seen(
            at / 6,
            motion=bump(round(was * BINS)) if now != was else NOTHING,
            ends=Extent(was - 0.12, now + 0.12) if now != was else None,
        )
        for at, (was, now) in enumerate(zip([0.3, *middles], middles, strict=False))
    ]
    motion = weigh(going, window=WINDOW).parts[:, :, REASONS.index(Reason.MOTION)]
    led = motion @ (np.arange(BINS) + 0.5) / motion.sum(axis=1) / BINS
    assert led == pytest.approx(middles, abs=0.01)
    wide = (motion > motion.max(axis=1, keepdims=True) / 2).sum(axis=1)
    assert wide == pytest.approx(np.full(7, 0.24 * BINS), abs=3)


def test_motion_into_a_shot_is_that_of_the_shot_before() -> None:
    mass = weigh([seen(0.0, motion=bump(20)), seen(0.2), seen(0.4)], window=WINDOW)
    assert mass.parts[:, :, REASONS.index(Reason.MOTION)].max() == 0


@pytest.mark.parametrize("backwards", [False, True], ids=["halts", "sets off"])
def test_a_wide_thing_is_where_it_halts_and_not_half_a_step_behind(
    backwards: bool,  # noqa: FBT001 - a row's value
) -> None:
    step, half, last = 4, 20, 80
    spans = np.zeros((12, BINS))
    for at in range(1, 8):
        now = last - step * (7 - at)
        spans[at, now - step - half : now + half + 1] = 1 / (2 * half + step + 1)
    # Backwards, what moved since the sample before is what moves until the next.
    motion = np.roll(spans[::-1], 1, axis=0) if backwards else spans
    mass = weigh([seen(at / 6, motion=one) for at, one in enumerate(motion)], window=WINDOW)
    moving = mass.parts[4 if backwards else 7, :, REASONS.index(Reason.MOTION)]
    assert np.arange(BINS) @ moving / moving.sum() == pytest.approx(last, abs=0.5)
