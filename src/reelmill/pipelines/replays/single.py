"""One replay file -> one video beside its final name, then under it. No database, no store."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from reelmill.foreground import done_in_child, folder_beside
from reelmill.pipelines.replays.batch.names import own_id
from reelmill.pipelines.replays.batch.sources import NothingThere, Unreadable
from reelmill.pipelines.replays.film import FILM_LIMIT_S, Film, make_film
from reelmill.pipelines.replays.intake import MAX_REPLAY_BYTES
from reelmill.pipelines.replays.spec import ReplaySpec
from reelmill.terminal import Terminal, seconds


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
    with folder_beside(output) as folder:
        replay = _brought(source, folder)
        game_id = own_id(replay.read_bytes(), replay.name)
        spec = look.model_copy(update={"game_id": game_id})
        film = done_in_child(
            terminal,
            "rendering",
            make_film,
            replay,
            folder,
            spec,
            timeout_s=FILM_LIMIT_S,
            verbose=verbose,
        )
        size_bytes = film.video.stat().st_size
        film.video.replace(output)
    return Made(output=output, film=film, size_bytes=size_bytes)


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
