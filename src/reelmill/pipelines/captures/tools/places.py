"""What somebody typed -> a store, an object in one, names."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from reelmill.errors import Refused
from reelmill.storage.objects import open_source, open_store
from reelmill.storage.store import Stat, Store, checked
from reelmill.units import StoreKey


class NotAnObject(Refused):
    """That names a store, and nothing in it."""


def url_of(where: str) -> str:
    """The URL of a store, which may be typed as a path.

    >>> url_of("s3://bucket/captures"), url_of("/tmp/captures")
    ('s3://bucket/captures', 'file:///tmp/captures')
    """
    return where if "://" in where else Path(where).absolute().as_uri()


def source_at(where: str) -> Store:
    """A store to read from.

    Raises:
        MissingFolder, BadStoreUrl: there is none.
    """
    return open_source(url_of(where))


def target_at(where: str) -> Store:
    """A store to write to; a folder is made when missing.

    Raises:
        StoreDenies, BadStoreUrl: nothing can be written there.
    """
    return open_store(url_of(where))


def object_at(where: str) -> tuple[Store, StoreKey]:
    """An object, by its path or by the URL of its store with its key behind.

    Raises:
        NotAnObject: nothing follows the name of the bucket.
        MissingFolder, BadStoreUrl: there is no such store.
    """
    root, _, name = url_of(where).rpartition("/")
    if not name or "://" not in root:
        raise NotAnObject(given=where, hint="Name a TAR: captures/0a1b.tar, s3://bucket/0a1b.tar.")
    if "://" not in where:
        name = Path(where).name
    return open_source(root), checked(name)


def beginning(store: Store, prefix: str) -> Iterator[Stat]:
    """Objects whose keys begin so: `2024/01/`, or `2024/0` for nine months."""
    folder = prefix.rpartition("/")[0]
    return (stat for stat in store.list(folder) if stat.key.startswith(prefix))


def apart(typed: Iterable[str]) -> list[str]:
    """Names that were typed one by one or apart by commas.

    >>> apart(["dark,menu", "bundle"])
    ['dark', 'menu', 'bundle']
    """
    return [name.strip() for names in typed for name in names.split(",") if name.strip()]
