"""A folder as a store: whole files under their keys, drafts in a hidden folder beside them."""

import errno
import fcntl
import os
import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from stat import S_ISREG
from typing import BinaryIO

import structlog

from reelmill.errors import NotFound
from reelmill.storage.store import (
    PARTIAL,
    READ_MAX_BYTES,
    REPLACED,
    BadKey,
    MissingObject,
    Stat,
    Stored,
    StoreDenies,
    StoreUnavailable,
    TooLarge,
    checked,
    checked_prefix,
    clipped,
)
from reelmill.storage.transfer import parts_of, passed_by, write_file, write_parts
from reelmill.units import StoreKey

log = structlog.get_logger()


class _Gone(StoreUnavailable):
    """A file or a folder of the store was taken away."""

    code = "store_unavailable"


class MissingFolder(NotFound):
    """There is no such folder."""


#: Times that a folder may be pruned by others between its making and its first file.
PRUNED_TRIES = 20

#: Seconds after which a link that has not got its name was left by a dead writer.
LINK_S = 3600.0


class FolderStore:
    """Files in a folder of this machine, or of one that all machines share.

    Args:
        root: Made when missing. It may be a link; links in it that lead out are refused.

    Raises:
        StoreDenies: the folder cannot be made.
    """

    def __init__(self, root: Path) -> None:
        with _writing(StoreKey(PARTIAL)):
            self._lay_out(root)
            self._root = root.resolve()
        self._inside = f"{self._root}/".replace("//", "/")
        self._drafts = self._root / PARTIAL
        self._told: set[Path] = set()

    def _lay_out(self, root: Path) -> None:
        (root / PARTIAL).mkdir(parents=True, exist_ok=True)

    @property
    def url(self) -> str:
        """Where this is, for people."""
        return self._root.as_uri()

    def put(self, key: StoreKey, source: Path, *, content_type: str = "") -> Stored:  # noqa: ARG002 - a folder keeps no types
        """Write a file under a key, in place of what is there."""
        with source.open("rb") as file:
            return self._write(key, parts_of(file))

    def take(self, key: StoreKey, source: Path, *, content_type: str = "") -> Stored:
        """As `put`, and the file itself becomes the object when it lies on the same disk."""
        with _writing(key), source.open("rb") as file:
            passed = passed_by(parts_of(file))
            os.fsync(file.fileno())
            try:
                _settle(self._placed(source, key).parent)
            except OSError as error:
                if error.errno != errno.EXDEV:
                    raise
                return self.put(key, source, content_type=content_type)
        return Stored(key=key, size_bytes=passed.size_bytes, sha256=passed.sha256)

    def put_bytes(self, key: StoreKey, data: bytes, *, content_type: str = "") -> Stored:  # noqa: ARG002
        """Write bytes under a key, in place of what is there."""
        return self._write(key, [data])

    def read(self, key: StoreKey, max_bytes: int = READ_MAX_BYTES) -> bytes:
        """All of a small object."""
        with _reading(key), self._path(key).open("rb") as file:
            data = file.read(max_bytes + 1)
        if len(data) > max_bytes:
            raise TooLarge(key=key, max_bytes=max_bytes)
        return data

    def read_range(self, key: StoreKey, start: int, length: int) -> bytes:
        """Some bytes of an object; fewer when it ends before."""
        return b"".join(self.stream(key, start, length))

    def read_part(self, known: Stat, start: int, length: int) -> bytes:
        """Some bytes of an object as it was when it was described; fewer when it ends before."""
        with _reading(known.key), self._path(known.key).open("rb") as file:
            now = _stat(known.key, os.fstat(file.fileno()))
            if now.etag != known.etag:
                raise StoreUnavailable(key=known.key, problem=REPLACED)
            first, end = clipped(known.key, now.size_bytes, start, length)
            file.seek(first)
            return file.read(end - first)

    def stream(self, key: StoreKey, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """An object, or a range of it, in parts that fit in memory.

        The file is open from here on: what replaces it meanwhile does not mix in.
        """
        parts = _opened_parts(key, self._path(key), start, length)
        next(parts)
        return parts

    def fetch(self, key: StoreKey, to: Path) -> Stored:
        """Write an object to a local file; nothing is left of it when that fails."""
        passed = write_file(self.stream(key), to)
        return Stored(key=key, size_bytes=passed.size_bytes, sha256=passed.sha256)

    def stat(self, key: StoreKey) -> Stat:
        """What the file system knows of an object."""
        with _reading(key):
            return _stat(key, self._path(key).stat())

    def exists(self, key: StoreKey) -> bool:
        """Whether there is such an object."""
        try:
            self.stat(key)
        except MissingObject:
            return False
        return True

    def list(self, prefix: str = "") -> Iterator[Stat]:
        """All objects under a prefix of whole parts."""
        inside = checked_prefix(prefix)
        top = self._within(self._root / inside) if inside else self._root
        for folder, names, files in os.walk(top):
            names[:] = sorted(name for name in names if Path(folder, name) != self._drafts)
            for name in sorted(files):
                yield from self._described(Path(folder, name))
            for name in names:
                if (link := Path(folder, name)).is_symlink():
                    self._tell(link, "a link to a folder")

    def move(self, source: StoreKey, to: StoreKey) -> None:
        """Publish: give an object its final key, in place of what is there."""
        with _reading(source):
            present = self._path(source)
            final = self._placed(present, to)
            for folder in {final.parent, present.parent}:
                _settle(folder)
            self._prune(present.parent)

    def link(self, key: StoreKey, target: StoreKey) -> bool:
        """Let a key stand for another object by a relative link, which may be moved as a whole."""
        folder = (self._root / checked(key)).parent
        with _writing(key):
            with _reading(target):
                leads_to = os.path.relpath(self._path(target), folder)
            with self._draft_link(leads_to) as draft:
                _settle(self._placed(draft, key).parent)
        return True

    def delete(self, key: StoreKey) -> None:
        """Remove an object; that there is none is as good."""
        with _reading(key), suppress(MissingObject):
            path = self._within(self._root / checked(key))
            # A link stays to be removed when its object is gone.
            if not path.is_symlink():
                path = self._path(key)
            path.unlink(missing_ok=True)
            _settle(path.parent)
            self._prune(path.parent)

    def presign(self, key: StoreKey, seconds: int, filename: str = "") -> str | None:  # noqa: ARG002
        """None: a folder cannot sign; see `signing.Signer`."""
        checked(key)
        return None

    def local_path(self, key: StoreKey) -> Path | None:
        """The file of an object, to be read only."""
        return self._path(key)

    def sweep(self) -> int:
        """Remove the drafts whose writers are dead: a living one holds a lock on its draft."""
        with _writing(StoreKey(PARTIAL)):
            self._drafts.mkdir(exist_ok=True)
            return sum(_removed_if_left(draft) for draft in self._drafts.iterdir())

    def check(self) -> None:
        """See that the folder is there and may be written to."""
        with _writing(StoreKey(PARTIAL)), self._draft() as (file, _path):
            file.write(b"\0")
            file.flush()

    def _path(self, key: StoreKey) -> Path:
        """The file of an object that exists."""
        path = self._within(self._root / checked(key))
        if not path.is_file():
            raise MissingObject(key=key)
        return path

    def _within(self, path: Path) -> Path:
        """The path, when every link on it stays inside the folder."""
        if not f"{os.path.realpath(path)}/".startswith(self._inside):
            raise BadKey(key=str(path.relative_to(self._root)), problem="a link leads out")
        return path

    def _made_room(self, key: StoreKey) -> Path:
        """The path of an object to be written, with the folders above it."""
        final = self._within(self._root / checked(key))
        if final.is_dir():
            raise BadKey(key=key, problem="is a folder here")
        _make_folders(final.parent)
        return final

    def _placed(self, file: Path, key: StoreKey) -> Path:
        """Give a file the name of an object; again while its empty folder is pruned under us."""
        try:
            for _ in range(PRUNED_TRIES):
                with suppress(FileNotFoundError):
                    return file.replace(self._made_room(key))
            return file.replace(self._made_room(key))
        except NotADirectoryError as error:
            raise BadKey(key=key, problem="lies under an object") from error

    def _prune(self, folder: Path) -> None:
        """Remove folders that became empty: a store has keys, and folders are only how they lie."""
        with suppress(OSError):
            while folder != self._root:
                folder.rmdir()
                folder = folder.parent

    def _write(self, key: StoreKey, parts: Iterable[bytes]) -> Stored:
        """Write a draft, bring it to the disk, then give it its name in one act."""
        with _writing(key), self._draft() as (file, draft):
            passed = write_parts(parts, file)
            file.flush()
            os.fsync(file.fileno())
            _settle(self._placed(draft, key).parent)
        return Stored(key=key, size_bytes=passed.size_bytes, sha256=passed.sha256)

    @contextmanager
    def _draft(self) -> Iterator[tuple[BinaryIO, Path]]:
        """A new file that is locked while it is written, and gone afterwards unless renamed."""
        file, path = self._locked_draft()
        try:
            with file:
                yield file, path
        finally:
            path.unlink(missing_ok=True)

    def _locked_draft(self) -> tuple[BinaryIO, Path]:
        self._drafts.mkdir(exist_ok=True)
        while True:
            path = self._drafts / secrets.token_hex(8)
            file = path.open("xb")
            fcntl.flock(file, fcntl.LOCK_EX)
            if os.fstat(file.fileno()).st_nlink:
                return file, path
            # A sweep came between the two lines above.
            file.close()

    @contextmanager
    def _draft_link(self, leads_to: str) -> Iterator[Path]:
        """A new link that is gone afterwards unless renamed; a sweep leaves it for its time."""
        self._drafts.mkdir(exist_ok=True)
        path = self._drafts / secrets.token_hex(8)
        path.symlink_to(leads_to)
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)

    def _described(self, path: Path) -> Iterator[Stat]:
        """The file as an object, or nothing: a link that leads out, a device, just deleted."""
        try:
            key = checked(path.relative_to(self._root).as_posix())
            facts = path.lstat()
            # No folder on the way to it is a link, for the walk follows none: nothing to resolve.
            yield _stat(key, facts) if S_ISREG(facts.st_mode) else self.stat(key)
        except FileNotFoundError:
            return
        except BadKey as error:
            self._tell(path, str(error.facts["problem"]))
        except MissingObject:
            return

    def _tell(self, path: Path, problem: str) -> None:
        """Say once that something lies here and is no object; the one who put it may wonder."""
        if path not in self._told:
            self._told.add(path)
            log.warning("not taken for an object", path=str(path), problem=problem)


