"""An uploaded picture -> a copy that is a board's own, so that both can be deleted."""

from contextlib import suppress

from reelmill.pipelines.storyboards.keys import picture_key, small_key
from reelmill.pipelines.storyboards.records import Asset, Picture
from reelmill.services import Services
from reelmill.storage.store import MissingObject


def copied_picture(here: Services, board_id: str, asset: Asset) -> Picture:
    """Copy it, with its small copy; a second time overwrites both with the same."""
    key = picture_key(board_id, asset.id, asset.key.rpartition(".")[2])
    with here.scratch() as folder:
        copy = folder / "picture"
        here.store.fetch(asset.key, copy)
        here.store.take(key, copy)
    with suppress(MissingObject):
        here.store.put_bytes(small_key(key), here.store.read(small_key(asset.key)))
    return Picture(key, asset.width, asset.height)
