"""A recording and what was done in it -> its documents, as real recorders write them.

Three recorders are known. The present one writes the JSON of an event between quotes without
escaping those inside it; the ones in Python wrote Python's own lists. Pure.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from math import log2
from random import Random
from typing import Any, Final
from uuid import UUID

from reelmill.media.geometry import Size
from reelmill.pipelines.captures.samples.playing import PAD, Device, Done

#: How the recorders in Python write a moment.
STAMP: Final = "%Y%m%d_%H%M%S"

#: First line of every `inputs.csv`.
HEADER: Final = "timestamp,event_type,event_args\n"

#: What rows look like of which nothing can be made.
SPOILED: Final = (
    b"1757.\xff\xfe\x00,KEYB\n",
    b'not a time,KEYBOARD,"[87,true]"\n',
    b'1758121182.25,MOUSE_MOVE,"[12"\n',
    b"1758121183.5\n",
)


class Recorder(StrEnum):
    """Which recorder wrote a capture."""

    RUST = "rust"
    """The present one."""

    PYTHON = "python"
    """The one before."""

    FIRST = "first"
    """The very first."""


@dataclass(frozen=True, kw_only=True)
class Taping:
    """One recording, as its documents tell of it."""

    session_id: UUID
    """Its id."""

    device: Device
    """What was played with."""

    game_exe: str
    """The program that was recorded."""

    game_resolution: Size
    """Size of its window."""

    started: datetime
    """When, with a zone."""

    duration_s: float
    """For how long."""

    fps: float
    """Frames a second, as counted."""

    done: Sequence[Done]
    """What was done meanwhile."""


def metadata(taping: Taping, recorder: Recorder) -> bytes:
    """Write `metadata.json`."""
    return json.dumps(_WRITERS[recorder](taping), indent=2).encode()


def inputs(taping: Taping, *, integers: bool = False) -> bytes:
    """Write `inputs.csv` as the present recorder does; quotes inside of quotes are left alone.

    Args:
        taping: What was recorded.
        integers: Whether times lose what is behind their point, as in August 2025.
    """
    start_s = taping.started.timestamp()
    rows = (
        f"{_moment(start_s + done.at_s, integers=integers)},{done.kind},"
        f'"{json.dumps(done.args, separators=(",", ":"))}"\n'
        for done in taping.done
    )
    return "".join([HEADER, *rows]).encode()


def python_inputs(taping: Taping, clock_s: float) -> bytes:
    """Write `inputs.csv` as the first recorders did: Python's lists, times of a process's clock."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER.strip().split(","))
    for done in taping.done:
        args = [] if isinstance(done.args, dict) else done.args
        writer.writerow([clock_s + done.at_s, done.kind, args])
    return text.getvalue().encode()


def spoiled(rows: bytes, count: int, dice: Random) -> bytes:
    """Put rows between the others of which nothing can be made."""
    lines = rows.splitlines(keepends=True)
    for number in range(count):
        lines.insert(dice.randrange(2, len(lines) - 1), SPOILED[number % len(SPOILED)])
    return b"".join(lines)


def _moment(at_s: float, *, integers: bool) -> str:
    return str(int(at_s)) if integers else f"{at_s:.6f}"


def _rust(taping: Taping) -> dict[str, Any]:
    started_s = taping.started.timestamp()
    gamepads = {PAD: {"name": "Xbox Wireless Controller", "vendor_id": 1118, "product_id": 2835}}
    return {
        "game_exe": taping.game_exe,
        "window_name": taping.game_exe.removesuffix(".exe").title(),
        "game_resolution": list(taping.game_resolution),
        "owl_control_version": "1.2.0",
        "owl_control_commit": "0a1b2c3",
        "session_id": str(taping.session_id),
        "hardware_id": taping.session_id.hex[:16],
        "hardware_specs": HARDWARE,
        **({"gamepads": gamepads} if taping.device is Device.CONTROLLER else {}),
        "start_timestamp": started_s,
        # The clock of the wall is set by others meanwhile; the duration is of another clock.
        "end_timestamp": started_s + taping.duration_s + 0.021,
        "duration": taping.duration_s,
        "input_stats": input_stats(taping.done, taping.duration_s),
        "recorder": "Embedded",
        "recorder_extra": {"encoder": "x264"},
        "average_fps": taping.fps,
    }


