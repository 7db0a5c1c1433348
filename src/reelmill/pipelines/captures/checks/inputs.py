"""Was there somebody who played, and with what?"""

from typing import Final, NamedTuple

from reelmill.pipelines.captures.checks.check import Check
from reelmill.pipelines.captures.checks.told import inputs_of, session_in
from reelmill.pipelines.captures.record import InputsSummary, Record

#: Events that keyboard and mouse cause.
KBM: Final = ("KEYBOARD", "MOUSE_MOVE", "MOUSE_BUTTON", "SCROLL")

#: Events that a gamepad causes.
PAD: Final = ("GAMEPAD_BUTTON", "GAMEPAD_BUTTON_VALUE", "GAMEPAD_AXIS")


class CsvFigures(NamedTuple):
    """What the file of inputs is like; None: there is none, or nobody looked."""

    csv_present: bool | None
    """Whether there is one."""

    csv_rows: int | None
    """Rows below the header."""

    csv_corrupt_rows: int | None
    """Rows of which nothing can be made."""


class CsvLimits(NamedTuple):
    """What is corrupt."""

    csv_corrupt_rows_over: float = 0.0
    """Corrupt rows above which a file is."""


class CsvVerdict(NamedTuple):
    """What is wrong with it; None: nobody looked."""

    is_csv_missing: bool | None
    """There is no `inputs.csv`."""

    is_csv_corrupt: bool | None
    """It has rows of which nothing can be made."""


class DeviceFigures(NamedTuple):
    """What was played with; None: nobody knows."""

    kbm_events: int | None
    """Events of keyboard and mouse."""

    gamepad_events: int | None
    """Events of gamepads."""


class DeviceLimits(NamedTuple):
    """What is played with a gamepad."""

    gamepad_share_over: float = 0.5
    """Share of all events above which it was the gamepad."""


class DeviceVerdict(NamedTuple):
    """Which it was; None where nothing was done at all."""

    is_video_kbm: bool | None
    """Keyboard and mouse."""

    is_video_controller: bool | None
    """A gamepad."""


class IdleFigures(NamedTuple):
    """How much was done; the recorder's own figures. None: nobody knows."""

    wasd_apm: float | None
    """Presses of W, A, S and D a minute."""

    keyboard_apm: float | None
    """Keyboard events a minute."""

    mouse_max_movement: float | None
    """Largest mean movement of the mouse in a frame."""

    gamepad_button_apm: float | None
    """Presses of gamepad buttons a minute."""

    gamepad_axis_movement: float | None
    """Mean change of an axis."""

    gamepad_max_axis: float | None
    """Largest distance of an axis from its centre."""


class IdleLimits(NamedTuple):
    """What a player does at least. Source: the recorder's `src/validation`."""

    wasd_apm_least: float = 5.0
    """Presses of W, A, S and D a minute."""

    keyboard_apm_least: float = 5.0
    """Keyboard events a minute."""

    mouse_movement_least: float = 0.05
    """Mean movement in a frame."""

    mouse_movement_most: float = 10_000.0
    """Mean movement in a frame."""

    gamepad_button_apm_least: float = 2.0
    """Presses a minute."""

    gamepad_axis_movement_least: float = 0.01
    """Mean change of an axis."""

    gamepad_axis_most: float = 2.0
    """Distance of an axis from its centre."""


class IdleVerdict(NamedTuple):
    """Whether somebody played."""

    is_inputs_idle: bool | None
    """Neither keyboard nor mouse nor gamepad was used as players use them."""


def counted(record: Record) -> CsvFigures:
    """Read how many rows there are."""
    if record.facts is None:
        return CsvFigures(None, None, None)
    inputs = record.facts.inputs
    if inputs is None:
        return CsvFigures(csv_present=False, csv_rows=None, csv_corrupt_rows=None)
    return CsvFigures(csv_present=True, csv_rows=inputs.rows, csv_corrupt_rows=inputs.corrupt_rows)


