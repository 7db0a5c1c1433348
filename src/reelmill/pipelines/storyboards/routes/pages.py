"""The pages of the storyboards: all boards, and one with all that it has."""

from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Response

from reelmill.accounts.caller import Caller
from reelmill.catalog.jobs import Job
from reelmill.errors import NotFound
from reelmill.pipelines.storyboards import words
from reelmill.pipelines.storyboards.bench import Whole
from reelmill.pipelines.storyboards.exports import ROUNDED_S
from reelmill.pipelines.storyboards.house import is_made_here, settings_of
from reelmill.pipelines.storyboards.platforms import PRESETS, copy_form
from reelmill.pipelines.storyboards.providers.local import Local
from reelmill.pipelines.storyboards.records import Asset, Board, EntryState
from reelmill.pipelines.storyboards.routes.asked import (
    TheEditing,
    TheExports,
    TheShelf,
    TheStudio,
)
from reelmill.pipelines.storyboards.spec import (
    MAX_GIF_S,
    MAX_VARIATIONS,
    STORYBOARDS,
    VideoFormat,
    VideoStatus,
)
from reelmill.pipelines.storyboards.tables.boards import Wanted
from reelmill.pipelines.storyboards.thumbnails import shown_size
from reelmill.pipelines.storyboards.views.boards import entry_of
from reelmill.pipelines.storyboards.views.common import address
from reelmill.pipelines.storyboards.views.copies import export_address
from reelmill.pipelines.storyboards.views.money import warnings_of
from reelmill.web.deps import TheApp, TheCaller
from reelmill.web.lists import next_cursor, place_of
from reelmill.web.pages import watch_address
from reelmill.web.sheet import TheSheet

#: Boards on one page.
LISTED: Final = 24

#: What providers are called.
PROVIDERS: Final = {"local": "Made on this machine", "replicate": "Replicate"}

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, kw_only=True)
class Copy:
    """A copy of a video, made or being made."""

    name: str
    """For people."""

    url: str
    """Where it is fetched."""

    job: Job
    """The job that makes it."""


