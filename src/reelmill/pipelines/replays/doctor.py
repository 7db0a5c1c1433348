"""Replay files -> what is wrong with each, and repaired copies, without drawing anything."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from reelmill.errors import BadMedia, ReelmillError
from reelmill.pipelines.replays.batch.sources import Found
from reelmill.pipelines.replays.reading.faults import Fault, Severity
from reelmill.pipelines.replays.reading.reader import diagnose, repair


class CannotWrite(BadMedia):
    """The repaired document cannot be written."""


@dataclass(frozen=True, kw_only=True)
class Diagnosis:
    """What is wrong with one file."""

    name: str
    """As it was found."""

    faults: tuple[Fault, ...]
    """Each fault of the file as it was; none for a sound one."""

    repaired_to: Path | None = None
    """Where a repaired document lies now."""

    kept_as: Path | None = None
    """Where the original lies now, when the repaired document took its place."""

    @property
    def can_be_shown(self) -> bool:
        """Whether a video can be made of it: stand-ins and repairs are fine."""
        fatal = any(fault.severity is Severity.FATAL for fault in self.faults)
        return self.repaired_to is not None or not fatal


class Ward:
    """Examines files, and mends them when asked to.

    Args:
        folder: Where the files were found; or the one file.
        into: Folder for repaired documents; None puts each in the place of its original.
        mend: Whether to write anything at all.
    """

    def __init__(self, folder: Path, *, into: Path | None = None, mend: bool = False) -> None:
        self._folder = folder.parent if folder.is_file() else folder
        self._into = into
        self._mend = mend

    def see(self, found: Found) -> Diagnosis:
        """Name each fault of one file, and mend it if that was asked for.

        Raises:
            CannotWrite: a folder refuses.
        """
        try:
            data = found.read()
        except ReelmillError as error:
            return Diagnosis(name=found.name, faults=(_unreadable(error),))
        seen = Diagnosis(name=found.name, faults=tuple(diagnose(data)))
        mended = repair(data) if self._mend and seen.faults else None
        return seen if mended is None else self._keep(seen, mended)

    def _keep(self, seen: Diagnosis, mended: bytes) -> Diagnosis:
        if self._into is not None:
            target = self._into / seen.name
            _write(target, mended)
            return replace(seen, repaired_to=target)
        target = self._folder / seen.name
        kept = _free_name(target)
        _write(target, mended, before=lambda: kept.hardlink_to(target))
        return replace(seen, repaired_to=target, kept_as=kept)


def _unreadable(error: ReelmillError) -> Fault:
    return Fault(code=error.code, message=error.message, where="", severity=Severity.FATAL)


def _free_name(path: Path) -> Path:
    """`name.json.bak`, or with a number when that is taken: no original is ever lost."""
    wanted = path.with_name(f"{path.name}.bak")
    number = 1
    while wanted.exists():
        number += 1
        wanted = path.with_name(f"{path.name}.bak{number}")
    return wanted


def _write(path: Path, data: bytes, *, before: Callable[[], None] = lambda: None) -> None:
    """Write a file whole or not at all; `before` runs when only the renaming is left."""
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(data)
        before()
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise CannotWrite(path=str(path), problem=error.strerror or str(error)) from error
