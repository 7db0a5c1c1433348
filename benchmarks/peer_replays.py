"""The peer: replays -> MP4 the usual way, a PIL picture per state and MoviePy at 30 fps.

Draws what such generators draw (board, bodies, apples, two panels of text) at the size and
rate of the library, one process per core. Runs in an environment of its own, because MoviePy
holds Pillow back. Prints one JSON line.
"""

import argparse
import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from moviepy import ImageSequenceClip
from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT, FPS = 1280, 720, 30
HOLD_S = 0.5
TITLE_S, END_S = 1.5, 2.5
BOARD_PX = 560
COLOURS = [(79, 112, 34), (3, 108, 142), (142, 70, 3), (107, 42, 142)]


def read_states(path):
    """(width, height, names, [(snakes, scores, apples, moves)]) of either schema."""
    replay = json.loads(path.read_text(encoding="utf-8"))
    if "frames" in replay:
        board = replay["game"].get("board", {})
        names = [player["name"] for player in replay["players"].values()]
        states = [
            (f["state"]["snakes"], f["state"]["scores"], f["state"]["apples"], f.get("moves") or {})
            for f in replay["frames"]
        ]
        return board.get("width", 10), board.get("height", 10), names, states
    rounds = replay["rounds"]
    names = list(replay["metadata"]["models"].values())
    states = [
        (r["snake_positions"], r["scores"], r["apples"], (r["move_history"] or [{}])[-1])
        for r in rounds
    ]
    return rounds[0]["width"], rounds[0]["height"], names, states


def draw(board, names, state, number, total):
    """One picture, whole, the way a generator without deltas draws it."""
    width, height = board
    snakes, scores, apples, moves = state
    image = Image.new("RGB", (WIDTH, HEIGHT), (255, 255, 255))
    pen = ImageDraw.Draw(image)
    large, small = ImageFont.load_default(20), ImageFont.load_default(15)
    cell = BOARD_PX // max(width, height)
    left, top = (WIDTH - cell * width) // 2, 64
    for x in range(width):
        for y in range(height):
            box = [left + x * cell, top + y * cell, left + (x + 1) * cell, top + (y + 1) * cell]
            pen.rectangle(box, outline=(229, 231, 235))
    for x, y in apples:
        fill(pen, left, top, cell, height, x, y, (234, 32, 20))
    for index, (sid, body) in enumerate(snakes.items()):
        for x, y in body:
            fill(pen, left, top, cell, height, x, y, COLOURS[index % 4])
        panel(
            pen, index, names[index % len(names)], scores.get(sid, 0), moves.get(sid), large, small
        )
    pen.text((WIDTH // 2 - 50, HEIGHT - 60), f"Round {number} / {total}", (75, 85, 99), large)
    return np.asarray(image)


def fill(pen, left, top, cell, height, x, y, colour):
    px, py = left + x * cell, top + (height - 1 - y) * cell
    pen.rectangle([px + 1, py + 1, px + cell - 2, py + cell - 2], fill=colour)


def panel(pen, index, name, score, move, large, small):
    if index > 1:
        return
    x = 24 if index == 0 else 944
    pen.rectangle([x, 24, x + 312, 664], fill=(26, 31, 46), outline=COLOURS[index], width=2)
    pen.text((x + 12, 36), name[:25], (255, 255, 255), large)
    pen.text((x + 12, 80), f"Score: {score}", (100, 200, 100), large)
    text, line, y = (move or {}).get("rationale") or "", "", 120
    for word in (whole[:34] for whole in text[:700].split()):
        if pen.textlength(f"{line} {word}", small) > 288:
            pen.text((x + 12, y), line, (209, 213, 219), small)
            line, y = word, y + 22
            if y > 640:
                return
        else:
            line = f"{line} {word}".strip()
    pen.text((x + 12, y), line, (209, 213, 219), small)


def card(names, word):
    """A title or an end, as plain as the rest."""
    image = Image.new("RGB", (WIDTH, HEIGHT), (255, 255, 255))
    pen = ImageDraw.Draw(image)
    pen.text((80, HEIGHT // 2), f" {word} ".join(names), (26, 31, 46), ImageFont.load_default(32))
    return np.asarray(image)


def render(job):
    """One replay -> one MP4; the number of frames written."""
    source, target = job
    width, height, names, states = read_states(Path(source))
    pictures = [
        draw((width, height), names, state, number + 1, len(states))
        for number, state in enumerate(states)
    ]
    shown = [card(names, "vs"), *pictures, card(names, "The end")]
    holds = [TITLE_S, *[HOLD_S] * len(pictures), END_S]
    clip = ImageSequenceClip(shown, durations=holds)
    clip.write_videofile(
        target,
        fps=FPS,
        codec="libx264",
        audio=False,
        logger=None,
        threads=1,
        ffmpeg_params=["-pix_fmt", "yuv420p"],
    )
    return round(sum(holds) * FPS)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("list", type=Path, help="JSON list of replay files")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--jobs", type=int, required=True)
    asked = parser.parse_args()
    sources = json.loads(asked.list.read_text())
    work = [(source, str(asked.folder / f"{i}.mp4")) for i, source in enumerate(sources)]
    began = time.perf_counter()
    with ProcessPoolExecutor(asked.jobs) as pool:
        frames = sum(pool.map(render, work))
    took_s = time.perf_counter() - began
    json.dump({"games": len(work), "frames": frames, "took_s": round(took_s, 2)}, sys.stdout)


if __name__ == "__main__":
    main()
