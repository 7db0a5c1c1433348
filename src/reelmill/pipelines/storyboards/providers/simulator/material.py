"""What the simulated provider makes: small pictures, short videos."""

import hashlib
import io
import json
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from PIL import Image

from reelmill.media.ffmpeg import Ffmpeg

#: Sizes by shape; small, for nobody looks at them.
SIZES: Final = {"16:9": (320, 180), "9:16": (180, 320), "1:1": (240, 240), "4:3": (320, 240)}

#: Frames a second of what is made.
RATE: Final = 30

#: Seconds that one video may take.
LIMIT_S: Final = 120.0


def picture(asked: dict[str, Any]) -> bytes:
    """A PNG whose colours come from the words that asked for it."""
    width, height = SIZES.get(str(asked.get("aspect_ratio")), SIZES["16:9"])
    digest = hashlib.sha256(str(asked.get("prompt")).encode()).digest()
    corners = Image.frombytes("RGB", (2, 2), digest[:12])
    shown = corners.resize((width, height), Image.Resampling.BICUBIC)
    file = io.BytesIO()
    shown.save(file, "PNG")
    return file.getvalue()


def film(asked: dict[str, Any]) -> bytes:
    """An MP4 in which each scene is one colour, for as long as was asked."""
    width, height = SIZES.get(str(asked.get("aspect_ratio")), SIZES["16:9"])
    durations = asked.get("durations") or [asked.get("duration", 1)]
    frames = tuple(max(1, round(float(each) * RATE)) for each in durations)
    return _film(width, height, frames, json.dumps(asked.get("images"), sort_keys=True))


@lru_cache(maxsize=64)
def _film(width: int, height: int, frames: tuple[int, ...], pictures: str) -> bytes:
    sources = [
        f"color=c=0x{hashlib.sha256(f'{number}{pictures}'.encode()).hexdigest()[:6]}:"
        f"size={width}x{height}:rate={RATE},trim=end_frame={count}[s{number}]"
        for number, count in enumerate(frames)
    ]
    pads = "".join(f"[s{number}]" for number in range(len(frames)))
    graph = ";".join((*sources, f"{pads}concat=n={len(frames)}[all]"))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        Ffmpeg().run(
            [
                *("-filter_complex", graph, "-map", "[all]"),
                *("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"),
                *("-movflags", "+faststart", str(path)),
            ],
            timeout_s=LIMIT_S,
        )
        return path.read_bytes()
