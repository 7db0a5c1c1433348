"""The pages of the shorts: videos, one video with its scenes, exports."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Response

from reelmill.catalog.job import JobState
from reelmill.pipelines.shorts import measures
from reelmill.pipelines.shorts.figures import figures_of, share_made, table_of
from reelmill.pipelines.shorts.ledger import settings_of
from reelmill.pipelines.shorts.records import Kind
from reelmill.pipelines.shorts.routes import words
from reelmill.pipelines.shorts.routes.asked import TheLibrary, TheOrders
from reelmill.pipelines.shorts.routes.telling import TheTeller
from reelmill.pipelines.shorts.spec import MAX_SCENE_S, SHORTS
from reelmill.web.deps import TheApp
from reelmill.web.lists import next_cursor, place_of
from reelmill.web.pages import watch_address
from reelmill.web.sheet import TheSheet

#: Videos or exports on one page.
LISTED: Final = 50

#: Exports of one video that its page tells of: the latest ones, of whichever scene.
OF_ONE_VIDEO: Final = 200

router = APIRouter(include_in_schema=False)


class Desk:
    """Makes the pages of whoever asks.

    Args:
        app: The app.
        sheet: Makes the pages.
        library: Videos and scenes of the caller.
        orders: Exports of the caller.
        tell: Tells of exports.
    """

    def __init__(
        self, app: TheApp, sheet: TheSheet, library: TheLibrary, orders: TheOrders, tell: TheTeller
    ) -> None:
        self._app = app
        # Asked before anything else is read: no change falls between the page and its stream.
        self._events = watch_address(app)
        self._sheet = sheet
        self._library = library
        self._orders = orders
        self._tell = tell

    def whole(self, name: str, **values: Any) -> Response:
        """A page, which follows what happens to jobs."""
        return self._sheet.page(
            f"shorts/{name}.html",
            here="pipelines/shorts",
            events=self._events,
            **self._always(),
            **values,
        )

    def part(self, name: str, **values: Any) -> Response:
        """The region of a page that changes."""
        return self._sheet.page(f"shorts/parts/{name}.html", **self._always(), **values)

    def videos(self, cursor: str) -> dict[str, Any]:
        """What the list of videos needs."""
        found = self._library.page(limit=LISTED + 1, before=place_of(cursor))
        following = next_cursor(found, LISTED) or ""
        return {"videos": found[:LISTED], "cursor": cursor, "following": following}

    def video(self, video_id: str) -> dict[str, Any]:
        """What the page of a video needs."""
        video, scenes = self._library.video_and_scenes(video_id)
        made = self._orders.page(limit=OF_ONE_VIDEO, before=None, video_id=video_id)
        latest = {export.scene_id: export for export in reversed(made)}
        return {"video": video, "scenes": scenes, "latest": latest}

    def exports(self, cursor: str) -> dict[str, Any]:
        """What the list of exports needs."""
        found = self._orders.page(limit=LISTED + 1, before=place_of(cursor))
        return {
            "exports": [(export, self._tell.export(export)) for export in found[:LISTED]],
            "usage": self._orders.usage(),
            "cursor": cursor,
            "following": next_cursor(found, LISTED) or "",
        }

    def numbers(self) -> dict[str, Any]:
        """What an operator is told of everybody's exports; nothing for anybody else."""
        if not self._library.caller.is_operator:
            return {"numbers": None}
        ended = measures.ended_lately(self._app.services)
        figures = list(figures_of(ended))
        waiting = self._app.jobs.counts().get((SHORTS, JobState.PENDING), 0)
        rows = {kind: table_of(figures, kind) for kind in Kind}
        numbers = {"ended": len(ended), "share": share_made(ended), "rows": rows}
        return {"numbers": numbers | {"waiting": waiting}}

    def _always(self) -> dict[str, Any]:
        now, language = self._app.services.clock(), self._sheet.language
        chosen = settings_of(self._app.services)
        return {
            "said": words,
            "longest_s": MAX_SCENE_S,
            "max_upload_bytes": chosen.max_upload_bytes,
            "kept": lambda export: words.left(export.expires_at, now, language),
            "length": lambda seconds: words.length(seconds, language),
        }


TheDesk = Annotated[Desk, Depends()]


@router.get("/shorts")
def show_videos(desk: TheDesk, cursor: str = "") -> Response:
    """All videos, and where a new one is handed in."""
    return desk.whole("videos", **desk.videos(cursor))


@router.get("/parts/shorts")
def part_videos(desk: TheDesk, cursor: str = "") -> Response:
    """The list alone."""
    return desk.part("videos", **desk.videos(cursor))


@router.get("/shorts/videos/{video_id}")
def show_video(desk: TheDesk, video_id: str) -> Response:
    """One video: player, facts, scenes, the dialog that exports them."""
    return desk.whole("video", **desk.video(video_id))


@router.get("/parts/shorts/videos/{video_id}")
def part_video(desk: TheDesk, video_id: str) -> Response:
    """What changes of it: state, facts and scenes."""
    return desk.part("video", **desk.video(video_id))


@router.get("/shorts/exports")
def show_exports(desk: TheDesk, cursor: str = "") -> Response:
    """All exports that have not expired."""
    return desk.whole("exports", **desk.exports(cursor), **desk.numbers())


@router.get("/parts/shorts/exports")
def part_exports(desk: TheDesk, cursor: str = "") -> Response:
    """The list alone."""
    return desk.part("exports", **desk.exports(cursor))
