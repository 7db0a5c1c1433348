"""`Game` -> the pictures to draw and how many frames each is held. Decides; draws nothing.

The number of frames of a video is exact:

    round_frames = max(1, round(fps * seconds_per_round))
    title_frames = round(fps * title_s)
    end_frames   = round(fps * end_s)
    frame_count  = title_frames + (rounds + 1) * round_frames + end_frames

with `round` half up on exact fractions, and `rounds` the rounds shown, the fatal one included.
A title or end of 0 s has no frames and no shot. With the defaults (30 fps, 0.5 s a round, 1.5 s
and 2.5 s) that is `45 + (rounds + 1) * 15 + 75`.
"""

import math
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from reelmill.pipelines.replays.game import Cell, Death, Game, Move, Outcome, Player, State

#: Seconds that the title card stands.
TITLE_S = 1.5

#: Seconds that the end card stands.
END_S = 2.5

#: Apples that end a game. Source: rules of the game's engine.
TARGET_APPLES = 30

#: How a death reads.
FATES = {
    "wall": "Hit the wall",
    "body_collision": "Ran into a body",
    "head_collision": "Crashed head to head",
}


@dataclass(frozen=True, kw_only=True)
class Moment:
    """What one round's picture shows."""

    state: State
    """The board."""

    thoughts: dict[str, Move | None]
    """By player id: the move about to be made, the thought formed looking at this board. None
    for a dead player and where none was recorded."""

    dead: dict[str, Death]
    """Everyone dead by now, by player id."""

    crashed: dict[str, Cell]
    """Who crashed in this very picture and where; the cell may lie off the board."""

    round_label: int
    """Rounds played, 0 for the start."""

    position: int
    """Index of this moment."""

    terminal: bool
    """Whether it is the last one: the game is over."""


class ShotKind(StrEnum):
    """What a shot shows."""

    TITLE = "title"
    ROUND = "round"
    END = "end"


@dataclass(frozen=True, kw_only=True)
class Shot:
    """One picture and how long it is held."""

    kind: ShotKind
    """What it shows."""

    moment_index: int | None
    """Which moment, for a round; None for a card."""

    frames: int
    """How many frames it is held, 1 or more."""


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """All shots of a video, in order."""

    fps: Fraction
    """Frames per second."""

    shots: tuple[Shot, ...]
    """In order; never empty."""

    @property
    def frame_count(self) -> int:
        """Frames of the whole video."""
        return sum(shot.frames for shot in self.shots)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How the game ended for one player, in words for the end card."""

    player_id: str
    """Who."""

    name: str
    """For people."""

    result: Outcome
    """Won, lost, tied or unknown."""

    score: int
    """Apples eaten."""

    fate: str
    """One sentence: how and when it died, or that it survived."""

    tokens: int
    """Tokens read and written."""

    cost_usd: float
    """Price in US dollars."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The facts of the end card."""

    headline: str
    """One line: who won, or that nobody did."""

    winners: tuple[str, ...]
    """Player ids of those who won; empty for a tie."""

    standings: tuple[Standing, ...]
    """One for each player, in the order of the game."""

    rounds: int
    """Rounds shown, the fatal one included."""

    max_rounds: int
    """The round limit, 0 when unknown."""

    reason: str
    """Why it ended, a short phrase: `Crash`, `30 apples`, `Round limit` or `Ended`."""

    cost_usd: float
    """Price of the game in US dollars."""


def moments(game: Game) -> tuple[Moment, ...]:
    """The pictures of a game in order: every state, then the fatal round when there is one.

    Returns:
        `game.rounds + 1` moments.
    """
    count = game.rounds + 1
    return tuple(_moment(game, index, last=index == count - 1) for index in range(count))


def timeline(
    game: Game,
    *,
    fps: int | Fraction,
    seconds_per_round: float,
    title_s: float = TITLE_S,
    end_s: float = END_S,
) -> Timeline:
    """How many frames each picture of a game is held."""
    rate = Fraction(fps)
    held = max(1, frames_in(seconds_per_round, rate))
    shots = (
        Shot(kind=ShotKind.TITLE, moment_index=None, frames=frames_in(title_s, rate)),
        *(
            Shot(kind=ShotKind.ROUND, moment_index=index, frames=held)
            for index in range(game.rounds + 1)
        ),
        Shot(kind=ShotKind.END, moment_index=None, frames=frames_in(end_s, rate)),
    )
    return Timeline(fps=rate, shots=tuple(shot for shot in shots if shot.frames))


def frames_in(seconds: float, fps: Fraction) -> int:
    """Whole frames in a stretch of time, halves rounded up.

    >>> frames_in(0.35, Fraction(30))
    11
    """
    return math.floor(Fraction(str(seconds)) * fps + Fraction(1, 2))


def verdict(game: Game) -> Verdict:
    """Who won and why the game ended, for the end card."""
    winners = tuple(player for player in game.players if player.result is Outcome.WON)
    return Verdict(
        headline=_headline(game, winners),
        winners=tuple(player.id for player in winners),
        standings=tuple(_standing(game, player) for player in game.players),
        rounds=game.rounds,
        max_rounds=game.max_rounds,
        reason=_reason(game),
        cost_usd=game.total_cost_usd,
    )


def _moment(game: Game, index: int, *, last: bool) -> Moment:
    dead = {death.player_id: death for death in game.deaths if death.state_index <= index}
    fresh = {player_id for player_id, death in dead.items() if death.state_index == index}
    return Moment(
        state=_board(game, index, dead),
        thoughts={
            player.id: _thought(game, index, player.id, fresh=player.id in fresh)
            if player.id in fresh or player.id not in dead
            else None
            for player in game.players
        },
        dead=dead,
        crashed={sid: cell for sid in fresh if (cell := dead[sid].crash_cell) is not None},
        round_label=index,
        position=index,
        terminal=last,
    )


def _board(game: Game, index: int, dead: dict[str, Death]) -> State:
    if index < len(game.states):
        return game.states[index]
    last = game.states[-1]
    alive = {player_id: lives and player_id not in dead for player_id, lives in last.alive.items()}
    return replace(last, round=last.round + 1, alive=alive)


def _thought(game: Game, index: int, player_id: str, *, fresh: bool) -> Move | None:
    """The coming move; whoever crashed in this picture keeps the thought that led there."""
    made_at = index - 1 if fresh else index
    coming = game.moves[made_at] if made_at < len(game.moves) else game.final_moves
    return coming.get(player_id)


def _standing(game: Game, player: Player) -> Standing:
    death = next((each for each in game.deaths if each.player_id == player.id), None)
    return Standing(
        player_id=player.id,
        name=player.name,
        result=player.result,
        score=player.final_score,
        fate=_fate(death),
        tokens=player.input_tokens + player.output_tokens,
        cost_usd=player.cost_usd,
    )


def _fate(death: Death | None) -> str:
    if death is None:
        return "Survived"
    how = FATES.get(death.reason, f"Died of {death.reason.replace('_', ' ') or 'unknown causes'}")
    return f"{how} in round {death.round}"


def _headline(game: Game, winners: tuple[Player, ...]) -> str:
    if len(winners) == 1:
        return f"{winners[0].name} wins"
    if winners:
        return "Shared win"
    if any(player.result is Outcome.TIED for player in game.players):
        return "Tie"
    return "No winner"


def _reason(game: Game) -> str:
    if game.deaths:
        return "Crash"
    if any(player.final_score >= TARGET_APPLES for player in game.players):
        return f"{TARGET_APPLES} apples"
    played = max(game.rounds, game.rounds_played)
    return "Round limit" if 0 < game.max_rounds <= played else "Ended"