def _python(taping: Taping) -> dict[str, Any]:
    return {
        **_first(taping),
        "hardware-id": taping.session_id.hex[:16],
        "duration": taping.duration_s,
        "cpu_specs": {
            "name": "AMD64 Family 25 Model 33",
            "architecture": "AMD64",
            "physical_cores": 8,
            "logical_cores": 16,
            "base_frequency_mhz": 3400.0,
            "max_frequency_mhz": 3401.0,
        },
        "gpu_specs": [
            {
                "name": "NVIDIA GeForce RTX 3070",
                "memory_total_mb": 8192,
                "driver_version": "576.80",
                "type": "NVIDIA",
            }
        ],
        "platform": {
            "system": "Windows",
            "release": "11",
            "version": "10.0.26100",
            "python_version": "3.11.9",
        },
        "input_stats": input_stats(taping.done, taping.duration_s),
    }


def _first(taping: Taping) -> dict[str, Any]:
    ended = datetime.fromtimestamp(taping.started.timestamp() + taping.duration_s, UTC)
    return {
        "session-id": str(taping.session_id),
        "hardware-id": None,
        "start-timestamp": f"{taping.started:{STAMP}}",
        "end-timestamp": f"{ended:{STAMP}}",
    }


_WRITERS: Final[dict[Recorder, Callable[[Taping], dict[str, Any]]]] = {
    Recorder.RUST: _rust,
    Recorder.PYTHON: _python,
    Recorder.FIRST: _first,
}

HARDWARE: Final = {
    "cpu": {
        "name": "cpu0",
        "cores": 16,
        "frequency_mhz": 3400,
        "vendor": "AuthenticAMD",
        "brand": "AMD Ryzen 7 5800X 8-Core Processor",
    },
    "gpus": [{"name": "NVIDIA GeForce RTX 3070", "vendor": "NVIDIA"}],
    "system": {
        "os_name": "Windows",
        "os_version": "11 (26100)",
        "kernel_version": "26100",
        "hostname": "PLAYER",
        "total_memory_gb": 31.9,
    },
}


def input_stats(done: Sequence[Done], duration_s: float) -> dict[str, float]:
    """The recorder's seventeen figures of what was done."""
    minutes = max(duration_s, 1e-3) / 60
    keys = [one.args[0] for one in done if one.kind == "KEYBOARD" and one.args[1]]
    buttons = [one.args[0] for one in done if one.kind == "GAMEPAD_BUTTON" and one.args[1]]
    moves = [one.args for one in done if one.kind == "MOUSE_MOVE"]
    stands = [one.args[1] for one in done if one.kind == "GAMEPAD_AXIS"]
    across, down = [abs(x) for x, _ in moves], [abs(y) for _, y in moves]
    return {
        "wasd_apm": sum(key in (87, 65, 83, 68) for key in keys) / minutes,
        "unique_keys": len(set(keys)),
        "button_diversity": _diversity(keys),
        "total_keyboard_events": sum(one.kind == "KEYBOARD" for one in done),
        "mouse_movement_std": _deviation([*across, *down]),
        "mouse_x_std": _deviation(across),
        "mouse_y_std": _deviation(down),
        "mouse_max_movement": max([*across, *down], default=0.0),
        "mouse_max_x": max(across, default=0.0),
        "mouse_max_y": max(down, default=0.0),
        "gamepad_button_apm": len(buttons) / minutes,
        "gamepad_unique_buttons": len(set(buttons)),
        "gamepad_button_diversity": _diversity(buttons),
        "gamepad_total_events": sum(one.kind.startswith("GAMEPAD") for one in done),
        "gamepad_axis_activity": _mean(abs(stand) for stand in stands),
        "gamepad_axis_movement": _mean(
            abs(after - before) for before, after in zip(stands, stands[4:], strict=False)
        ),
        "gamepad_max_axis_movement": max((abs(stand) for stand in stands), default=0.0),
    }


def _mean(values: Iterable[float]) -> float:
    counted = list(values)
    return sum(counted) / len(counted) if counted else 0.0


def _deviation(values: Sequence[float]) -> float:
    middle = _mean(values)
    return float(_mean((value - middle) ** 2 for value in values) ** 0.5)


def _diversity(codes: Sequence[int]) -> float:
    """Entropy over the most that so many different codes can have."""
    kinds = set(codes)
    if len(kinds) < 2:  # noqa: PLR2004 - one alone has no entropy
        return 0.0
    shares = [codes.count(kind) / len(codes) for kind in kinds]
    return -sum(share * log2(share) for share in shares) / log2(len(kinds))
