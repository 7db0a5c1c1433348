"""A task -> its files on this node, its film, its film in the store."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import structlog

from reelmill.engine.drafts import publish_file
from reelmill.engine.words import ArtifactMade
from reelmill.errors import Canceled, Unavailable
from reelmill.media.geometry import Size
from reelmill.media.tools import Tools
from reelmill.pipelines.stories.keys import Layout
from reelmill.pipelines.stories.limits import conform_limit_s, film_limit_s
from reelmill.pipelines.stories.render.conform import Look, conform
from reelmill.pipelines.stories.render.film import Files, Film, make_film
from reelmill.pipelines.stories.render.mezzanine import Form, mezzanine_name
from reelmill.pipelines.stories.settings import GB, StoriesSettings
from reelmill.pipelines.stories.spec import Piece, Source, StorySpec, UploadFailed
from reelmill.services import Progress, Services, attempt
from reelmill.storage.nearby import Nearby

#: Seconds before the second try to upload; each further one waits twice as long.
UPLOAD_WAIT_S: Final = 1.0

log = structlog.get_logger().bind(component="render_worker")


class Brought(NamedTuple):
    """Files of a task on this machine, to be read only."""

    known: dict[str, Path]
    """Conformed clips, by their names."""

    clips: dict[str, tuple[Piece, Path]]
    """Clips that are not conformed yet, by the names that they will have."""

    look: Look
    """What goes over and under each clip."""

    voice: Path
    """Narration."""

    music: Path | None
    """Music, if there is any."""

    texts: tuple[Path, ...]
    """Text of the chapter, in order."""


@dataclass(frozen=True, kw_only=True)
class Work:
    """One task at this node."""

    here: Services
    """What it is done with."""

    settings: StoriesSettings
    """What the operator chose."""

    spec: StorySpec
    """The task."""

    folder: Path
    """Where its files lie meanwhile."""

    @property
    def layout(self) -> Layout:
        """Where the project lies."""
        return Layout(self.settings.root)

    def download(self) -> Brought:
        """Bring what this node needs: of each clip its conformed form, where somebody made it."""
        spec, folder, form = self.spec, self.folder, self._form
        pieces = {mezzanine_name(piece, form): piece for piece in spec.pieces}
        known: dict[str, Path] = {}
        clips: dict[str, tuple[Piece, Path]] = {}
        for done, (name, piece) in enumerate(pieces.items()):
            attempt().report(Progress("download", done, len(pieces), "bringing files"))
            key = self.layout.mezzanine(name)
            if self.here.store.exists(key):
                known[name] = self._nearby.bring(key, folder / f"{name}.mp4")
            else:
                clips[name] = piece, self._nearby.bring(piece.key, folder / f"{name}.source")
        return Brought(
            known=known,
            clips=clips,
            look=Look(
                form=form,
                logo=self._brought(spec.logo, "logo"),
                plate=self._brought(spec.plate, "plate"),
            ),
            voice=self._nearby.bring(spec.voice.key, folder / "voice"),
            music=self._brought(spec.music, "music"),
            texts=tuple(
                self._nearby.bring(key, folder / f"text-{number}")
                for number, key in enumerate(spec.text_keys)
            ),
        )

    def render(self, brought: Brought) -> Film:
        """Conform what is not known yet, each clip shared at once; then join all with the sound."""
        spec, form, tools = self.spec, self._form, Tools(ffmpeg=self.here.ffmpeg)
        known = dict(brought.known)
        for done, (name, (piece, clip)) in enumerate(brought.clips.items()):
            attempt().report(Progress("conform", done, len(brought.clips), "conforming clips"))
            file = self.folder / f"{name}.mp4"
            limit_s = conform_limit_s(piece, form.rate)
            self.here.in_child(conform, limit_s, clip, piece, file, brought.look, tools)
            # Another node's of the same name is the same.
            self.here.store.put(self.layout.mezzanine(name), file, content_type="video/mp4")
            known[name] = file
        files = Files(
            voice=brought.voice, music=brought.music, mezzanines=known, texts=brought.texts
        )
        limit_s = film_limit_s(spec)
        return self.here.in_child(make_film, limit_s, files, spec, form, self.folder, tools)

    def upload(self, film: Film) -> tuple[ArtifactMade, ...]:
        """Put the result where it is looked for; the video last, for it is the sign.

        Raises:
            UploadFailed: the store failed each time.
            Canceled: the job is another attempt's by now.
        """
        attempt().report(Progress("upload", message="uploading"))
        captions = [self._put(film.captions, "captions", "text/vtt", None)] if film.captions else []
        poster = self._put(film.poster, "poster", "image/jpeg", film.size)
        video = self._put(film.video, "video", "video/mp4", film.size)
        shown = {"frames": film.frames, "duration_s": film.duration_s}
        return (video.model_copy(update=shown), poster, *captions)

    @property
    def _form(self) -> Form:
        spec = self.spec
        width, height = map(int, spec.render.resolution.split("x"))
        return Form(
            size=Size(width, height),
            rate=spec.render.frame_rate,
            logo_sha256=spec.logo.sha256 if spec.logo else None,
            plate_sha256=spec.plate.sha256 if spec.plate else None,
            encoder=self.here.ffmpeg.choose_encoder(),
        )

    @property
    def _nearby(self) -> Nearby:
        max_bytes = int(self.settings.local_cache_gb * GB)
        folder = self.here.scratch_root.parent / "nearby"
        return Nearby(self.here.store, folder, max_bytes=max_bytes)

    def _brought(self, source: Source | None, name: str) -> Path | None:
        return None if source is None else self._nearby.bring(source.key, self.folder / name)

    def _put(self, file: Path, kind: str, content_type: str, size: Size | None) -> ArtifactMade:
        key = self.layout.output(self.spec.task_id, file.name)
        tries = self.settings.upload_tries
        return tried(lambda: publish_file(file, key, kind, content_type, size), tries)


def tried(put: Callable[[], ArtifactMade], tries: int) -> ArtifactMade:
    """Put one file into the store, and again when the store fails.

    Raises:
        UploadFailed: it failed each time.
        Canceled: the job is another attempt's by now.
    """
    problem = ""
    for number in range(tries):
        if number:
            attempt().canceled.wait(UPLOAD_WAIT_S * 2 ** (number - 1))
        if not attempt().holds():
            raise Canceled
        try:
            return put()
        except Unavailable as error:
            log.warning("upload failed", tried=number + 1, error=error.message)
            problem = error.message
    raise UploadFailed(tries=tries, problem=problem, hint="See that the store answers, then retry.")
