"""A TAR in a store -> its files in a folder, none of them outside of it, or nothing at all."""

from pathlib import Path
from tempfile import TemporaryDirectory

from reelmill.errors import Refused
from reelmill.foreground import CannotWriteThere
from reelmill.pipelines.captures.tools.opened import Opened


class OutsideFolder(Refused):
    """A file would be written outside of its folder, for a link there leads out."""


class InTheWay(Refused):
    """A file of that name is there already."""


def unpack(tar: Opened, folder: Path, *, force: bool = False) -> list[Path]:
    """Unpack a TAR; every file appears whole, after all names were looked at.

    Args:
        tar: Its headers were read, so that nothing is in it but plain files under plain names.
        folder: Made when missing.
        force: Whether files of these names that are there already are replaced.

    Raises:
        OutsideFolder: something in the folder leads out of it.
        InTheWay: a file is there, without `force`.
        CannotWriteThere: the disk does not take it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        paths = [_place(folder, member.name, force=force) for member in tar.members]
        with TemporaryDirectory(dir=folder, prefix=".reelmill-") as drafts:
            for member, path in zip(tar.members, paths, strict=True):
                draft = Path(drafts) / "member"
                tar.fetch(member, draft)
                path.parent.mkdir(parents=True, exist_ok=True)
                draft.replace(path)
    except OSError as error:
        raise CannotWriteThere(path=str(folder), problem=error.strerror or str(error)) from error
    return paths


def _place(folder: Path, name: str, *, force: bool) -> Path:
    path = folder / name
    if not path.parent.resolve().is_relative_to(folder.resolve()):
        raise OutsideFolder(path=str(path))
    if path.is_dir() or (not force and (path.exists() or path.is_symlink())):
        raise InTheWay(path=str(path), hint="Choose another folder, or add --force.")
    return path
