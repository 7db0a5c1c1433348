"""Work that a person waits for at the terminal: one child, one bar, one file when it is done."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from reelmill.children import Children, Facts
from reelmill.errors import Refused
from reelmill.terminal import Bar, Terminal

R = TypeVar("R")

#: Bytes 4 to 8 of an MP4. Source: ISO 14496-12, 4.3
_MP4_MARK = b"ftyp"


class CannotWriteThere(Refused):
    """The file cannot be written there."""


class NotOverwritten(Refused):
    """That file exists and is not a video, so it is not overwritten."""


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


@contextmanager
def folder_beside(output: Path) -> Iterator[Path]:
    """A folder on the same disk, so that the last step is a renaming; gone afterwards.

    Raises:
        CannotWriteThere: the folder above cannot be written to.
    """
    try:
        folder = TemporaryDirectory(dir=output.parent, prefix=".reelmill-")
    except OSError as error:
        raise CannotWriteThere(path=str(output), problem=error.strerror) from error
    with folder as name:
        yield Path(name)


@contextmanager
def written_whole(output: Path) -> Iterator[Path]:
    """A draft, to be written in the block, that takes the place of the output behind it.

    Folders on the way are made when missing. When the block fails, the output stays as it was.

    Raises:
        CannotWriteThere: the disk does not take it.
    """
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        with folder_beside(output) as folder:
            draft = folder / "draft"
            yield draft
            draft.replace(output)
    except OSError as error:
        raise CannotWriteThere(path=str(output), problem=error.strerror or str(error)) from error


def write_whole(output: Path, data: bytes | str) -> None:
    """Write a file, whole or not at all.

    Args:
        output: Where; folders on the way are made when missing.
        data: What; text is written in UTF-8.

    Raises:
        CannotWriteThere: the disk does not take it.
    """
    with written_whole(output) as draft:
        draft.write_bytes(data.encode() if isinstance(data, str) else data)


def done_in_child(
    terminal: Terminal,
    label: str,
    work: Callable[..., R],
    *args: Any,
    timeout_s: float,
    verbose: bool = False,
    **kwargs: Any,
) -> R:
    """Have work done by a child, because a file of a stranger may be anything, and show how far.

    Args:
        terminal: Where progress is shown.
        label: Stands before the bar.
        work: As `Children.run` takes it, with its arguments.
        args: As `Children.run` takes them.
        timeout_s: Seconds until the child is killed.
        verbose: Say each stage on a line of its own.
        kwargs: As `args`.
    """
    children = Children(1, log_level="warning")
    try:
        with terminal.bar(label) as bar:
            stages = _Stages(terminal, bar, verbose=verbose)
            return children.run(work, *args, timeout_s=timeout_s, on_progress=stages.at, **kwargs)
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
