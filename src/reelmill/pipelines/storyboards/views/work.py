"""Pieces of work, and boards that go on again, told."""

from typing import Self

from reelmill.pipelines.storyboards.pieces import Piece, PieceKind, PieceState
from reelmill.pipelines.storyboards.stuck import Retried
from reelmill.pipelines.storyboards.views.common import Dollars, Said


class SubJobOut(Said):
    """A piece of the work on a board."""

    sub_job_number: int
    """Its place, from 1."""

    kind: PieceKind
    """What it makes."""

    name: str
    """For people."""

    status: PieceState
    """Where it is."""

    progress: float
    """How much is done, 0.0 to 1.0."""

    estimated_cost: Dollars
    """What its last attempt should cost, US dollars."""

    actual_cost: Dollars
    """What all its attempts have cost."""

    retry_count: int
    """Attempts after the first."""

    scene_id: str | None
    """The scene whose picture it is."""

    error: str | None
    """Why it failed."""

    @classmethod
    def of(cls, number: int, piece: Piece) -> Self:
        """A piece, told."""
        return cls(
            sub_job_number=number,
            kind=piece.kind,
            name=piece.name,
            status=piece.state,
            progress=round(piece.progress, 3),
            estimated_cost=piece.estimated,
            actual_cost=piece.actual,
            retry_count=piece.retry_count,
            scene_id=piece.scene_id,
            error=piece.error or None,
        )


class LeftOut(Said):
    """A board that does not go on."""

    job_id: str
    """The board."""

    code: str
    """Names the reason for programs."""

    reason: str
    """Why not."""


class RetriedOut(Said):
    """What came of letting all boards go on."""

    retried: list[str]
    """Boards that go on."""

    left: list[LeftOut]
    """Boards that do not, and why."""

    more: bool
    """Whether there are further ones: ask again."""

    @classmethod
    def of(cls, retried: Retried) -> Self:
        """It all, told."""
        return cls(
            retried=[whole.board.id for whole in retried.going],
            left=[
                LeftOut(job_id=one.board.id, code=one.error.code, reason=one.error.message)
                for one in retried.left
            ],
            more=retried.more,
        )
