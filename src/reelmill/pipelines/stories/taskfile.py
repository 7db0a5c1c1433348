"""A task -> the files of its folder: section 5 of the specification. Pure."""

import json
from collections.abc import Mapping
from typing import Any, Final

from reelmill.pipelines.stories.spec import StorySpec
from reelmill.units import StoreKey

#: What the task is made of.
METADATA: Final = "metadata.json"

#: What ffmpeg's concat demuxer reads.
VIDEO_LIST: Final = "video_list.txt"

#: Stand for the voice and the music, where a store has links.
VOICE: Final = "voice.mp3"
MUSIC: Final = "music.mp3"

#: From the folder of a task to the project.
_UP: Final = "../../"


def links_of(spec: StorySpec) -> dict[str, StoreKey]:
    """The links of a task's folder, and what they stand for."""
    music = {} if spec.music is None else {MUSIC: spec.music.key}
    return {VOICE: spec.voice.key, **music}


def metadata_of(spec: StorySpec) -> bytes:
    """`metadata.json`: the fields of the specification, and what else decides the video."""
    return json.dumps(_fields(spec), indent=2, ensure_ascii=False).encode()


def video_list_of(spec: StorySpec, paths: Mapping[StoreKey, str]) -> bytes:
    """`video_list.txt`: what is shown, in order, with the end of what is cut.

    Args:
        spec: The task.
        paths: The path inside the project of each key.
    """
    lines = ["ffconcat version 1.0"]
    for piece in spec.pieces:
        lines.append(f"file {_quoted(_UP + paths[piece.key])}")
        if piece.shown_frames < piece.frames:
            lines.append(f"outpoint {piece.shown_frames / spec.render.frame_rate:.6f}")
    return "\n".join([*lines, ""]).encode()


def _fields(spec: StorySpec) -> dict[str, Any]:
    render = spec.render
    return {
        "task_id": spec.task_id,
        "category": spec.category,
        "story_name": spec.story_name,
        "chapter": spec.chapter,
        "voice_file": VOICE,
        "voice_key": spec.voice.key,
        "voice_duration": spec.voice.duration_s,
        "music_file": None if spec.music is None else MUSIC,
        "music_key": None if spec.music is None else spec.music.key,
        "video_files": [piece.key.rpartition("/")[2] for piece in spec.pieces],
        "video_keys": [piece.key for piece in spec.pieces],
        "plate_key": spec.plate.key if spec.plate else None,
        "logo_key": spec.logo.key if spec.logo else None,
        "text_keys": list(spec.text_keys),
        "captions_note": spec.captions_note,
        "seed": spec.seed,
        "frames": spec.frames,
        "render": {
            "resolution": render.resolution,
            "frame_rate": render.frame_rate,
            "logo": render.logo,
            "output_format": render.output_format,
            "ducking": render.ducking,
            "burn_captions": render.burn_captions,
            "loudness_lufs": render.loudness_lufs,
            "true_peak_dbtp": render.true_peak_dbtp,
        },
    }


def _quoted(path: str) -> str:
    r"""A path as ffmpeg's lists have it.

    >>> print(_quoted("it's.mp4"))
    'it'\''s.mp4'
    """
    return "'" + path.replace("'", r"'\''") + "'"
