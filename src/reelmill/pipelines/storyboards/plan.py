"""A prompt -> scenes; scenes -> frames, price and time to come. Decides; touches nothing."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Final, NamedTuple

from reelmill.pipelines.storyboards.refusals import BadOrder
from reelmill.pipelines.storyboards.settings import VARIANCE, ModelPrice
from reelmill.pipelines.storyboards.spec import (
    MAX_SCENES,
    MAX_VARIATIONS,
    MIN_SCENES,
    GenerationRequest,
    GivenScene,
    Scene,
    Transition,
)

#: Seconds of video for each scene of a draft. Source: storyboard task.
SECONDS_A_SCENE: Final = 5

#: What makes a picture look made with care. Source: storyboard task.
FINISH: Final = ", high quality, professional cinematography"

#: Letters of the prompt that go into one description and into one image prompt.
DESCRIPTION_LETTERS, PROMPT_LETTERS = 900, 1700

#: What money is told in.
CENT: Final = Decimal("0.01")


class Telling(NamedTuple):
    """How a variation tells the same prompt."""

    opening: str
    """What its first scene is called."""

    context: str
    """Its second."""

    middle: str
    """Those that follow, before their number."""

    closing: str
    """Its last."""

    transition: Transition
    """How its scenes follow each other."""


#: The first is that of a board alone. Source: storyboard task.
TELLINGS: Final = (
    Telling("Opening scene", "Context", "Scene", "Closing scene", Transition.CROSSFADE),
    Telling("First glimpse", "Close view", "Moment", "Last glimpse", Transition.CUT),
    Telling("Wide view", "Surroundings", "View", "Parting view", Transition.FADE),
)


def scene_count(duration_s: int) -> int:
    """How many scenes a draft of a length has.

    >>> scene_count(5), scene_count(30), scene_count(300)
    (3, 6, 10)
    """
    return min(max(duration_s // SECONDS_A_SCENE, MIN_SCENES), MAX_SCENES)


def scenes_of(request: GenerationRequest) -> int:
    """How many scenes a draft has: one for each given picture at least.

    >>> scenes_of(GenerationRequest(prompt="A walk along the sea", duration=5))
    3
    """
    return max(scene_count(request.duration), len(request.picture_asset_ids))


def durations(duration_s: int, scenes: int) -> tuple[Decimal, ...]:
    """Equal durations, to the hundredth of a second, whose sum is the whole.

    >>> [str(one) for one in durations(5, 3)]
    ['1.66', '1.67', '1.67']
    """
    ends = [duration_s * 100 * number // scenes for number in range(scenes + 1)]
    return tuple(Decimal(end - start) / 100 for start, end in pairwise(ends))


def missing_pictures(request: GenerationRequest, given: Sequence[GivenScene] = ()) -> int:
    """How many pictures have to be made for a board: none where all were uploaded."""
    return 0 if given else scenes_of(request) - len(request.picture_asset_ids)


def draft(request: GenerationRequest, variation: int = 1) -> tuple[Scene, ...]:
    """The scenes of a prompt by rule: an opening, a context, what happens, a closing."""
    count, telling = scenes_of(request), TELLINGS[variation - 1]
    roles = [role_of(number, count, telling) for number in range(1, count + 1)]
    return tuple(
        Scene(
            scene_number=number,
            description=f"{role}: {clipped(request.prompt, DESCRIPTION_LETTERS)}",
            duration=duration,
            image_prompt=_image_prompt(request, role),
            transition=_transition(number, telling),
        )
        for number, (role, duration) in enumerate(
            zip(roles, durations(request.duration, count), strict=True), start=1
        )
    )


def of_uploads(given: Sequence[GivenScene], style: str | None) -> tuple[Scene, ...]:
    """The scenes of pictures that were uploaded."""
    return tuple(
        Scene(
            scene_number=number,
            description=one.description,
            duration=one.duration,
            image_prompt=finished(one.description, style),
            transition=_transition(number, TELLINGS[0]),
            title=one.title,
        )
        for number, one in enumerate(given, start=1)
    )


def role_of(number: int, count: int, telling: Telling = TELLINGS[0]) -> str:
    """What a scene is for.

    >>> [role_of(number, 4) for number in (1, 2, 3, 4)]
    ['Opening scene', 'Context', 'Scene 3', 'Closing scene']
    """
    if number == count:
        return telling.closing
    return {1: telling.opening, 2: telling.context}.get(number, f"{telling.middle} {number}")


def take_of(edition: int, variation: int) -> int:
    """Which of the pictures of the same words a board asks for: another one after each change.

    >>> take_of(1, 1), take_of(1, 3), take_of(2, 1)
    (0, 2, 3)
    """
    return (edition - 1) * MAX_VARIATIONS + variation - 1


def finished(prompt: str, style: str | None) -> str:
    """What is asked of a model that draws.

    >>> finished("A cat", "watercolour")
    'A cat, watercolour style, high quality, professional cinematography'
    """
    styled = f", {style} style" if style else ""
    return f"{prompt}{styled}{FINISH}"


def clipped(text: str, letters: int) -> str:
    """The beginning of a text, in one line, cut between words where that is possible.

    >>> clipped("one  two three", 9)
    'one two'
    """
    line = " ".join(text.split())
    if len(line) <= letters:
        return line
    return line[: letters + 1].rpartition(" ")[0][:letters] or line[:letters]


def frames_of(lengths: Sequence[Decimal], rate: int) -> tuple[int, ...]:
    """Frames of each scene: each begins at the frame that is nearest to its time.

    No scene is without a frame, and no rounding adds up.

    >>> frames_of([Decimal("1.67"), Decimal("1.66"), Decimal("1.67")], 30)
    (50, 50, 50)
    """
    ends, total = [0], Fraction(0)
    for length in lengths:
        total += Fraction(length)
        ends.append(max(round(total * rate), ends[-1] + 1))
    return tuple(end - start for start, end in pairwise(ends))


def price(
    model: ModelPrice, *, images: int = 0, seconds: Decimal = Decimal(0), runs: int = 0
) -> Decimal:
    """What some work of a model costs, dollars, exact.

    >>> price(ModelPrice(per_image=Decimal("0.003")), images=10)
    Decimal('0.030')
    """
    return model.per_image * images + model.per_second * seconds + model.per_run * runs


def estimate(
    *, images: int, seconds: Decimal, image_model: ModelPrice, video_model: ModelPrice
) -> Decimal:
    """What a board costs: a picture for each scene, and one video. Dollars, to the cent.

    >>> skyreels = ModelPrice(per_second=Decimal("0.10"))
    >>> flux = ModelPrice(per_image=Decimal("0.003"))
    >>> estimate(images=10, seconds=Decimal(20), image_model=flux, video_model=skyreels)
    Decimal('2.03')
    """
    pictures = price(image_model, images=images)
    return rounded(pictures + price(video_model, seconds=seconds, runs=1))


def rounded(usd: Decimal) -> Decimal:
    """Dollars to the cent, halves up.

    >>> rounded(Decimal("0.706"))
    Decimal('0.71')
    """
    return usd.quantize(CENT, ROUND_HALF_UP)


def is_over(actual: Decimal, estimated: Decimal) -> bool:
    """Whether so much was spent that somebody is to be warned.

    >>> is_over(Decimal("1.20"), Decimal("1.00")), is_over(Decimal("1.21"), Decimal("1.00"))
    (False, True)
    """
    return actual > estimated * VARIANCE


def cover(then: ModelPrice, now: ModelPrice) -> Decimal:
    """Times what was held at the terms of then that is held for the same at those of now.

    >>> str(cover(ModelPrice(per_run=Decimal(1)), ModelPrice(per_run=Decimal(2))))
    '2'
    """
    parts = ("per_image", "per_second", "per_run")
    changes = [(getattr(then, part), getattr(now, part)) for part in parts]
    raised = min((new / old for old, new in changes if old), default=Decimal(1))
    return raised * now.most_times / then.most_times


def eta_s(took_s: Sequence[float], remaining: int) -> int | None:
    """Seconds until the rest is done, when each takes as long as those before did on average.

    >>> eta_s([2.0, 4.0], 3), eta_s([], 3)
    (9, None)
    """
    return round(sum(took_s) / len(took_s) * remaining) if took_s else None


def reordered(order: Sequence[int], scenes: int) -> Mapping[int, int]:
    """New numbers of scenes by their old ones.

    Args:
        order: The present numbers in the order that is wanted.
        scenes: How many there are.

    Raises:
        BadOrder: it does not name each scene once.

    >>> reordered([3, 1, 2], 3)
    {3: 1, 1: 2, 2: 3}
    """
    if sorted(order) != list(range(1, scenes + 1)):
        raise BadOrder(scenes=scenes)
    return {old: new for new, old in enumerate(order, start=1)}


def _transition(number: int, telling: Telling) -> Transition:
    """The first scene comes out of black."""
    return Transition.FADE if number == 1 else telling.transition


def _image_prompt(request: GenerationRequest, role: str) -> str:
    return finished(f"{role}: {clipped(request.prompt, PROMPT_LETTERS)}", request.style)
