"""Small captures for tests: a minute of moving pictures, its documents, TARs of both."""

import json
import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.pipelines.captures.tars import tar_of

from reelmill.media.ffmpeg import Ffmpeg

#: Frames a second, and from one key frame to the next.
RATE, GOP = 10, 20

START_S = 1_758_121_182.5

METADATA = {
    "session_id": "3e5b6f0e-8d3c-4f7a-9d38-6a4d2f0b7b11",
    "game_exe": "cs2.exe",
    "start_timestamp": START_S,
    "duration": 62.0,
}

INPUTS = [
    "timestamp,event_type,event_args",
    f'{START_S},START,"' + json.dumps({"inputs": {"keyboard": [87]}}) + '"',
    f'{START_S + 0.5},VIDEO_START,"[]"',
    *(f'{START_S + 1 + n},KEYBOARD,"[87,{json.dumps(n % 2 == 0)}]"' for n in range(60)),
    "a broken row",
    f'{START_S + 62},END,"' + json.dumps({"inputs": {}}) + '"',
]


@cache
def footage(length_s: float = 62.0, size: str = "192x108", ending: str = "mp4") -> bytes:
    """A video in which no two frames are alike."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"video.{ending}"
        command = [
            *(str(Ffmpeg().path), "-v", "error", "-f", "lavfi"),
            *("-i", f"testsrc2=duration={length_s}:rate={RATE}:size={size}"),
            *("-c:v", "libx264", "-preset", "ultrafast", "-g", str(GOP), "-bf", "2"),
            *("-pix_fmt", "yuv420p", str(path)),
        ]
        subprocess.run(command, check=True)
        return path.read_bytes()


def capture(**changed: bytes | None) -> dict[str, bytes | None]:
    """The members of a sound capture; None leaves one out."""
    members: dict[str, bytes | None] = {
        "recording.mp4": footage(),
        "inputs.csv": "\n".join(INPUTS).encode(),
        "metadata.json": json.dumps(METADATA).encode(),
    }
    members |= {name.replace("_", "."): content for name, content in changed.items()}
    return {name: content for name, content in members.items() if content is not None}


def tar(**changed: bytes | None) -> bytes:
    """The TAR of a sound capture."""
    return tar_of(capture(**changed))


def bundle(*videos: bytes | None) -> bytes:
    """A legacy bundle; None leaves out the video of a group."""
    members: dict[str, bytes | None] = {}
    for number, video in enumerate(videos):
        told: dict[str, Any] = {"session-id": str(number), "start-timestamp": "20250817_145942"}
        members |= {f"{number:06}.mp4": video} if video is not None else {}
        members[f"{number:06}.json"] = json.dumps(told).encode()
        members[f"{number:06}.csv"] = "\n".join(INPUTS).encode()
    return tar_of(members)
