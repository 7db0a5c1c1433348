"""Uploads of a caller: pictures, sounds, videos and documents, checked by what they are."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple
from uuid import uuid4

from pydantic import TypeAdapter, ValidationError

from reelmill.accounts.caller import Caller
from reelmill.catalog.job import Place
from reelmill.errors import BadMedia
from reelmill.media.frames import write_jpeg
from reelmill.media.geometry import Size
from reelmill.media.info import SNIFF_BYTES, sniff
from reelmill.media.probe import probe
from reelmill.media.shown import fitted, stills
from reelmill.pipelines.storyboards.bodies import MAX_TAGS, TAG_LETTERS
from reelmill.pipelines.storyboards.collecting import MB, PICTURE_LIMIT_S
from reelmill.pipelines.storyboards.house import settings_of
from reelmill.pipelines.storyboards.keys import asset_key, picture_ending, small_key, type_of
from reelmill.pipelines.storyboards.owned import asset_of
from reelmill.pipelines.storyboards.records import Asset, AssetKind
from reelmill.pipelines.storyboards.refusals import (
    AssetInUse,
    AssetTooLarge,
    BadTags,
    DownloadEmpty,
    NoThumbnail,
    UnknownAssetKind,
)
from reelmill.pipelines.storyboards.tables import assets, boards
from reelmill.pipelines.storyboards.thumbnails import THUMBNAIL_PX, look_and_shrink
from reelmill.services import Services
from reelmill.units import StoreKey

#: What is taken, as it is told to people. Source: upload endpoint.
ALLOWED: Final = "jpg, png, gif, webp, mp4, mov, mp3, wav, pdf"

#: Letters of a name that are kept, and of an ending that is told.
NAME_LETTERS, KIND_LETTERS = 200, 20

#: What is to be done before what is in use is deleted.
INSTEAD: Final = "Give these boards another one or none, or delete them."

_TAGS: Final = TypeAdapter(list[str])

_PICTURES: Final = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")


class _Kind(NamedTuple):
    """What a file is by its first bytes."""

    kind: AssetKind
    ending: str


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """Where one caller puts files for boards."""

    here: Services
    """Catalog, store and clock."""

    caller: Caller
    """Who asks."""

    def take(self, path: Path, name: str, tags: tuple[str, ...] = ()) -> Asset:
        """Take a file in.

        Args:
            path: The file; it may be gone afterwards.
            name: What its owner calls it.
            tags: Words to find it by.

        Raises:
            AssetTooLarge, UnknownAssetKind, BadMedia: it is not taken.
        """
        self._admit_size(path)
        found = kind_of(path, clean_name(name))
        asset_id = uuid4().hex
        key = asset_key(asset_id, found.ending)
        size = self._looked_at(path, found.kind, key)
        stored = self.here.store.take(key, path)
        asset = Asset(
            id=asset_id,
            owner=self.caller.user_id,
            kind=found.kind,
            name=clean_name(name),
            key=key,
            content_type=type_of(key),
            size_bytes=stored.size_bytes,
            sha256=stored.sha256,
            width=size.width if size else None,
            height=size.height if size else None,
            tags=tags,
            created_at=self.here.clock(),
        )
        with self.here.catalog.begin() as conn:
            assets.add(conn, asset)
        return asset

    def find(self, asset_id: str) -> Asset:
        """An asset of the caller.

        Raises:
            AssetNotFound: none, or somebody else's.
        """
        with self.here.catalog.read() as conn:
            return asset_of(conn, self.caller, asset_id)

    def page(
        self, *, limit: int, kind: AssetKind | None = None, before: Place | None = None
    ) -> list[Asset]:
        """Assets of the caller, the newest first."""
        with self.here.catalog.read() as conn:
            owner = self.caller.sees_only
            return assets.page(conn, owner=owner, limit=limit, kind=kind, before=before)

    def thumbnail(self, asset_id: str) -> StoreKey:
        """Where the small picture of an asset lies.

        Raises:
            NoThumbnail: it has none.
        """
        key = small_key(self.find(asset_id).key)
        if not self.here.store.exists(key):
            raise NoThumbnail(asset_id=asset_id)
        return key

    def delete(self, asset_id: str) -> None:
        """Delete an asset; scenes that show it have copies of their own.

        Raises:
            AssetInUse: boards are heard with it, or have it as their watermark.
        """
        asset = self.find(asset_id)
        with self.here.catalog.begin() as conn:
            if found := boards.made_with(conn, asset.id):
                raise AssetInUse(asset_id=asset.id, boards=", ".join(found), hint=INSTEAD)
            assets.delete(conn, asset.id)
        for key in (asset.key, small_key(asset.key)):
            self.here.store.delete(key)

    def _admit_size(self, path: Path) -> None:
        limit_mb = settings_of(self.here).max_asset_mb
        size_bytes = path.stat().st_size
        if size_bytes > limit_mb * MB:
            raise AssetTooLarge(limit_mb=limit_mb, size_bytes=size_bytes)
        if not size_bytes:
            raise DownloadEmpty

    def _looked_at(self, path: Path, kind: AssetKind, key: StoreKey) -> Size | None:
        """Decode what can be seen, keep a small picture of it, and say how large it is."""
        if kind not in {AssetKind.IMAGE, AssetKind.VIDEO}:
            return None
        look = look_and_shrink if kind is AssetKind.IMAGE else look_and_stop
        with self.here.scratch() as folder:
            small = folder / "thumbnail.jpg"
            size = self.here.children.run(look, path, small, timeout_s=PICTURE_LIMIT_S)
            self.here.store.take(small_key(key), small)
        return size


def look_and_stop(path: Path, to: Path) -> Size:
    """The size of a video, with a small picture of its beginning. In a child."""
    found = probe(path)
    if not found.video:
        raise UnknownAssetKind(kind="video without a picture", allowed=ALLOWED)
    still = next(iter(stills(path, [0.0], found.video[0], THUMBNAIL_PX)))
    write_jpeg(still, to)
    return fitted(found.video[0].shown, max(found.video[0].shown))


def kind_of(path: Path, name: str) -> _Kind:
    """What a file is by its first bytes, never by its name, which is but told.

    Raises:
        UnknownAssetKind: nothing that is taken.
    """
    with path.open("rb") as file:
        head = file.read(SNIFF_BYTES)
    if head.startswith(_PICTURES) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        return _Kind(AssetKind.IMAGE, picture_ending(head))
    if head.startswith(b"%PDF-"):
        return _Kind(AssetKind.DOCUMENT, "pdf")
    try:
        demuxer = sniff(head)
    except BadMedia:
        raise UnknownAssetKind(kind=_kind_told(name), allowed=ALLOWED) from None
    match demuxer:
        case "mov":
            return _Kind(AssetKind.VIDEO, "mov" if head[8:12] == b"qt  " else "mp4")
        case "mp3" | "wav":
            return _Kind(AssetKind.AUDIO, demuxer)
    raise UnknownAssetKind(kind=demuxer, allowed=ALLOWED)


def _kind_told(name: str) -> str:
    """What a file is called that is not what it is called, or is nothing that is taken.

    >>> _kind_told("notes.txt"), _kind_told("page.png"), _kind_told("README")
    ('txt', 'unknown', 'unknown')
    """
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    return ending[:KIND_LETTERS] if ending and ending not in ALLOWED else "unknown"


def tags_of(text: str) -> tuple[str, ...]:
    """Tags as a form sends them: a JSON array of strings.

    Raises:
        BadTags: anything else.

    >>> tags_of('["sea", "dawn"]'), tags_of("")
    (('sea', 'dawn'), ())
    """
    if not text.strip():
        return ()
    try:
        tags = _TAGS.validate_json(text, strict=True)
    except ValidationError:
        raise BadTags from None
    if len(tags) > MAX_TAGS or any(not 0 < len(tag) <= TAG_LETTERS for tag in tags):
        raise BadTags(hint=f"Up to {MAX_TAGS} tags of up to {TAG_LETTERS} letters.")
    return tuple(tags)


def clean_name(name: str) -> str:
    r"""A file name that people can read and that does nothing else.

    >>> clean_name("C:\\pictures\\sea\x00.png"), clean_name("../../etc/passwd")
    ('sea.png', 'passwd')
    """
    bare = name.replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in bare if letter.isprintable())[:NAME_LETTERS] or "file"
