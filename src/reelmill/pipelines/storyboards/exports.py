"""Copies of a caller's videos in other formats and qualities: asked for, one or several, listed."""

from collections.abc import Callable
from itertools import product
from typing import Final, NamedTuple

from reelmill.catalog import jobs
from reelmill.catalog.job import Job, JobState
from reelmill.errors import ReelmillError
from reelmill.media.ffmpeg import NoFfmpeg
from reelmill.pipelines.storyboards.bench import Bench
from reelmill.pipelines.storyboards.bodies import ExportWish
from reelmill.pipelines.storyboards.keys import export_key
from reelmill.pipelines.storyboards.records import Board, Film
from reelmill.pipelines.storyboards.refusals import (
    ExportFailed,
    NoExporter,
    NotExportable,
    OnlyElsewhere,
    TooLongForGif,
)
from reelmill.pipelines.storyboards.spec import (
    MAX_GIF_S,
    STORYBOARDS,
    ExportSpec,
    Quality,
    StoryboardsSpec,
    VideoFormat,
    VideoStatus,
)
from reelmill.units import JobId, StoreKey


class Exported(NamedTuple):
    """A copy of a video, or the job that makes it."""

    job: Job
    """The job."""

    key: StoreKey | None
    """Where the copy lies; None before it is made."""


class Answered(NamedTuple):
    """What came of one of several wishes."""

    wish: ExportWish
    """The wish."""

    exported: Exported | None
    """The copy or its job; None where it was refused."""

    problem: ReelmillError | None = None
    """Why it was refused."""


def admit_freely() -> None:
    """Everything may be begun."""


#: What a GIF longer than it may be still counts as: as long, within a frame of any rate.
ROUNDED_S: Final = 0.1


class Exports(Bench):
    """Where one caller has videos copied."""

    def export(
        self, board_id: str, wish: ExportWish, *, admit: Callable[[], None] = admit_freely
    ) -> Exported:
        """Have a copy of the video made; the same copy is made once.

        Args:
            board_id: The board.
            wish: What kind of copy.
            admit: Asked before one is begun that is neither there nor being made; may raise.

        Raises:
            NotExportable: there is no video.
            OnlyElsewhere: its file is not in our store.
            NoExporter: there is no ffmpeg.
            TooLongForGif: nobody takes in a GIF of that length.
            ExportFailed: it was tried; its job can be tried again.
        """
        board, film = self._finished(board_id)
        return self._copy(board, film, wish, admit)

    def export_all(
        self,
        board_id: str,
        wishes: tuple[ExportWish, ...],
        *,
        admit: Callable[[], None] = admit_freely,
    ) -> list[Answered]:
        """Have several copies made; one that is refused stops none of the others.

        Raises:
            NotExportable, OnlyElsewhere, NoExporter: as `export`, for then there is none at all.
        """
        board, film = self._finished(board_id)
        is_admitted = False

        def admit_once() -> None:
            nonlocal is_admitted
            if not is_admitted:
                admit()
            is_admitted = True

        return [self._answered(board, film, wish, admit_once) for wish in wishes]

    def copies(self, board_id: str) -> list[Answered]:
        """The copies of the video as it is now that somebody asked for."""
        board = self.whole(board_id).board
        if board.film is None:
            return []
        prefix = f"export-{board.id}-{board.film.edition}-"
        known = {job.key: job for job in self.jobs.listed(pipeline=STORYBOARDS, text=prefix)}
        found = []
        for kind, quality in product(VideoFormat, Quality):
            wish = ExportWish(format=kind, quality=quality)
            job = known.get(StoryboardsSpec(_spec(board, board.film, wish)).key)
            if job is not None:
                found.append(Answered(wish, self._as_it_is(board, board.film, wish, job)))
        return found

    def _finished(self, board_id: str) -> tuple[Board, Film]:
        """A board with the video that can be copied."""
        board = self.whole(board_id).board
        if board.film is None or board.status is not VideoStatus.COMPLETED:
            raise NotExportable(status=board.status.value)
        if not self.here.store.exists(board.film.key):
            raise OnlyElsewhere
        self._need_ffmpeg()
        return board, board.film

    def _answered(
        self, board: Board, film: Film, wish: ExportWish, admit: Callable[[], None]
    ) -> Answered:
        try:
            return Answered(wish, self._copy(board, film, wish, admit))
        except (TooLongForGif, ExportFailed) as error:
            return Answered(wish, None, error)

    def _copy(
        self, board: Board, film: Film, wish: ExportWish, admit: Callable[[], None]
    ) -> Exported:
        if wish.format is VideoFormat.GIF and film.duration_s > MAX_GIF_S + ROUNDED_S:
            raise TooLongForGif(limit_s=MAX_GIF_S)
        spec = _spec(board, film, wish)
        job = self._known(spec)
        if job is not None and job.state is JobState.FAILED:
            raise ExportFailed(problem=job.error_message, job_id=job.id)
        exported = None if job is None else self._as_it_is(board, film, wish, job)
        if exported is None or (exported.key is None and exported.job.state.ended):
            admit()
            return Exported(self.submit(spec, owner=board.owner, force=True), None)
        return exported

    def _as_it_is(self, board: Board, film: Film, wish: ExportWish, job: Job) -> Exported:
        key = export_key(board.id, film.edition, wish.format, wish.quality)
        is_there = job.state is JobState.COMPLETED and self.here.store.exists(key)
        return Exported(job, key if is_there else None)

    def _known(self, spec: ExportSpec) -> Job | None:
        """The job of a copy, if it was ever asked for."""
        with self.here.catalog.read() as conn:
            return jobs.find(conn, JobId(f"{STORYBOARDS}/{StoryboardsSpec(spec).key}"))

    def _need_ffmpeg(self) -> None:
        try:
            assert self.here.ffmpeg.path
        except NoFfmpeg as error:
            raise NoExporter(hint=error.hint) from error


def _spec(board: Board, film: Film, wish: ExportWish) -> ExportSpec:
    return ExportSpec(
        board_id=board.id, edition=film.edition, format=wish.format, quality=wish.quality
    )
