"""Many games -> the most expensive, the longest, the best and the worst of them. Pure."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

from reelmill.pipelines.replays.game import Game, Outcome

#: Apples that make a game worth watching, and apples that do not. Source: the game's own analysis.
PRO_APPLES: Final = 25
FEW_APPLES: Final = 1

_ENDED = re.compile(rb'"(?:ended_at|end_time)"\s*:\s*"([^"\\]{1,40})"')


class Form(StrEnum):
    """How a report is written."""

    MD = "md"
    CSV = "csv"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One game in the analysis; the fields are the columns, in their order."""

    game_id: str
    """As the document has it."""

    filename: str
    """As it was found."""

    models: str
    """Names of the players, apart by ` vs `."""

    winner: str
    """Name of the winner, `tied`, or empty when the document does not say."""

    rounds: int
    """Rounds that can be shown."""

    max_rounds: int
    """The limit, 0 when unknown."""

    max_score: int
    """The best score of one player."""

    sum_scores: int
    """All apples that were eaten."""

    total_cost: float
    """US dollars."""

    duration_seconds: float
    """From start to end, 0 when the document does not say."""

    started_at: str
    """ISO time, as written."""


class Section(NamedTuple):
    """One list of the analysis."""

    title: str
    rows: list[Row]


class _Kind(NamedTuple):
    title: str
    admits: Callable[[Row], bool]
    rank: Callable[[Row], float]


def _any(_row: Row) -> bool:
    return True


_KINDS: Final = (
    _Kind("Most expensive", _any, lambda row: row.total_cost),
    _Kind("Longest by rounds", _any, lambda row: row.rounds),
    _Kind("Highest scoring", _any, lambda row: row.sum_scores),
    _Kind(
        "Longest by time", lambda row: row.duration_seconds > 0, lambda row: row.duration_seconds
    ),
    _Kind(
        f"Pro matches (a player with {PRO_APPLES} apples or more)",
        lambda row: row.max_score >= PRO_APPLES,
        lambda row: row.max_score,
    ),
    _Kind(
        f"Worst matches (nobody with more than {FEW_APPLES} apple)",
        lambda row: row.max_score <= FEW_APPLES,
        lambda row: row.rounds,
    ),
)


def row_of(game: Game, data: bytes, filename: str) -> Row:
    """One game, summed up.

    Args:
        game: As it was read.
        data: The document, for the time of its end, which a game in normal form has not.
        filename: As it was found.
    """
    scores = [player.final_score for player in game.players]
    return Row(
        game_id=game.game_id,
        filename=filename,
        models=" vs ".join(player.name for player in game.players),
        winner=_winner(game),
        rounds=game.rounds,
        max_rounds=game.max_rounds,
        max_score=max(scores, default=0),
        sum_scores=sum(scores),
        total_cost=game.total_cost_usd,
        duration_seconds=_duration_s(game.started_at, data),
        started_at=game.started_at,
    )


def _winner(game: Game) -> str:
    winners = [player.name for player in game.players if player.result is Outcome.WON]
    tied = any(player.result is Outcome.TIED for player in game.players)
    return winners[0] if winners else "tied" * tied


def _duration_s(started_at: str, data: bytes) -> float:
    ended = _ENDED.search(data)
    try:
        end = datetime.fromisoformat(ended[1].decode() if ended else "")
        span_s = (end - datetime.fromisoformat(started_at)).total_seconds()
    except (ValueError, TypeError):
        return 0.0
    return max(span_s, 0.0)


def since(rows: Iterable[Row], day: str) -> list[Row]:
    """The games that began on a day or later; those that do not say when are left out."""
    return [row for row in rows if row.started_at[:10] >= day and row.started_at]


def sections(rows: Sequence[Row], top: int) -> list[Section]:
    """Each list, its first game first; games of one rank in the order of their ids."""
    made = []
    for kind in _KINDS:
        admitted = [row for row in rows if kind.admits(row)]
        ranked = sorted(admitted, key=lambda row, rank=kind.rank: (-rank(row), row.game_id))  # type: ignore[misc]
        made.append(Section(kind.title, ranked[:top]))
    return made


def as_csv(found: Iterable[Section]) -> str:
    """Every list as a table with one header; the first column names the list."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("section", *(field.name for field in fields(Row))))
    for section in found:
        writer.writerows((section.title, *astuple(row)) for row in section.rows)
    return text.getvalue()


def as_markdown(found: Iterable[Section]) -> str:
    """Every list under a heading."""
    return "\n".join(part for section in found for part in _markdown(section))


def _markdown(section: Section) -> list[str]:
    titles = ("game", "models", "winner", "rounds", "scores", "cost", "time")
    lines = [f"## {section.title}", "", f"| {' | '.join(titles)} |", "|---" * len(titles) + "|"]
    for row in section.rows:
        cells = (
            row.game_id,
            row.models,
            row.winner,
            str(row.rounds),
            f"{row.max_score} of {row.sum_scores}",
            f"${row.total_cost:.4f}",
            f"{row.duration_seconds:.0f} s",
        )
        escaped = (cell.replace("|", r"\|") for cell in cells)
        lines.append(f"| {' | '.join(escaped)} |")
    return [*lines, ""]
