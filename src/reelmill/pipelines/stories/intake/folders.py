"""The folders that people drop files into: they stay when the last file is taken out of them."""

from typing import Final

from reelmill.pipelines.stories.keys import Layout
from reelmill.pipelines.stories.settings import settings_of
from reelmill.services import Services
from reelmill.storage.store import Store
from reelmill.units import StoreKey

#: A file that lets a folder stay when it is empty.
KEEP: Final = ".keep"

#: What there is to drop into.
FOLDERS: Final = ("story", "video", "frame", "music")


def shown_raw(here: Services) -> str:
    """Where people drop their files, as an address."""
    root = settings_of(here).root
    return "/".join(part for part in (here.store.url, root, "raw") if part)


def keep_all(store: Store, layout: Layout) -> None:
    """Have the folders of a project."""
    for folder in FOLDERS:
        _keep(store, layout.key(f"raw/{folder}/{KEEP}"))


def keep_folder_of(store: Store, key: StoreKey) -> None:
    """Let the folder of a file stay when the file is moved away.

    Raises:
        MissingObject: there is no such file.
    """
    if store.local_path(key) is not None:
        _keep(store, StoreKey(f"{key.rpartition('/')[0]}/{KEEP}"))


def _keep(store: Store, key: StoreKey) -> None:
    if not store.exists(key):
        store.put_bytes(key, b"")
