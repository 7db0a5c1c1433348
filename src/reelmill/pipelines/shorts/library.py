"""What a caller does with videos and their scenes."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import Final
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from reelmill.accounts.caller import Caller
from reelmill.catalog.job import Place
from reelmill.desk import JobsDesk
from reelmill.engine.lifecycle import AlreadyEnded
from reelmill.errors import ReelmillError
from reelmill.pipelines.shorts import looks, rules
from reelmill.pipelines.shorts.bodies import SceneTrim, VideoByAddress
from reelmill.pipelines.shorts.expiry import clear_video
from reelmill.pipelines.shorts.intake import bare_name, clean_title, keep_upload
from reelmill.pipelines.shorts.keys import source_key
from reelmill.pipelines.shorts.ledger import settings_of
from reelmill.pipelines.shorts.owned import scene_of, scenes_of, video_of
from reelmill.pipelines.shorts.plan import admit
from reelmill.pipelines.shorts.records import Origin, Scene, Video
from reelmill.pipelines.shorts.refusals import TooManyScenes
from reelmill.pipelines.shorts.spec import SHORTS, CropPlan, IngestSpec, ShortsSpec
from reelmill.pipelines.shorts.tables import exports, scenes, videos
from reelmill.services import Services
from reelmill.units import JobId, StoreKey

#: Scenes that a video may have, with those that were made by hand.
MAX_SCENES: Final = 2000


@dataclass(frozen=True, kw_only=True)
class Library:
    """Where one caller hands in videos, and works on their scenes."""

    here: Services
    """Catalog, store and clock."""

    jobs: JobsDesk
    """Where jobs are asked for."""

    caller: Caller
    """Who asks."""

    def take_upload(self, body: Iterable[bytes], content_type: str) -> Video:
        """Bring a file into the store while it arrives, and look into it.

        Raises:
            BadMedia, Refused: whatever `intake.keep_upload` says; nothing is left of it then.
        """
        most = settings_of(self.here).max_upload_bytes
        kept = keep_upload(body, content_type, self.here, max_bytes=most)
        try:
            return self._look_into(IngestSpec(**asdict(kept)))
        except ReelmillError:
            with suppress(ReelmillError):
                self.here.store.delete(kept.source_key)
            raise

    def take_address(self, wish: VideoByAddress) -> Video:
        """Fetch a video and look into it; both is the job's."""
        video_id = uuid4().hex
        name = unquote(urlsplit(wish.url).path.rpartition("/")[2])
        return self._look_into(
            IngestSpec(
                video_id=video_id,
                source_key=source_key(video_id),
                source_url=wish.url,
                title=clean_title(wish.title or bare_name(name)),
            )
        )

    def video(self, video_id: str) -> Video:
        """A video of the caller.

        Raises:
            VideoNotFound: none, or somebody else's.
        """
        with self.here.catalog.read() as conn:
            return video_of(conn, self.caller, video_id)

    def video_and_scenes(self, video_id: str) -> tuple[Video, list[Scene]]:
        """A video of the caller, and its scenes from start to end.

        Raises:
            VideoNotFound: none, or somebody else's.
        """
        with self.here.catalog.read() as conn:
            return video_of(conn, self.caller, video_id), scenes.of_video(conn, video_id)

    def page(self, *, limit: int, before: Place | None) -> list[Video]:
        """Videos of the caller, the newest first."""
        with self.here.catalog.read() as conn:
            return videos.page(conn, owner=self.caller.sees_only, limit=limit, before=before)

    def delete(self, video_id: str) -> None:
        """Delete a video; what is made of it right now is canceled, what was made stays."""
        video = self.video(video_id)
        with self.here.catalog.begin() as conn:
            videos.delete(conn, video_id, now=self.here.clock())
            at_work = exports.specs_at_work(conn)
        using = [job_id for job_id, spec in at_work if rules.uses(spec, video.source_key)]
        for job_id in (video.job_id, *using):
            self._stop(job_id)
        clear_video(self.here, video_id, video.job_id)

    def scene(self, scene_id: str) -> tuple[Scene, Video]:
        """A scene of the caller, with its video.

        Raises:
            SceneNotFound: none, or somebody else's.
        """
        with self.here.catalog.read() as conn:
            return scene_of(conn, self.caller, scene_id)

    def add_scene(self, video_id: str, start_s: float, end_s: float) -> Scene:
        """Add a scene by hand.

        Raises:
            VideoNotFound, VideoNotReady, BadTimes, OutsideVideo, SceneTooShort, TooManyScenes: as
                they say.
        """
        with self.here.catalog.begin() as conn:
            duration_s = rules.admit_video(video_of(conn, self.caller, video_id))
            start_s, end_s = rules.admit_times(start_s, end_s, duration_s)
            if scenes.count(conn, video_id) >= MAX_SCENES:
                raise TooManyScenes(most=MAX_SCENES)
            scene = Scene(
                id=uuid4().hex,
                video_id=video_id,
                start_s=start_s,
                end_s=end_s,
                thumbnail_key=None,
                origin=Origin.MANUAL,
                created_at=self.here.clock(),
            )
            scenes.add(conn, [scene])
        return scene

    def trim(self, scene_id: str, wish: SceneTrim) -> Scene:
        """Give a scene other times.

        Raises:
            SceneNotFound, BadTimes, OutsideVideo, SceneTooShort: as they say.
        """
        with self.here.catalog.begin() as conn:
            scene, video = scene_of(conn, self.caller, scene_id)
            start_s, end_s = rules.admit_times(
                scene.start_s if wish.start_s is None else wish.start_s,
                scene.end_s if wish.end_s is None else wish.end_s,
                rules.admit_video(video),
            )
            trimmed = replace(
                scene, start_s=start_s, end_s=end_s, thumbnail_key=None, origin=Origin.MANUAL
            )
            scenes.trim(conn, trimmed)
        return trimmed

    def merge(self, scene_ids: Sequence[str]) -> Scene:
        """Put one scene in the place of several that lie side by side.

        Raises:
            SceneNotFound: one of them, or somebody else's.
            ScenesApart: not side by side, or of several videos.
        """
        with self.here.catalog.begin() as conn:
            found = [scene for scene, _ in scenes_of(conn, self.caller, scene_ids).values()]
            scene = rules.merged(found, scene_id=uuid4().hex, now=self.here.clock())
            scenes.delete(conn, scene_ids)
            scenes.add(conn, [scene])
        return scene

    def delete_scene(self, scene_id: str) -> None:
        """Remove a scene; exports of it stay.

        Raises:
            SceneNotFound: none, or somebody else's.
        """
        with self.here.catalog.begin() as conn:
            scene_of(conn, self.caller, scene_id)
            scenes.delete(conn, [scene_id])

    def thumbnail(self, scene_id: str) -> StoreKey:
        """Where the picture of a scene lies; it is made when there is none yet."""
        scene, video = self.scene(scene_id)
        middle_s = (scene.start_s + scene.end_s) / 2
        return scene.thumbnail_key or looks.picture(self.here, video, middle_s)

    def crop_plan(self, scene_id: str, *, start_s: float | None, end_s: float | None) -> CropPlan:
        """How the crop window would follow the subject of a scene.

        Raises:
            SceneNotFound, VideoNotReady, OutsideVideo, BadTimes, SceneTooLong: as they say.
        """
        scene, video = self.scene(scene_id)
        duration_s = rules.admit_video(video)
        cut = rules.cut_of(scene, video, start_s=start_s, end_s=end_s)
        admit(cut, duration_s)
        return looks.crop_plan(self.here, video, cut)

    def _look_into(self, spec: IngestSpec) -> Video:
        self.jobs.submit(SHORTS, ShortsSpec(spec), owner=self.caller.user_id)
        return self.video(spec.video_id)

    def _stop(self, job_id: JobId) -> None:
        with suppress(AlreadyEnded):
            self.jobs.cancel(job_id)
