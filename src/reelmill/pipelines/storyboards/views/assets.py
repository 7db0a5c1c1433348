"""Uploads, told."""

from datetime import datetime
from typing import Self

from reelmill.pipelines.storyboards.records import Asset, AssetKind
from reelmill.pipelines.storyboards.views.common import Said


class AssetOut(Said):
    """An upload."""

    id: str
    """Names it."""

    kind: AssetKind
    """What it is."""

    name: str
    """What its owner calls it."""

    content_type: str
    """As HTTP writes it."""

    size_bytes: int
    """Size of the file."""

    width: int | None
    """Pixels, of pictures and videos."""

    height: int | None
    """Pixels, of pictures and videos."""

    tags: list[str]
    """Words to find it by."""

    created_at: datetime
    """When it was uploaded."""

    url: str
    """Its content."""

    thumbnail_url: str | None
    """A small picture of it; null where there is none."""

    @classmethod
    def of(cls, asset: Asset) -> Self:
        """An asset, told."""
        own = f"/v1/storyboards/assets/{asset.id}"
        has_picture = asset.kind in {AssetKind.IMAGE, AssetKind.VIDEO}
        plain = {name: getattr(asset, name) for name in _OF_ASSET}
        return cls(
            **plain,
            tags=list(asset.tags),
            url=f"{own}/data",
            thumbnail_url=f"{own}/thumbnail" if has_picture else None,
        )


_OF_ASSET = (
    *("id", "kind", "name", "content_type", "size_bytes", "width", "height"),
    "created_at",
)


class AssetsOut(Said):
    """A page of assets."""

    assets: list[AssetOut]
    """The newest first."""

    next: str | None
    """Cursor of the following page; null on the last."""
