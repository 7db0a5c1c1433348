"""What a caller asks of exports -> jobs, and what became of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple
from uuid import uuid4

from reelmill.accounts.caller import Caller
from reelmill.catalog.database import Transaction
from reelmill.catalog.job import JobState, Place
from reelmill.desk import JobsDesk
from reelmill.engine.lifecycle import AlreadyEnded
from reelmill.errors import ReelmillError
from reelmill.media.geometry import Size
from reelmill.pipelines.shorts import rules
from reelmill.pipelines.shorts.bodies import ExportWish, ReelScene, ReelWish
from reelmill.pipelines.shorts.expiry import clear_export
from reelmill.pipelines.shorts.ledger import settings_of
from reelmill.pipelines.shorts.owned import scene_of, scenes_of, videos_of
from reelmill.pipelines.shorts.plan import admit, admit_plan
from reelmill.pipelines.shorts.records import Export, Kind, Scene, Video
from reelmill.pipelines.shorts.refusals import (
    ExportExpired,
    ExportNotFound,
    NothingToRetry,
    SameExport,
    StillBeingMade,
    VideoNotFound,
)
from reelmill.pipelines.shorts.rules import WINDOW, Usage
from reelmill.pipelines.shorts.spec import (
    SHORTS,
    BadCropPlan,
    Cut,
    ExportSpec,
    ReelSpec,
    ShortsSpec,
    Strategy,
)
from reelmill.pipelines.shorts.tables import exports, videos
from reelmill.services import Services
from reelmill.units import StoreKey

#: What is handed in: of a short or of a reel.
Spec = ExportSpec | ReelSpec


class Ordered(NamedTuple):
    """What came of a request for an export."""

    export: Export
    """As it is now."""

    usage: Usage
    """What is left of the limit."""

    is_new: bool
    """False when it is the same as one that is being made, or is fresh."""


@dataclass(frozen=True, kw_only=True)
class Orders:
    """Where one caller asks for exports, follows and ends them."""

    here: Services
    """Catalog, store and clock."""

    jobs: JobsDesk
    """Where jobs are asked for."""

    caller: Caller
    """Who asks."""

    def short(self, scene_id: str, wish: ExportWish) -> Ordered:
        """Ask for a short of a scene.

        Raises:
            ExportLimitReached: first of all, as in the API before this one.
            SceneNotFound, VideoNotReady, SceneTooLong: and what else `rules` and `plan` refuse.
        """
        return self._order(lambda conn: self._short(*scene_of(conn, self.caller, scene_id), wish))

    def reel(self, wish: ReelWish) -> Ordered:
        """Ask for a reel of several scenes.

        Raises:
            ExportLimitReached, SceneNotFound, VideoNotFound, SceneNotOfVideo: and so on.
        """
        return self._order(lambda conn: self._reel(conn, wish))

    def several(self, items: tuple[tuple[str, ExportWish], ...]) -> list[Ordered | ReelmillError]:
        """Ask for shorts of scenes; what is wrong with one is its answer, and stops no other."""
        return [self._or_error(scene_id, wish) for scene_id, wish in items]

    def usage(self) -> Usage:
        """How much of the limit the caller has used."""
        with self.here.catalog.read() as conn:
            return self._usage(conn)

    def find(self, export_id: str) -> Export:
        """An export of the caller.

        Raises:
            ExportNotFound: none, somebody else's, or deleted.
            ExportExpired: its time is over.
        """
        with self.here.catalog.read() as conn:
            export = exports.find(conn, export_id)
        if export is None or not self.caller.owns(export.owner) or export.deleted_at is not None:
            raise ExportNotFound(export_id=export_id)
        if rules.is_over(export, self.here.clock()):
            raise ExportExpired(export_id=export_id, expired_at=export.expires_at.isoformat())
        return export

    def find_reel(self, export_id: str) -> Export:
        """A highlight reel of the caller.

        Raises:
            ExportNotFound: none, somebody else's, deleted, or a short.
            ExportExpired: its time is over.
        """
        export = self.find(export_id)
        if export.kind is not Kind.REEL:
            raise ExportNotFound(export_id=export_id)
        return export

    def page(
        self,
        *,
        limit: int,
        before: Place | None,
        video_id: str | None = None,
        scene_id: str | None = None,
    ) -> list[Export]:
        """Exports of the caller, the newest first."""
        with self.here.catalog.read() as conn:
            return exports.page(
                conn,
                owner=self.caller.sees_only,
                limit=limit,
                now=self.here.clock(),
                before=before,
                video_id=video_id,
                scene_id=scene_id,
            )

    def cancel(self, export_id: str) -> Export:
        """Stop an export; its slot is free again.

        Raises:
            AlreadyEnded: there is nothing to stop.
        """
        self.jobs.cancel(self.find(export_id).job_id)
        return self.find(export_id)

    def retry(self, export_id: str) -> Ordered:
        """Make an export again that failed or was canceled; it takes a slot.

        Raises:
            StillBeingMade, NothingToRetry: it neither failed nor was canceled.
            ExportLimitReached: no slot is free.
            VideoNotFound: there is nothing left to make it from.
        """
        export = self.find(export_id)
        if not export.state.ended:
            raise StillBeingMade(export_id=export_id)
        if export.state is JobState.COMPLETED:
            raise NothingToRetry(export_id=export_id)
        with self.here.catalog.read() as conn:
            if export.video_id and videos.find(conn, export.video_id) is None:
                raise VideoNotFound(video_id=export.video_id)
        try:
            self.jobs.retry(export.job_id)
        except SameExport as same:
            return self._ordered(same.facts["export_id"], is_new=False)
        return self._ordered(export_id, is_new=True)

    def delete(self, export_id: str) -> None:
        """Stop an export if it runs, and delete all of it; a slot that it took stays taken."""
        export = self.find(export_id)
        was_at_work = not export.state.ended and self._stop(export)
        with self.here.catalog.begin() as conn:
            exports.delete(conn, export_id, now=self.here.clock())
        if not was_at_work:
            # What was at work may still write for a moment: `expiry` comes later for it.
            clear_export(self.here, export)

    def _stop(self, export: Export) -> bool:
        try:
            self.jobs.cancel(export.job_id)
        except AlreadyEnded:
            return False
        return True

    def _or_error(self, scene_id: str, wish: ExportWish) -> Ordered | ReelmillError:
        try:
            return self.short(scene_id, wish)
        except ReelmillError as error:
            return error

    def _order(self, draft: Callable[[Transaction], Spec]) -> Ordered:
        """Hand in a draft, unless one like it, the limit, or the draft itself stand before it."""
        with self.here.catalog.read() as conn:
            usage = self._usage(conn)
            drafted = _or_refusal(draft, conn)
            twin = None
            if not isinstance(drafted, ReelmillError):
                twin = self._twin(conn, drafted)
        if twin is not None and self._is_there(twin):
            return Ordered(twin, usage, is_new=False)
        rules.admit_one_more(usage, self.here.clock())
        if isinstance(drafted, ReelmillError):
            raise drafted
        try:
            self.jobs.submit(SHORTS, ShortsSpec(drafted), owner=self.caller.user_id)
        except SameExport as same:
            return self._ordered(same.facts["export_id"], is_new=False)
        return self._ordered(drafted.export_id, is_new=True)

    def _is_there(self, twin: Export) -> bool:
        """Whether a completed export still has its file; one that lost it is over."""
        if not twin.state.ended or self.here.store.exists(StoreKey(twin.key)):
            return True
        with self.here.catalog.begin() as conn:
            exports.entomb(conn, twin.id, now=self.here.clock())
        return False

    def _ordered(self, export_id: str, *, is_new: bool) -> Ordered:
        with self.here.catalog.read() as conn:
            export = exports.find(conn, export_id)
            assert export is not None, "it was entered by its job"
            return Ordered(export, self._usage(conn), is_new)

    def _usage(self, conn: Transaction) -> Usage:
        since = self.here.clock() - WINDOW
        taken = exports.taken_since(conn, self.caller.user_id, since)
        return rules.usage_of(taken, settings_of(self.here).daily_exports)

    def _twin(self, conn: Transaction, spec: Spec) -> Export | None:
        digest = rules.digest_of(spec)
        return exports.twin(conn, self.caller.user_id, digest, now=self.here.clock())

    def _short(self, scene: Scene, video: Video, wish: ExportWish) -> ExportSpec:
        duration_s = rules.admit_video(video)
        cut = rules.cut_of(scene, video, start_s=wish.start_s, end_s=wish.end_s)
        admit(cut, duration_s)
        self._admit_plan(wish, video)
        return ExportSpec(
            export_id=uuid4().hex,
            user_id=self.caller.user_id,
            cut=cut,
            strategy=wish.aspect_ratio_strategy,
            quality=wish.output_quality,
            crop_plan=wish.crop_plan,
            captions=() if wish.captions is None else rules.captions_of(wish.captions, cut),
        )

    @staticmethod
    def _admit_plan(wish: ExportWish, video: Video) -> None:
        if wish.crop_plan is None:
            return
        if wish.aspect_ratio_strategy is not Strategy.SMART_CROP:
            raise BadCropPlan(hint="Ask for smart_crop, or send no plan.")
        admit_plan(wish.crop_plan, Size(video.width or 0, video.height or 0))

    def _reel(self, conn: Transaction, wish: ReelWish) -> ReelSpec:
        return ReelSpec(
            export_id=uuid4().hex,
            user_id=self.caller.user_id,
            title=wish.title,
            cuts=tuple(self._cuts(conn, wish.scenes)),
            target_height=wish.options.target_height,
        )

    def _cuts(self, conn: Transaction, asked: tuple[ReelScene, ...]) -> list[Cut]:
        named = videos_of(conn, self.caller, {one.video_id for one in asked})
        found = scenes_of(conn, self.caller, {one.scene_id for one in asked})
        for video in named.values():
            rules.admit_video(video)
        return [
            rules.clamped_cut(
                found[one.scene_id][0], named[one.video_id], start_s=one.start_s, end_s=one.end_s
            )
            for one in asked
        ]


def _or_refusal(draft: Callable[[Transaction], Spec], conn: Transaction) -> Spec | ReelmillError:
    """A draft, or why there is none: the limit is told before."""
    try:
        return draft(conn)
    except ReelmillError as error:
        return error
