"""A task -> its files on this node, its film, its film in the store."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import structlog

from reelmill.engine.drafts import publish_file
from reelmill.engine.words import ArtifactMade
from reelmill.errors import Canceled, Unavailable
from reelmill.media.geometry import Size
from reelmill.media.pieces import PieceBroken
from reelmill.media.tools import Tools
from reelmill.pipelines.stories.keys import Layout
from reelmill.pipelines.stories.limits import conform_limit_s, film_limit_s
from reelmill.pipelines.stories.render.conform import Look, conform
from reelmill.pipelines.stories.render.film import Files, Film, make_film
from reelmill.pipelines.stories.render.mezzanine import Form, mezzanine_name
from reelmill.pipelines.stories.settings import GB, StoriesSettings
from reelmill.pipelines.stories.spec import Piece, Source, StorySpec, UploadFailed
from reelmill.pipelines.stories.tables import mezzanines
from reelmill.pipelines.stories.tables.mezzanines import Mezzanine
from reelmill.services import Progress, Services, attempt
from reelmill.storage.nearby import Nearby
from reelmill.storage.store import MissingObject
from reelmill.storage.transfer import parts_of, passed_by

#: Seconds before the second try to upload; each further one waits twice as long.
UPLOAD_WAIT_S: Final = 1.0

log = structlog.get_logger(component="render_worker")


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
        spec = self.spec
        logo = self._brought(spec.logo, "logo") if spec.logo else None
        form = self._form(logo)
        pieces = {mezzanine_name(piece, form): piece for piece in spec.pieces}
        known: dict[str, Path] = {}
        clips: dict[str, tuple[Piece, Path]] = {}
        for done, (name, piece) in enumerate(pieces.items()):
            attempt().report(Progress("download", done, len(pieces), "bringing files"))
            conformed = self._conformed(name)
            if conformed is None:
                clips[name] = piece, self._brought(piece, f"{name}.source")
            else:
                known[name] = conformed
        return Brought(
            known=known,
            clips=clips,
            look=Look(
                form=form,
                logo=logo,
                plate=self._brought(spec.plate, "plate") if spec.plate else None,
            ),
            voice=self._brought(spec.voice, "voice"),
            music=self._brought(spec.music, "music") if spec.music else None,
            texts=tuple(
                self._nearby.bring(key, self.folder / f"text-{number}")
                for number, key in enumerate(spec.text_keys)
            ),
        )

    def render(self, brought: Brought) -> Film:
        """Conform what is not known yet, each clip shared at once; then join all with the sound."""
        known = dict(brought.known)
        for done, (name, (piece, clip)) in enumerate(brought.clips.items()):
            attempt().report(Progress("conform", done, len(brought.clips), "conforming clips"))
            # The task before this one may have conformed it meanwhile.
            made = self._conformed(name) or self._conform(name, piece, clip, brought.look)
            known[name] = made
        files = Files(
            voice=brought.voice, music=brought.music, mezzanines=known, texts=brought.texts
        )
        film = self._film_mended(files, brought.look)
        _note(film.commands)
        return film

    def upload(self, film: Film) -> tuple[ArtifactMade, ...]:
        """Put the result where it is looked for; the video last, for it is the sign.

        Raises:
            UploadFailed: the store failed each time.
            Canceled: the job is another attempt's by now.
        """
        attempt().report(Progress("upload", message="uploading"))
        captions = [self._put(film.captions, "captions", "text/vtt", None)] if film.captions else []
        poster = self._put(film.poster, "poster", "image/jpeg", film.poster_size)
        video = self._put(film.video, "video", "video/mp4", film.size)
        shown = {"frames": film.frames, "duration_s": film.duration_s}
        return (video.model_copy(update=shown), poster, *captions)

    def _form(self, logo: Path | None) -> Form:
        """What all clips share; a logo may have been replaced since the task was made."""
        spec = self.spec
        width, height = map(int, spec.render.resolution.split("x"))
        return Form(
            size=Size(width, height),
            rate=spec.render.frame_rate,
            logo_sha256=_sum(logo) if logo else None,
            plate_sha256=spec.plate.sha256 if spec.plate else None,
            encoder=self.here.ffmpeg.choose_encoder(),
        )

    def _film(self, files: Files, form: Form) -> Film:
        how = (files, self.spec, form, self.folder, self._tools)
        return self.here.in_child(make_film, film_limit_s(self.spec), *how)

    def _film_mended(self, files: Files, look: Look) -> Film:
        """The film; each clip whose file in the store has suffered is conformed anew, once."""
        mended: set[str] = set()
        while True:
            try:
                return self._film(files, look.form)
            except PieceBroken as error:
                broken = str(error.facts["piece"])
                if broken in mended:
                    raise
                mended.add(broken)
            self._mend(self.folder / broken, look)

    def _conformed(self, name: str) -> Path | None:
        """A conformed clip, if somebody has made it before."""
        key = self.layout.mezzanine(name)
        try:
            file = self._nearby.bring(key, self.folder / f"{name}.mp4")
        except MissingObject:
            return None
        self._used(name, file)
        return file

    def _conform(self, name: str, piece: Piece, clip: Path, look: Look) -> Path:
        """Conform a clip, and share it; another node's of the same name is the same."""
        to, limit_s = self.folder / f"{name}.mp4", conform_limit_s(piece, look.form.rate)
        made = self.here.in_child(conform, limit_s, clip, piece, to, look, self._tools)
        _note(made.commands)
        self.here.store.put(self.layout.mezzanine(name), to, content_type="video/mp4")
        self._used(name, to)
        return to

    def _mend(self, broken: Path, look: Look) -> None:
        """Conform a clip anew whose file in the store has suffered."""
        log.warning("conformed clip is broken", name=broken.stem)
        piece = next(
            each for each in self.spec.pieces if mezzanine_name(each, look.form) == broken.stem
        )
        broken.unlink(missing_ok=True)
        clip = self._brought(piece, f"{broken.stem}.again")
        self._conform(broken.stem, piece, clip, look)

    def _used(self, name: str, file: Path) -> None:
        one = Mezzanine(name, file.stat().st_size, self.here.clock())
        with self.here.catalog.begin() as conn:
            mezzanines.use(conn, one)

    @property
    def _tools(self) -> Tools:
        return Tools(ffmpeg=self.here.ffmpeg)

    @property
    def _nearby(self) -> Nearby:
        max_bytes = int(self.settings.local_cache_gb * GB)
        folder = self.here.scratch_root.parent / "nearby"
        return Nearby(self.here.store, folder, max_bytes=max_bytes)

    def _brought(self, source: Source, name: str) -> Path:
        return self._nearby.bring(source.key, self.folder / name)

    def _put(self, file: Path, kind: str, content_type: str, size: Size | None) -> ArtifactMade:
        key = self.layout.output(self.spec.task_id, file.name)
        tries = self.settings.upload_tries
        return tried(lambda: publish_file(file, key, kind, content_type, size), tries)


def _sum(file: Path) -> str:
    with file.open("rb") as opened:
        return passed_by(parts_of(opened)).sha256


def _note(commands: Iterable[tuple[tuple[str, ...], float]]) -> None:
    for argv, took_s in commands:
        attempt().ran(argv, took_s)


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