class SourceFolder(FolderStore):
    """A folder that is only read from: it has to be there, and nothing is made in it.

    Raises:
        MissingFolder: it is not there.
    """

    def _lay_out(self, root: Path) -> None:
        if not root.is_dir():
            raise MissingFolder(folder=str(root), hint="A bucket is named as s3://bucket.")


def _stat(key: StoreKey, facts: os.stat_result) -> Stat:
    return Stat(
        key=key,
        size_bytes=facts.st_size,
        etag=f"{facts.st_ino:x}-{facts.st_mtime_ns:x}-{facts.st_size:x}",
        modified=datetime.fromtimestamp(facts.st_mtime, UTC),
    )


def _opened_parts(key: StoreKey, path: Path, start: int, length: int | None) -> Iterator[bytes]:
    """Nothing, once the file is open and has the range; then the parts of the range."""
    with _reading(key), path.open("rb") as file:
        first, end = clipped(key, os.fstat(file.fileno()).st_size, start, length)
        file.seek(first)
        yield b""
        yield from parts_of(file, end - first)


def _removed_if_left(draft: Path) -> bool:
    if draft.is_symlink():
        return _removed_if_old(draft)
    try:
        with draft.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            draft.unlink()
    except (BlockingIOError, FileNotFoundError):
        return False
    return True


