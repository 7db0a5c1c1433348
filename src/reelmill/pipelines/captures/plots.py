"""Numbers -> how they are spread, as an SVG that needs nothing beside it. Pure."""

from collections.abc import Sequence
from html import escape
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

#: Size of a plot, and what is left free on each side for words, in units of the SVG.
WIDTH, HEIGHT = 640, 240
LEFT, RIGHT, TOP, BOTTOM = 52, 16, 44, 40

#: Most bars of a plot.
BARS: Final = 32

#: About how many numbers stand along an axis.
TICKS: Final = 6

_HEAD: Final = (
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
    'font-family="system-ui, sans-serif" font-size="12" fill="currentColor">'
)


class Mark(NamedTuple):
    """A line across a plot: a threshold, a percentile."""

    at: float
    """Where."""

    text: str
    """What it is, a word or two."""


class _Axis(NamedTuple):
    """What of the numbers is shown, and where."""

    low: float
    high: float
    log: bool

    def x(self, value: float) -> float:
        low, high, at = (_scaled(one, log=self.log) for one in (self.low, self.high, value))
        share = (at - low) / (high - low)
        return LEFT + min(1.0, max(0.0, share)) * (WIDTH - LEFT - RIGHT)


def histogram(
    values: Sequence[float],
    title: str,
    *,
    unit: str = "",
    log: bool = False,
    marks: Sequence[Mark] = (),
) -> str:
    """Draw how many numbers lie where.

    Args:
        values: In any order; what is not finite is left out, and in a logarithmic plot what is
            not above 0.
        title: Above the plot; how many numbers are shown is told behind it.
        unit: Of the numbers.
        log: Whether each step along the axis is a factor.
        marks: Lines across it.
    """
    shown = _finite(values, log=log)
    words = f"{title}  (n = {len(shown)})"
    parts = [_HEAD, f"<title>{escape(words)}</title>", _text(LEFT, 18, words, weight=600)]
    if len(shown):
        parts += _plotted(shown, _axis(shown, marks, log=log), unit, marks)
    else:
        parts.append(_text(WIDTH / 2, HEIGHT / 2, "nothing to show", anchor="middle"))
    return "\n".join([*parts, "</svg>", ""])


def _finite(values: Sequence[float], *, log: bool) -> NDArray[np.float64]:
    numbers = np.asarray(values, np.float64)
    numbers = numbers[np.isfinite(numbers)]
    return numbers[numbers > 0] if log else numbers


def _axis(shown: NDArray[np.float64], marks: Sequence[Mark], *, log: bool) -> _Axis:
    usable = [mark.at for mark in marks if np.isfinite(mark.at) and (mark.at > 0 or not log)]
    low, high = min([shown.min(), *usable]), max([shown.max(), *usable])
    if low == high:
        aside = abs(low) / 2 or 0.5
        low, high = low - aside, high + aside
    return _Axis(float(low), float(high), log)


def _plotted(
    shown: NDArray[np.float64], axis: _Axis, unit: str, marks: Sequence[Mark]
) -> list[str]:
    edges = np.linspace(_scaled(axis.low, log=axis.log), _scaled(axis.high, log=axis.log), BARS + 1)
    # The edges are those of the scaled numbers, so that no rounding loses the outermost.
    counts, _ = np.histogram([_scaled(float(one), log=axis.log) for one in shown], edges)
    most = int(counts.max())
    parts = [
        _bar(LEFT + number * _bar_width(), count / most, count)
        for number, count in enumerate(counts.tolist())
        if count
    ]
    parts += [_upright(axis.x(at), _short(at)) for at in _ticks(axis)]
    parts += [_level(count, most) for count in sorted({most, most // 2} - {0})]
    parts.append(_text(WIDTH - RIGHT, HEIGHT - 6, unit, anchor="end"))
    return parts + [_mark(axis.x(mark.at), mark.text) for mark in marks]


def _bar_width() -> float:
    return (WIDTH - LEFT - RIGHT) / BARS


def _bar(x: float, share: float, count: int) -> str:
    tall = max(1.5, share * (HEIGHT - TOP - BOTTOM))
    return (
        f'<rect x="{x + 0.5:.1f}" y="{HEIGHT - BOTTOM - tall:.1f}" width="{_bar_width() - 1:.1f}" '
        f'height="{tall:.1f}" fill="#4c9be8"><title>{count}</title></rect>'
    )


def _upright(x: float, text: str) -> str:
    low = HEIGHT - BOTTOM
    line = f'<path d="M{x:.1f} {low}v5" stroke="currentColor"/>'
    return line + _text(x, low + 19, text, anchor="middle")


def _level(count: int, most: int) -> str:
    y = HEIGHT - BOTTOM - count / most * (HEIGHT - TOP - BOTTOM)
    line = f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="currentColor" opacity="0.15"/>'
    return line + _text(LEFT - 6, y + 4, _short(count), anchor="end")


def _mark(x: float, text: str) -> str:
    line = f'<path d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#d9483b" stroke-dasharray="4 3"/>'
    anchor, aside = ("end", -4) if x > WIDTH * 0.8 else ("start", 4)
    return line + _text(x + aside, TOP - 3, text, anchor=anchor)


def _text(x: float, y: float, text: str, *, anchor: str = "start", weight: int = 400) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}">'
        f"{escape(text)}</text>"
    )


def _scaled(value: float, *, log: bool) -> float:
    return float(np.log10(value)) if log else value


def _ticks(axis: _Axis) -> list[float]:
    """Round numbers within the axis."""
    if axis.log and axis.high / axis.low > 100:  # noqa: PLR2004 - two powers of ten at least
        powers = range(int(np.ceil(np.log10(axis.low))), int(np.floor(np.log10(axis.high))) + 1)
        return [10.0**power for power in powers][:: max(1, len(powers) // TICKS)]
    rough = (axis.high - axis.low) / TICKS
    power = 10 ** np.floor(np.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * 0.999)
    first = np.ceil(axis.low / step) * step
    near = np.arange(first, axis.high + step * 1e-6, step)
    return [float(np.round(one / step) * step) + 0.0 for one in near]


def _short(value: float) -> str:
    """A number as people write it: 1200 -> 1.2k."""
    sizes: tuple[tuple[float, str], ...] = ((1e9, "G"), (1e6, "M"), (1e3, "k"))
    for factor, letter in sizes:
        if abs(value) >= factor:
            return f"{value / factor:.3g}{letter}"
    return f"{value:.3g}"
