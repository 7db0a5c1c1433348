"""What `reelmill storyboards looks` does: fades and a watermark, given and taken away."""

from pathlib import Path
from typing import Any, NamedTuple

from reelmill.desk import Desk
from reelmill.pipelines.storyboards.looks import Looks, LooksWish, Watermark
from reelmill.pipelines.storyboards.room import BadWish, model, room_of, uploaded


class TypedMark(NamedTuple):
    """What was typed of a watermark."""

    file: Path | None
    """Its picture; None for the one that is there."""

    is_none: bool
    """Whether there is to be none."""

    how: dict[str, Any]
    """How it lies; None for what is not given."""

    @property
    def is_given(self) -> bool:
        """Whether anything was typed."""
        return bool(self.file or self.is_none or self.changes)

    @property
    def changes(self) -> dict[str, Any]:
        """What was given of how it lies."""
        return {name: value for name, value in self.how.items() if value is not None}


def looks_wish(told: dict[str, Any], typed: TypedMark) -> LooksWish:
    """What was typed, as a wish for how a video looks; its watermark comes later.

    Raises:
        BadWish: outside of its limits, nothing at all, or a watermark and none.
    """
    if typed.is_none and (typed.file or typed.changes):
        raise BadWish(problem="give --no-watermark or how the watermark is to be")
    wish = model(LooksWish, told)
    if not wish.told and not typed.is_given:
        raise BadWish(problem="give what is to be otherwise, as --fade-out 2")
    return wish


def looks(desk: Desk, board: str, wish: LooksWish, typed: TypedMark, *, as_json: bool) -> None:
    """Say how the video of a board looks beside its scenes.

    Raises:
        BadWish: where a watermark is to lie that is not there.
    """
    with room_of(desk) as room:
        board_id = room.board_id(board)
        if typed.is_given:
            mark = (
                None if typed.is_none else _placed(room.studio.whole(board_id).board.looks, typed)
            )
            if mark and typed.file:
                mark = mark.model_copy(update={"asset_id": uploaded(room, typed.file)})
            wish = wish.model_copy(update={"watermark": mark})
        room.tell(room.editing.set_looks(board_id, wish), as_json=as_json)


def _placed(before: Looks, typed: TypedMark) -> Watermark:
    """The watermark that is there, with what was typed; of a new one, what is usual."""
    if before.watermark is None and typed.file is None:
        raise BadWish(problem="there is no watermark: give its picture with --watermark FILE")
    there = before.watermark or Watermark(asset_id="0" * 32)
    return there.model_copy(update=typed.changes)