def _removed_if_old(link: Path) -> bool:
    """A link cannot be locked; nobody takes so long to rename one."""
    try:
        if time.time() - link.lstat().st_mtime < LINK_S:
            return False
        link.unlink()
    except FileNotFoundError:
        return False
    return True


def _make_folders(folder: Path) -> None:
    """Make a folder and those above it, each on the disk before anything is put in."""
    if folder.is_dir():
        return
    _make_folders(folder.parent)
    # Not `exist_ok`: it looks again, and a folder that a neighbour made may be pruned by then.
    with suppress(FileExistsError):
        folder.mkdir()
    _settle(folder.parent)


def _settle(folder: Path) -> None:
    """Bring the names in a folder to the disk: a rename is lost by a power cut without this.

    A folder that was pruned meanwhile has none.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _reading(key: StoreKey) -> Iterator[None]:
    """What the file system says of an object that should be there, in the store's words."""
    try:
        with _writing(key):
            yield
    except _Gone as error:
        raise MissingObject(key=key) from error.__cause__


@contextmanager
def _writing(key: StoreKey) -> Iterator[None]:
    """What the file system says, in the store's words."""
    try:
        yield
    except FileNotFoundError as error:
        raise _Gone(key=key, problem=error.strerror) from error
    except PermissionError as error:
        raise StoreDenies(key=key, problem=error.strerror) from error
    except OSError as error:
        raise StoreUnavailable(key=key, problem=error.strerror) from error