def judge_csv(figures: CsvFigures, limits: CsvLimits) -> CsvVerdict:
    """Hold the corrupt rows against their limit."""
    if figures.csv_present is None:
        return CsvVerdict(None, None)
    corrupt = (figures.csv_corrupt_rows or 0) > limits.csv_corrupt_rows_over
    return CsvVerdict(
        is_csv_missing=not figures.csv_present, is_csv_corrupt=corrupt and figures.csv_present
    )


def handled(record: Record) -> DeviceFigures:
    """Count events: those of the file, else those that the recorder counted."""
    inputs, told = inputs_of(record), session_in(record).input_stats
    if inputs is not None:
        return DeviceFigures(_sum(inputs, KBM), _sum(inputs, PAD))
    if "total_keyboard_events" not in told and "gamepad_total_events" not in told:
        return DeviceFigures(None, None)
    return DeviceFigures(
        int(told.get("total_keyboard_events", 0)), int(told.get("gamepad_total_events", 0))
    )


def judge_device(figures: DeviceFigures, limits: DeviceLimits) -> DeviceVerdict:
    """By the greater part."""
    kbm, pad = figures.kbm_events or 0, figures.gamepad_events or 0
    if not kbm + pad:
        return DeviceVerdict(None, None)
    by_pad = pad / (kbm + pad) > limits.gamepad_share_over
    return DeviceVerdict(is_video_kbm=not by_pad, is_video_controller=by_pad)


def done(record: Record) -> IdleFigures:
    """Read how much was done."""
    inputs = inputs_of(record)
    if inputs is None:
        return IdleFigures(*(None for _ in IdleFigures._fields))
    return IdleFigures(
        inputs.wasd_apm,
        inputs.apm,
        inputs.mouse_max,
        inputs.gamepad_button_apm,
        inputs.gamepad_axis_movement,
        inputs.gamepad_max_axis,
    )


def judge_idle(figures: IdleFigures, limits: IdleLimits) -> IdleVerdict:
    """Idle only when all three devices are."""
    if figures.wasd_apm is None:
        return IdleVerdict(None)
    wasd, keys, mouse, buttons, moves, farthest = (value or 0.0 for value in figures)
    keyboard = wasd >= limits.wasd_apm_least and keys >= limits.keyboard_apm_least
    pointer = limits.mouse_movement_least <= mouse <= limits.mouse_movement_most
    used = buttons >= limits.gamepad_button_apm_least or moves >= limits.gamepad_axis_movement_least
    return IdleVerdict(not (keyboard or pointer or (used and farthest <= limits.gamepad_axis_most)))


def _sum(inputs: InputsSummary, kinds: tuple[str, ...]) -> int:
    return sum(inputs.events.get(kind, 0) for kind in kinds)


#: The checks.
CSV: Final = Check(
    name="csv",
    version="1",
    measure=counted,
    figures=CsvFigures,
    limits=CsvLimits(),
    judge=judge_csv,
    verdicts=CsvVerdict,
    marks={"csv_corrupt_rows": ("csv_corrupt_rows_over",)},
    about="The file of inputs is missing or has corrupt rows.",
)
DEVICE: Final = Check(
    name="device",
    version="1",
    measure=handled,
    figures=DeviceFigures,
    limits=DeviceLimits(),
    judge=judge_device,
    verdicts=DeviceVerdict,
    finds_faults=False,
    about="Whether keyboard and mouse were played with, or a gamepad.",
)
IDLE: Final = Check(
    name="idle",
    version="1",
    measure=done,
    figures=IdleFigures,
    limits=IdleLimits(),
    judge=judge_idle,
    verdicts=IdleVerdict,
    marks={
        "wasd_apm": ("wasd_apm_least",),
        "keyboard_apm": ("keyboard_apm_least",),
        "mouse_max_movement": ("mouse_movement_least", "mouse_movement_most"),
        "gamepad_button_apm": ("gamepad_button_apm_least",),
        "gamepad_axis_movement": ("gamepad_axis_movement_least",),
        "gamepad_max_axis": ("gamepad_axis_most",),
    },
    about="Nobody played: neither keyboard nor mouse nor gamepad was used.",
)
