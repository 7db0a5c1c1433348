"""Ids that a caller names -> the caller's own boards and assets; another's are not there."""

from collections.abc import Iterable

from reelmill.accounts.caller import Caller
from reelmill.catalog.database import Transaction
from reelmill.pipelines.storyboards.records import Asset, AssetKind, Board
from reelmill.pipelines.storyboards.refusals import AssetNotFound, BoardNotFound, WrongAsset
from reelmill.pipelines.storyboards.tables import assets, boards


def board_of(conn: Transaction, caller: Caller, board_id: str) -> Board:
    """A board of the caller.

    Raises:
        BoardNotFound: none, or somebody else's.
    """
    board = boards.find(conn, board_id)
    if board is None or not caller.owns(board.owner):
        raise BoardNotFound(board_id=board_id)
    return board


def asset_of(conn: Transaction, caller: Caller, asset_id: str) -> Asset:
    """An asset of the caller.

    Raises:
        AssetNotFound: none, or somebody else's.
    """
    asset = assets.find(conn, asset_id)
    if asset is None or not caller.owns(asset.owner):
        raise AssetNotFound(asset_id=asset_id)
    return asset


def heard(conn: Transaction, caller: Caller, *asset_ids: str | None) -> None:
    """See that assets are sounds of the caller.

    Raises:
        AssetNotFound, WrongAsset: one is not.
    """
    _admit(conn, caller, asset_ids, AssetKind.AUDIO)


def seen(conn: Transaction, caller: Caller, *asset_ids: str) -> None:
    """See that assets are pictures of the caller.

    Raises:
        AssetNotFound, WrongAsset: one is not.
    """
    _admit(conn, caller, asset_ids, AssetKind.IMAGE)


def _admit(
    conn: Transaction, caller: Caller, asset_ids: Iterable[str | None], kind: AssetKind
) -> None:
    for asset_id in filter(None, asset_ids):
        if asset_of(conn, caller, asset_id).kind is not kind:
            raise WrongAsset(asset_id=asset_id, wanted=kind.value)
