"""Frames for tests, drawn here: worlds that one moves through, menus, and what can spoil them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from reelmill.pipelines.captures.record import CaptureFacts, InputsSummary, Record

Frames = NDArray[np.uint8]

#: Width and height of the frames of these tests.
WIDTH, HEIGHT = 320, 180

#: How often each series has frames in a long recording.
MOST = {"stride-3_chw": 15, "stride-30_chw": 15, "stride-60_chw": 5}

WORDS = ("PLAY", "NEW GAME", "LOAD GAME", "OPTIONS", "CREDITS", "QUIT TO DESKTOP")


def tall(frames: Frames) -> Frames:
    """The same frames as large as records have them: 360 lines."""
    return np.stack(
        [
            np.asarray(Image.fromarray(frame.transpose(1, 2, 0)).resize((640, 360))).transpose(
                2, 0, 1
            )
            for frame in frames
        ]
    )


def world(count: int, seed: int = 0, mean: float = 110.0) -> Frames:
    """Textures of many sizes, others in every frame: `(n, 3, height, width)`."""
    dice = np.random.default_rng(seed)
    frames = np.zeros((count, 3, HEIGHT, WIDTH))
    for side in (3, 9, 36):
        coarse = dice.normal(0, 1, (count, 3, -(-HEIGHT // side), -(-WIDTH // side)))
        frames += coarse.repeat(side, 2).repeat(side, 3)[:, :, :HEIGHT, :WIDTH] * 22
    return np.clip(frames + mean, 0, 255).astype(np.uint8)


def menu(kind: str, behind: Frames) -> Frames:
    """A menu over a frame: on one tone, over the game made dim, out of focus, or as it is."""
    picture = Image.fromarray(behind.transpose(1, 2, 0)).resize((640, 360))
    if kind == "plain":
        picture = Image.new("RGB", picture.size, (24, 28, 40))
    elif kind == "dim":
        picture = Image.eval(picture, lambda value: value // 4)
    elif kind == "blurred":
        picture = picture.filter(ImageFilter.GaussianBlur(8))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((40, 20, 400, 340), fill=(20, 22, 30), outline=(120, 120, 120))
    draw.text((72, 28), "MAIN MENU", font=ImageFont.load_default(size=40), fill=(250, 250, 250))
    for row, word in enumerate(WORDS):
        place = (72, 92 + row * 40)
        if row == 1:
            draw.rectangle((60, place[1] - 4, 400, place[1] + 28), fill=(220, 140, 30))
        draw.text(place, word, font=ImageFont.load_default(size=20), fill=(235, 235, 235))
    return np.asarray(picture).transpose(2, 0, 1)


def display(frames: Frames) -> Frames:
    """The display of a game over every frame: health, ammunition, a score."""
    shown = []
    for frame in frames:
        picture = Image.fromarray(frame.transpose(1, 2, 0)).resize((640, 360))
        draw = ImageDraw.Draw(picture)
        draw.rectangle((0, 300, 639, 359), fill=(10, 10, 10))
        font = ImageFont.load_default(size=20)
        draw.text((12, 306), "HEALTH 100  ARMOUR 50  AMMO 24/120  SCORE 18250", font=font)
        draw.text((12, 330), "OBJECTIVE: REACH THE OBSERVATORY BEFORE DAWN", font=font)
        shown.append(np.asarray(picture).transpose(2, 0, 1))
    return np.stack(shown)


def series(frames: Frames, seconds: int = 45) -> dict[str, Frames]:
    """Frames of every third second -> all series of a video of so many seconds."""
    none = np.zeros(0, np.uint8)
    thirty = frames[9::10][: seconds // 30]
    return {
        "stride-3_chw": frames if len(frames) else none,
        "stride-30_chw": thirty if len(thirty) else none,
        "stride-60_chw": none,
    }


def facts(**told: Any) -> CaptureFacts:
    """What the first stage saw of a sound recording, or something else."""
    sound = {
        "content_hash": "0" * 64,
        "extracted_at": datetime(2026, 1, 1, tzinfo=UTC),
        "code_version": "0",
        "size_bytes": 25_000_000,
        "duration_s_from_header": 60.0,
        "duration_s_from_frames": 60.0,
        "fps_from_frames": 60.0,
        "width_px": 1280,
        "height_px": 720,
        "inputs": inputs(),
    }
    return CaptureFacts.model_validate(sound | told)


def inputs(**told: Any) -> InputsSummary:
    """A minute at keyboard and mouse, or something else."""
    sound = {
        "rows": 900,
        "corrupt_rows": 0,
        "start_s": 1000.0,
        "end_s": 1060.0,
        "video_start_s": 1000.0,
        "video_end_s": 1060.0,
        "events": {"KEYBOARD": 300, "MOUSE_MOVE": 600},
        "wasd_apm": 80.0,
        "apm": 300.0,
        "mouse_max": 12.0,
    }
    return InputsSummary.model_validate(sound | told)


def record(
    frames: Mapping[str, Frames] | None = None,
    told: CaptureFacts | None = None,
    session: Mapping[str, Any] | None = None,
    video: Mapping[str, Any] | None = None,
) -> Record:
    """A record of these parts."""
    return Record(
        s3_key="0a1b.tar",
        video_id="recording",
        video_metadata=video or {},
        session_metadata=session or {},
        sampled_frames=frames if frames is not None else series(world(15)),
        facts=told,
    )
