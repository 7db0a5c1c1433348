"""Where the files of boards and assets lie. Pure."""

import hashlib
from typing import Final

from reelmill.pipelines.storyboards.spec import Quality, VideoFormat
from reelmill.units import StoreKey

#: What a file is told as, by its ending.
TYPES: Final = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "webp": "image/webp",
    "gif": "image/gif",
    "mp4": "video/mp4",
    "mov": "video/quicktime",
    "webm": "video/webm",
    "avi": "video/x-msvideo",
    "mp3": "audio/mpeg",
    "wav": "audio/wav",
    "pdf": "application/pdf",
}


#: Endings that a picture may have.
PICTURE_ENDINGS: Final = ("png", "jpg", "webp", "gif")


def board_prefix(board_id: str) -> str:
    """What the keys of all files of a board begin with."""
    return f"storyboards/boards/{board_id}/"


def picture_key(board_id: str, picture_id: str, ending: str) -> StoreKey:
    """A picture; named for the purchase or the upload that it comes from, so never replaced."""
    return StoreKey(f"{board_prefix(board_id)}pictures/{picture_id}.{ending}")


def small_key(key: StoreKey) -> StoreKey:
    """The small copy of a picture, beside it.

    >>> small_key(StoreKey("boards/b/pictures/f.png"))
    'boards/b/pictures/f-thumbnail.jpg'
    """
    return StoreKey(f"{key.rpartition('.')[0]}-thumbnail.jpg")


def film_key(board_id: str, film_id: str, ending: str) -> StoreKey:
    """A finished video, named for the purchase that it comes from.

    >>> film_key("b", "f", "mp4")
    'storyboards/boards/b/videos/f/final.mp4'
    """
    return StoreKey(f"{board_prefix(board_id)}videos/{film_id}/final.{ending}")


def export_key(board_id: str, edition: int, kind: VideoFormat, quality: Quality) -> StoreKey:
    """A copy of a video in another format or quality.

    >>> export_key("b", 2, VideoFormat.WEBM, Quality.LOW)
    'storyboards/boards/b/exports/2/webm_low.webm'
    """
    return StoreKey(f"{board_prefix(board_id)}exports/{edition}/{kind}_{quality}.{kind}")


def combined_key(combination_id: str, kind: VideoFormat) -> StoreKey:
    """A video of several boards.

    >>> combined_key("c", VideoFormat.MP4)
    'storyboards/combined/c/final.mp4'
    """
    return StoreKey(f"{combined_prefix(combination_id)}final.{kind}")


def combined_prefix(combination_id: str) -> str:
    """What the keys of all files of a video of several boards begin with.

    >>> combined_prefix("c")
    'storyboards/combined/c/'
    """
    return f"storyboards/combined/{combination_id}/"


def asset_key(asset_id: str, ending: str) -> StoreKey:
    """An upload."""
    return StoreKey(f"storyboards/assets/{asset_id}.{ending}")


def type_of(key: StoreKey) -> str:
    """What a file is told as.

    >>> type_of(StoreKey("a/b.webm"))
    'video/webm'
    """
    return TYPES.get(key.rpartition(".")[2], "application/octet-stream")


def picture_ending(head: bytes) -> str:
    r"""The ending of a picture, by its first bytes.

    >>> picture_ending(b"\xff\xd8\xff\xe0"), picture_ending(b"\x89PNG")
    ('jpg', 'png')
    """
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head[:4] == b"RIFF":
        return "webp"
    return "gif" if head.startswith(b"GIF8") else "png"


def film_ending(head: bytes) -> str:
    r"""The ending of a video, by its first bytes.

    >>> film_ending(b"\x1a\x45\xdf\xa3"), film_ending(b"\x00\x00\x00\x20ftypisom")
    ('webm', 'mp4')
    """
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "webm"
    if head[:4] == b"RIFF":
        return "avi"
    return "mov" if head[8:12] == b"qt  " else "mp4"


def group_ids(group_id: str, variations: int) -> tuple[str, ...]:
    """The ids of boards that were asked for together: that of the first names them all.

    >>> [one[:4] for one in group_ids("0" * 32, 3)]
    ['0000', 'dd8d', 'f83d']
    """
    rest = (f"{group_id} variation {number}" for number in range(2, variations + 1))
    return group_id, *(hashlib.sha256(one.encode()).hexdigest()[:32] for one in rest)


def scene_id_of(board_id: str, number: int) -> str:
    """The id of a scene of a draft: the same when the draft is written again.

    >>> scene_id_of("0" * 32, 1)[:8]
    '9a5e34a9'
    """
    return hashlib.sha256(f"{board_id} {number}".encode()).hexdigest()[:32]
