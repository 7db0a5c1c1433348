"""One replay file -> one video beside its final name, then under it. No database, no store."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from reelmill.children import Children, Facts
from reelmill.errors import Refused
from reelmill.pipelines.replays.batch.names import own_id
from reelmill.pipelines.replays.batch.sources import NothingThere, Unreadable
from reelmill.pipelines.replays.film import FILM_LIMIT_S, Film, make_film
from reelmill.pipelines.replays.intake import MAX_REPLAY_BYTES
from reelmill.pipelines.replays.spec import ReplaySpec
from reelmill.terminal import Bar, Terminal, seconds

#: Bytes 4 to 8 of an MP4. Source: ISO 14496-12, 4.3
_MP4_MARK = b"ftyp"


class CannotWriteThere(Refused):
    """The video cannot be written there."""


class NotOverwritten(Refused):
    """That file exists and is not a video, so it is not overwritten."""


@dataclass(frozen=True, kw_only=True)
class Made:
    """One video, finished."""

    output: Path
    """The video."""

    film: Film
    """What was made."""

    size_bytes: int
    """Of the video."""

    @property
    def facts(self) -> dict[str, Any]:
        """For a script."""
        return {
            "output": str(self.output),
            "width": self.film.size.width,
            "height": self.film.size.height,
            "frames": self.film.frames,
            "duration_s": self.film.duration_s,
            "rounds": self.film.rounds,
            "size_bytes": self.size_bytes,
            "repairs": list(self.film.repairs),
        }

    @property
    def sentence(self) -> str:
        """For people."""
        film = self.film
        return (
            f"{self.output}: {film.rounds} rounds, {film.size.width}x{film.size.height}, "
            f"{film.frames} frames, {seconds(film.duration_s)}, {self.size_bytes / 1e6:.2f} MB"
        )


def may_write(output: Path, *, force: bool) -> None:
    """Let the output through, or say why not, before any work is done.

    Raises:
        CannotWriteThere: a folder, or in a folder that is not there.
        NotOverwritten: a file that is not a video, without `force`.
    """
    if output.is_dir():
        raise CannotWriteThere(path=str(output), problem="that is a folder")
    if not output.parent.is_dir():
        raise CannotWriteThere(path=str(output), problem="its folder does not exist")
    if output.exists() and not force and not _is_video(output):
        raise NotOverwritten(path=str(output), hint="Choose another name, or add --force.")


def _is_video(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            head = file.read(8)
    except OSError as error:
        raise CannotWriteThere(path=str(path), problem=error.strerror) from error
    return not head or head[4:] == _MP4_MARK


def render(
    source: Path | BinaryIO, output: Path, look: ReplaySpec, *, terminal: Terminal, verbose: bool
) -> Made:
    """Make a video, and give it its name when it was decoded and checked.

    Args:
        source: A file, or a stream that is read to its end.
        output: Where the video goes; the caller asked `may_write`.
        look: How it is to look; its game is a placeholder.
        terminal: Where progress is shown.
        verbose: Say each stage on a line of its own.

    Raises:
        NothingThere, Unreadable: there is no such replay.
        NotAReplay, BrokenReplay: it cannot be shown.
    """
    with _folder_beside(output) as folder, terminal.bar("rendering") as bar:
        replay = _brought(source, folder)
        game_id = own_id(replay.read_bytes(), replay.name)
        spec = look.model_copy(update={"game_id": game_id})
        film = _in_child(replay, folder, spec, _Stages(terminal, bar, verbose=verbose))
        size_bytes = film.video.stat().st_size
        film.video.replace(output)
    return Made(output=output, film=film, size_bytes=size_bytes)


def _in_child(replay: Path, folder: Path, spec: ReplaySpec, stages: "_Stages") -> Film:
    """A child, because a document of a stranger may be anything."""
    children = Children(1, log_level="warning")
    try:
        return children.run(
            make_film, replay, folder, spec, timeout_s=FILM_LIMIT_S, on_progress=stages.at
        )
    finally:
        children.close()


class _Stages:
    """Shows how far the work is."""

    def __init__(self, terminal: Terminal, bar: Bar, *, verbose: bool) -> None:
        self._terminal, self._bar, self._verbose = terminal, bar, verbose
        self._last = ""

    def at(self, facts: Facts) -> None:
        """One report of the work."""
        stage, done, total, message = facts
        self._bar.at(done, total, message)
        if self._verbose and stage != self._last:
            self._terminal.note(message or stage)
        self._last = stage


@contextmanager
def _folder_beside(output: Path) -> Iterator[Path]:
    """A folder on the same disk, so that the last step is a renaming."""
    try:
        folder = TemporaryDirectory(dir=output.parent, prefix=".reelmill-")
    except OSError as error:
        raise CannotWriteThere(path=str(output), problem=error.strerror) from error
    with folder as name:
        yield Path(name)


def _brought(source: Path | BinaryIO, folder: Path) -> Path:
    """The replay as a file of at most `MAX_REPLAY_BYTES`."""
    if isinstance(source, Path):
        return _checked(source)
    path = folder / "stdin.json"
    data = source.read(MAX_REPLAY_BYTES + 1)
    if len(data) > MAX_REPLAY_BYTES:
        raise Unreadable(file="stdin", problem="larger than any replay")
    path.write_bytes(data)
    return path


def _checked(source: Path) -> Path:
    try:
        size_bytes = source.stat().st_size
        readable = os.access(source, os.R_OK)
    except FileNotFoundError:
        raise NothingThere(path=str(source)) from None
    except OSError as error:
        raise Unreadable(file=str(source), problem=error.strerror) from error
    if not source.is_file() or not readable:
        raise Unreadable(file=str(source), problem="not a file that may be read")
    if size_bytes > MAX_REPLAY_BYTES:
        raise Unreadable(file=str(source), problem="larger than any replay")
    return source
