"""A seed -> sample games in every schema variant, as real writers write them. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from reelmill.pipelines.replays.samples.simulation import LIMIT, Match, Setup, play
from reelmill.pipelines.replays.samples.thoughts import (
    ARABIC,
    CARELESS,
    CHEERFUL,
    CHINESE,
    PLANNER,
    RUSSIAN,
    TERSE,
    THINKER,
)
from reelmill.pipelines.replays.samples.writers import (
    Label,
    legacy,
    migrated,
    migrated_from_legacy,
    native,
    rotated,
)

#: When the first sample was played.
_FIRST_DAY = datetime(2025, 11, 1, 12, 0, 0)  # noqa: DTZ001 - documents carry no zone

#: Matches tried until one lasts as long as was agreed.
_TRIES = 8


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One kind of game, and how it is written down."""

    setup: Setup
    """What is agreed before the match."""

    write: Callable[[Match, Label], bytes]
    """The writer."""

    raw_unicode: bool = False
    """Whether letters are written as they are."""

    crlf: bool = False
    """Whether lines end as on Windows."""


SAMPLES: tuple[Sample, ...] = (
    Sample(
        setup=Setup(width=10, height=10, voices=(PLANNER, TERSE), doom_round=32),
        write=native,
    ),
    Sample(
        setup=Setup(
            width=16,
            height=9,
            voices=(CHINESE, CHEERFUL, RUSSIAN),
            num_apples=10,
            doom="wall",
            doom_round=24,
        ),
        write=native,
        raw_unicode=True,
    ),
    Sample(
        setup=Setup(width=12, height=12, voices=(THINKER, ARABIC), doom="head_collision"),
        write=native,
        raw_unicode=True,
        crlf=True,
    ),
    Sample(
        setup=Setup(
            width=24,
            height=16,
            voices=(PLANNER, ARABIC, CARELESS, CHINESE),
            num_apples=20,
            doom_round=30,
        ),
        write=native,
    ),
    Sample(
        setup=Setup(width=6, height=6, voices=(TERSE, TERSE), doom="wall", doom_round=0),
        write=native,
    ),
    Sample(
        setup=Setup(width=10, height=10, voices=(CHEERFUL, THINKER), doom="wall", doom_round=18),
        write=migrated,
        crlf=True,
    ),
    Sample(
        setup=Setup(width=10, height=10, voices=(PLANNER, RUSSIAN), max_rounds=20, doom=LIMIT),
        write=migrated,
        crlf=True,
    ),
    Sample(
        setup=Setup(width=9, height=14, voices=(CARELESS, PLANNER), first_id=1, doom_round=20),
        write=migrated_from_legacy,
    ),
    Sample(
        setup=Setup(
            width=10,
            height=10,
            voices=(TERSE, CARELESS),
            first_id=1,
            doom="head_collision",
            doom_round=12,
        ),
        write=legacy,
    ),
    Sample(
        setup=Setup(
            width=15,
            height=10,
            voices=(PLANNER, CHEERFUL, TERSE),
            num_apples=10,
            first_id=1,
            doom="wall",
            doom_round=16,
        ),
        write=legacy,
    ),
    Sample(
        setup=Setup(
            width=15,
            height=10,
            voices=(RUSSIAN, TERSE, THINKER),
            num_apples=10,
            first_id=1,
            doom_round=14,
        ),
        write=rotated,
    ),
)


def sample_games(seed: int) -> list[tuple[str, bytes]]:
    """Play and write down one game of each kind; the same seed gives the same bytes.

    Returns:
        File names, different for each seed, and documents.
    """
    return [
        (name, data)
        for number, sample in enumerate(SAMPLES)
        for name, data in [write_sample(sample, seed=seed, number=number)]
    ]


def write_sample(sample: Sample, *, seed: int, number: int) -> tuple[str, bytes]:
    """Play one game and write it down.

    Returns:
        The name of its file, and the document.
    """
    chance = Random(f"{seed}/{number}")  # noqa: S311 - games, not secrets
    match = played(sample.setup, chance)
    started = _FIRST_DAY + timedelta(days=number, seconds=seed)
    label = Label(
        game_id=str(UUID(int=chance.getrandbits(128), version=4)),
        started_at=started.isoformat(),
        ended_at=(started + timedelta(seconds=9 * len(match.moves))).isoformat(),
        raw_unicode=sample.raw_unicode,
        crlf=sample.crlf,
    )
    return f"snake_game_{label.game_id}.json", sample.write(match, label)


def played(setup: Setup, chance: Random) -> Match:
    """A match that went as agreed, or the longest of those tried."""
    tried: list[Match] = []
    for _ in range(_TRIES):
        tried.append(play(setup, chance))
        if as_agreed(tried[-1]):
            return tried[-1]
    return max(tried, key=lambda match: len(match.moves))


def as_agreed(match: Match) -> bool:
    """Whether a match ended by its agreed doom, and not before the agreed round."""
    reasons = {reason for reason, _ in match.deaths.values()}
    agreed = match.setup.doom in reasons or (match.setup.doom == LIMIT and not reasons)
    early = any(number < match.setup.doom_round for _, number in match.deaths.values())
    return agreed and not early
