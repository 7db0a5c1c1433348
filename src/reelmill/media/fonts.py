"""Which font shows which character: the installed ones, in order, opened when first needed."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import chain, islice
from pathlib import Path
from struct import Struct, error
from typing import BinaryIO, NamedTuple

import numpy as np
from PIL import ImageFont, features

#: Weight axis of the variable fonts. Source: OpenType 1.9, `wght`.
REGULAR, BOLD = 400, 700

#: Faces inside the CJK collection, by the language that they are drawn for.
CJK_FACES = {"ja": 0, "ko": 1, "zh": 2}

#: Most system fonts looked at for one rare character; each costs about 0.3 ms.
MAX_SYSTEM_FONTS = 400

#: Where operating systems keep fonts.
SYSTEM_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/Library/Fonts",
    "/System/Library/Fonts",
)

Font = ImageFont.FreeTypeFont
"""An opened face."""

_HEADER = Struct(">4sHHHH")
_RECORD = Struct(">4sIII")
_SUBTABLE = Struct(">HHI")


class Face(NamedTuple):
    """One typeface in a font file."""

    path: str
    """The file."""

    number: int = 0
    """Which face of a collection."""


class ScriptCoverage(NamedTuple):
    """Whether a script can be shown here, and by what."""

    script: str
    """Its English name."""

    font: str
    """File name of the font that has it, empty when there is none."""

    package: str
    """Where to get a font: a package of PyPI."""


@dataclass(frozen=True)
class _Ranges:
    """The characters of a face as ranges of code points, ascending."""

    first: list[int]
    """First code point of each range."""

    last: list[int]
    """Last code point of each range."""

    def __contains__(self, char: object) -> bool:
        code = ord(str(char))
        at = bisect_right(self.first, code) - 1
        return at >= 0 and code <= self.last[at]


@lru_cache(maxsize=MAX_SYSTEM_FONTS * 2)
def characters(face: Face) -> _Ranges:
    """The characters that a face has, empty for a file that is no font.

    Reads only the `cmap` table, so that the 32 MB collection stays closed.
    """
    try:
        with Path(face.path).open("rb") as file:
            return _ranges(_cmap(file, face.number))
    except (OSError, error, ValueError, IndexError):
        return _Ranges([], [])


def _cmap(file: BinaryIO, index: int) -> bytes:
    head = file.read(12)
    if head[:4] == b"ttcf":
        file.seek(12 + 4 * index)
        file.seek(int.from_bytes(file.read(4), "big"))
        head = file.read(12)
    _, tables, *_ = _HEADER.unpack(head)
    for tag, _, offset, length in _RECORD.iter_unpack(file.read(_RECORD.size * tables)):
        if tag == b"cmap":
            file.seek(offset)
            return file.read(length)
    return b"\0\0\0\0"


def _ranges(cmap: bytes) -> _Ranges:
    count = int.from_bytes(cmap[2:4], "big")
    found = {}
    for _, _, offset in _SUBTABLE.iter_unpack(cmap[4 : 4 + 8 * count]):
        found[int.from_bytes(cmap[offset : offset + 2], "big")] = offset
    if at := found.get(12):
        groups = int.from_bytes(cmap[at + 12 : at + 16], "big")
        table = np.frombuffer(cmap, ">u4", groups * 3, at + 16).reshape(-1, 3)
        return _Ranges(table[:, 0].tolist(), table[:, 1].tolist())
    if at := found.get(4):
        segments = int.from_bytes(cmap[at + 6 : at + 8], "big") // 2
        last = np.frombuffer(cmap, ">u2", segments, at + 14)
        first = np.frombuffer(cmap, ">u2", segments, at + 16 + 2 * segments)
        return _Ranges(first.tolist()[:-1], last.tolist()[:-1])
    return _Ranges([], [])


@lru_cache(maxsize=1)
def packaged() -> tuple[Face, ...]:
    """The faces that come with the install, in the order in which they are asked."""
    folder = Path(str(files("manimgx_fonts")))
    names = sorted(path.name for path in folder.glob("NotoSans*.ttf") if "Italic" not in path.name)
    plain = [name for name in names if name.startswith("NotoSans[")]
    scripts = [name for name in names if name not in plain and "Symbols" not in name]
    symbols = [name for name in names if "Symbols" in name]
    emoji = sorted(path.name for path in folder.glob("NotoEmoji*.ttf"))
    return tuple(Face(str(folder / name)) for name in chain(plain, scripts, symbols, emoji))


@lru_cache(maxsize=4)
def cjk(language: str) -> tuple[Face, ...]:
    """The face for Chinese, Japanese and Korean, in the forms of `ja`, `ko` or `zh`."""
    folder = Path(str(files("manimgx_fonts_cjk")))
    return tuple(Face(str(path), CJK_FACES[language]) for path in sorted(folder.glob("*.ttc")))


@lru_cache(maxsize=1)
def system() -> tuple[Face, ...]:
    """Faces of the operating system, plain styles first."""
    home = Path.home()
    folders = (*map(Path, SYSTEM_FOLDERS), home / ".fonts", home / ".local/share/fonts")
    paths = list(islice(chain.from_iterable(map(_fonts_under, folders)), MAX_SYSTEM_FONTS))
    fancy = ("bold", "italic", "oblique", "condensed", "mono", "serif")
    paths.sort(key=lambda path: (sum(word in path.name.lower() for word in fancy), path.name))
    return tuple(Face(str(path)) for path in paths)


def _fonts_under(folder: Path) -> Iterator[Path]:
    wanted = (".ttf", ".otf", ".ttc")
    return (path for path in sorted(folder.rglob("*")) if path.suffix.lower() in wanted)


@lru_cache(maxsize=20_000)
def face_for(chars: str, language: str = "zh", *, emoji: bool = False) -> Face | None:
    """The first face that has all of `chars`, or None.

    Args:
        chars: The visible characters of one cluster.
        language: Whose forms to prefer for Han characters: `ja`, `ko` or `zh`.
        emoji: Ask the emoji font first.
    """
    known = packaged()[::-1] if emoji else packaged()
    for face in chain(known, cjk(language)):
        if all(char in characters(face) for char in chars):
            return face
    for face in system():
        if all(char in characters(face) for char in chars):
            return face
    return None


def shapes_scripts() -> bool:
    """Whether Pillow can join and reorder letters (Raqm with FriBiDi is here)."""
    return bool(features.check_feature("raqm")) and bool(features.check_feature("fribidi"))


@lru_cache(maxsize=48)
def opened(face: Face, size_px: int, weight: int) -> Font:
    """A face at a size; the file is mapped, not read."""
    layout = ImageFont.Layout.RAQM if shapes_scripts() else ImageFont.Layout.BASIC
    font = ImageFont.truetype(face.path, size_px, face.number, layout_engine=layout)
    try:
        axes = font.get_variation_axes()
    except OSError:
        return font
    font.set_variation_by_axes([_setting(axis, weight) for axis in axes])
    return font


def _setting(axis: ImageFont.Axis, weight: int) -> float:
    low, high = axis["minimum"] or 0, axis["maximum"] or 0
    if axis["name"] == b"Weight":
        return min(max(weight, low), high)
    return axis["default"] or 0


#: A character of each script that the product promises to show, and the package that brings it.
_SAMPLES = {
    "Latin": ("aß", "manimgx-fonts"),
    "Cyrillic": ("Жя", "manimgx-fonts"),
    "Greek": ("Ωλ", "manimgx-fonts"),
    "Vietnamese": ("ệ", "manimgx-fonts"),
    "Arabic": ("عب", "manimgx-fonts"),
    "Hebrew": ("אש", "manimgx-fonts"),
    "Devanagari": ("हि", "manimgx-fonts"),
    "Bengali": ("বা", "manimgx-fonts"),
    "Tamil": ("தி", "manimgx-fonts"),
    "Telugu": ("తె", "manimgx-fonts"),
    "Thai": ("ไท", "manimgx-fonts"),
    "Khmer": ("ខ្", "manimgx-fonts"),
    "Georgian": ("ქა", "manimgx-fonts"),
    "Armenian": ("Հա", "manimgx-fonts"),
    "Ethiopic": ("አማ", "manimgx-fonts"),
    "emoji": ("🐍🍎", "manimgx-fonts"),
    "arrows and symbols": ("→✓", "manimgx-fonts"),
    "Chinese": ("汉漢", "manimgx-fonts-cjk"),
    "Japanese": ("かナ", "manimgx-fonts-cjk"),
    "Korean": ("한글", "manimgx-fonts-cjk"),
    "mathematics": ("∑≤", "manimgx-fonts-cjk"),
}


def coverage() -> tuple[ScriptCoverage, ...]:
    """Every script that texts are likely to use: shown by what, or brought by what."""
    return tuple(_covered(script, *sample) for script, sample in _SAMPLES.items())


def _covered(script: str, sample: str, package: str) -> ScriptCoverage:
    faces = [face_for(char) for char in sample]
    font = Path(faces[0].path).name if faces[0] and all(faces) else ""
    return ScriptCoverage(script, font, package)