class Desk:
    """Makes the pages of whoever asks.

    Args:
        app: The app.
        caller: Who asks.
        sheet: Makes the pages.
        studio: Boards of the caller.
        editing: What was changed of them.
        shelf: Assets of the caller.
        exports: Copies of videos of the caller.
    """

    def __init__(  # noqa: PLR0913 - each is a part that the framework hands over
        self,
        app: TheApp,
        caller: TheCaller,
        sheet: TheSheet,
        *,
        studio: TheStudio,
        editing: TheEditing,
        shelf: TheShelf,
        exports: TheExports,
    ) -> None:
        self._app = app
        self._caller: Caller = caller
        # Asked before anything else is read: no change falls between the page and its stream.
        self._events = watch_address(app)
        self._sheet = sheet
        self._studio = studio
        self._editing = editing
        self._shelf = shelf
        self._exports = exports

    def whole(self, name: str, **values: Any) -> Response:
        """A page, which follows what happens to jobs."""
        return self._sheet.page(
            f"storyboards/{name}.html",
            here=f"pipelines/{STORYBOARDS}",
            events=self._events,
            **self._always(),
            **values,
        )

    def part(self, name: str, **values: Any) -> Response:
        """A region of a page that changes."""
        return self._sheet.page(f"storyboards/parts/{name}.html", **self._always(), **values)

    def boards(self, cursor: str) -> dict[str, Any]:
        """What the list of boards needs."""
        found = self._studio.page(limit=LISTED + 1, before=place_of(cursor))
        following = next_cursor([each.board for each in found], LISTED) or ""
        shown = together(found[:LISTED])
        return {
            "boards": shown,
            "cursor": cursor,
            "following": following,
            "is_stuck": any(each.board.status is VideoStatus.FAILED for each in shown),
            "is_paid": settings_of(self._app.services).provider != Local.name,
        }

    def board(self, board_id: str) -> dict[str, Any]:
        """What the page of a board needs."""
        whole = self._studio.whole(board_id)
        return self._scenes(whole) | self._side(whole) | {"siblings": self._siblings(whole)}

    def scenes(self, board_id: str) -> dict[str, Any]:
        """What the scenes of a board need."""
        return self._scenes(self._studio.whole(board_id))

    def side(self, board_id: str) -> dict[str, Any]:
        """What stands beside the scenes."""
        return self._side(self._studio.whole(board_id))

    def _siblings(self, whole: Whole) -> list[Whole]:
        """The boards that were asked for together with one, and that one."""
        group = whole.board.group_id
        if group is None:
            return []
        return together(self._studio.page(limit=MAX_VARIATIONS, wanted=Wanted(group_id=group)))

    def _scenes(self, whole: Whole) -> dict[str, Any]:
        board, rows = whole.board, whole.scenes
        return {
            "board": board,
            "scenes": rows,
            "total_s": sum((row.duration for row in rows), Decimal(0)),
            "can_change": bool(rows) and not board.status.is_working,
        }

    def _side(self, whole: Whole) -> dict[str, Any]:
        board, rows, costs, to_come, _, remarks = whole
        is_shown = board.status is VideoStatus.COMPLETED and board.film is not None
        bought = self._studio.purchases(board.id)
        return {
            "board": board,
            "purchases": bought,
            "pieces": self._studio.pieces(board.id),
            "history": self._editing.history(board.id),
            "undecided": [entry for entry in bought if entry.state is EntryState.UNDECIDED],
            "costs": costs,
            "to_come": to_come,
            "missing": [row.number for row in rows if not row.has_picture],
            "eta_s": self._left_s(board),
            "video_url": f"{address(board.id)}/video" if is_shown else "",
            "poster_url": f"{address(board.id)}/thumbnail",
            "warnings": warnings_of(board, costs),
            "provider_name": PROVIDERS.get(board.provider, board.provider),
            "voice": self._asset(board.voice_asset_id),
            "music": self._asset(board.music_asset_id),
            "copies": self._copies(board) if is_shown else [],
            "formats": _formats_of(board),
            "usual_format": copy_form(board.platform)[0],
            "watermark": self._asset(mark.asset_id if (mark := board.looks.watermark) else None),
            "remarks": remarks,
            "has_looks": is_made_here(settings_of(self._app.services), board.provider, board.tier),
            "usual_quality": copy_form(board.platform)[1],
            "can_change": bool(rows) and not board.status.is_working,
        }

    def _left_s(self, board: Board) -> float | None:
        if board.eta_at is None or not board.status.is_working:
            return None
        left_s = (board.eta_at - self._app.services.clock()).total_seconds()
        return left_s if left_s > 0 else None

    def _asset(self, asset_id: str | None) -> Asset | None:
        try:
            return self._shelf.find(asset_id) if asset_id else None
        except NotFound:
            return None

    def _copies(self, board: Board) -> list[Copy]:
        """The copies of the video as it is now that somebody asked for."""
        return [
            Copy(
                name=words.copy_name(wish.format, wish.quality),
                url=export_address(board.id, wish),
                job=exported.job,
            )
            for wish, exported, _ in self._exports.copies(board.id)
            if exported is not None
        ]

    def _always(self) -> dict[str, Any]:
        return {
            "said": words,
            "presets": PRESETS,
            "picture_of": lambda scene: entry_of(scene).thumbnail_url,
            "last_picture_of": lambda scene: entry_of(scene).last_thumbnail_url,
            "picture_size": shown_size,
            "refinement_usd": settings_of(self._app.services).refinement_usd,
        }


def together(wholes: list[Whole]) -> list[Whole]:
    """The same boards; those that were asked for together in their own order."""
    groups = groupby(wholes, lambda whole: whole.board.group_id)
    return [
        whole
        for _, group in groups
        for whole in sorted(group, key=lambda whole: whole.board.variation)
    ]


def _formats_of(board: Board) -> list[VideoFormat]:
    """Formats that the video can be copied into."""
    is_short = board.film is not None and board.film.duration_s <= MAX_GIF_S + ROUNDED_S
    return [kind for kind in VideoFormat if is_short or kind is not VideoFormat.GIF]


TheDesk = Annotated[Desk, Depends()]


@router.get("/storyboards")
def show_boards(desk: TheDesk, cursor: str = "") -> Response:
    """All boards, and where a new one is asked for."""
    return desk.whole("boards", **desk.boards(cursor))


@router.get("/parts/storyboards")
def part_boards(desk: TheDesk, cursor: str = "") -> Response:
    """The list alone."""
    return desk.part("boards", **desk.boards(cursor))


@router.get("/storyboards/{board_id}")
def show_board(desk: TheDesk, board_id: str) -> Response:
    """One board: player, scenes, state, cost, copies."""
    return desk.whole("board", **desk.board(board_id))


@router.get("/parts/storyboards/{board_id}/scenes")
def part_scenes(desk: TheDesk, board_id: str) -> Response:
    """The scenes alone."""
    return desk.part("scenes", **desk.scenes(board_id))


@router.get("/parts/storyboards/{board_id}/side")
def part_side(desk: TheDesk, board_id: str) -> Response:
    """What stands beside them."""
    return desk.part("side", **desk.side(board_id))
