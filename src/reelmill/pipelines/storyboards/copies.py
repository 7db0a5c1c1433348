"""An uploaded picture -> a copy that is a board's own, so that both can be deleted."""

from reelmill.pipelines.storyboards.keys import picture_key
from reelmill.pipelines.storyboards.records import Asset
from reelmill.services import Services
from reelmill.units import StoreKey


def copied_picture(here: Services, board_id: str, asset: Asset) -> StoreKey:
    """Copy it; a second time overwrites it with the same."""
    key = picture_key(board_id, asset.id, asset.key.rpartition(".")[2])
    with here.scratch() as folder:
        copy = folder / "picture"
        here.store.fetch(asset.key, copy)
        here.store.take(key, copy)
    return key
