"""Where the files of the shorts lie in the store. Pure."""

from typing import Final

from reelmill.units import StoreKey

#: What the keys of all files of all videos begin with.
ALL_VIDEOS: Final = "shorts/videos/"


def video_prefix(video_id: str) -> str:
    """What the keys of all files of a video begin with.

    >>> video_prefix("0a")
    'shorts/videos/0a/'
    """
    return f"{ALL_VIDEOS}{video_id}/"


def source_key(video_id: str) -> StoreKey:
    """Where the video itself lies.

    >>> source_key("0a")
    'shorts/videos/0a/source'
    """
    return StoreKey(f"{video_prefix(video_id)}source")


def video_id_of(key: StoreKey) -> str:
    """The video whose file lies under a key.

    >>> video_id_of(source_key("0a"))
    '0a'
    """
    return key.split("/")[2] if key.startswith(ALL_VIDEOS) else ""


def picture_key(video_id: str, at_s: float) -> StoreKey:
    """Where the picture of a moment lies that was made at the first look.

    >>> picture_key("0a", 1.5)
    'shorts/videos/0a/pictures/0001500.jpg'
    """
    return StoreKey(f"{video_prefix(video_id)}pictures/{round(at_s * 1000):07d}.jpg")


def plan_key(video_id: str, start_s: float, end_s: float) -> StoreKey:
    """Where the crop plan of a cut lies, exact to the microsecond.

    >>> plan_key("0a", 1.5, 2)
    'shorts/videos/0a/plans/1500000-2000000.json'
    """
    start_us, end_us = round(start_s * 1_000_000), round(end_s * 1_000_000)
    return StoreKey(f"{video_prefix(video_id)}plans/{start_us}-{end_us}.json")


def export_keys(user_id: str, export_id: str) -> tuple[StoreKey, StoreKey]:
    """Where an export and its poster lie.

    >>> export_keys("ann", "0a")
    ('exports/ann/0a.mp4', 'exports/ann/0a.jpg')
    """
    start = f"exports/{user_id}/{export_id}"
    return StoreKey(f"{start}.mp4"), StoreKey(f"{start}.jpg")


def poster_key(video_id: str) -> StoreKey:
    """Where the picture of a video lies.

    >>> poster_key("0a")
    'shorts/videos/0a/poster.jpg'
    """
    return StoreKey(f"{video_prefix(video_id)}poster.jpg")


def thumbnail_key(video_id: str, number: int) -> StoreKey:
    """Where the picture of the detected scene of a number lies.

    >>> thumbnail_key("0a", 3)
    'shorts/videos/0a/scenes/0003.jpg'
    """
    return StoreKey(f"{video_prefix(video_id)}scenes/{number:04d}.jpg")
