"""Words -> colours and a kind of place. The same words always give the same. Pure."""

import hashlib
import re
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

Kind = Literal["hills", "waves", "city", "orbs"]
"""What kind of place a picture shows."""

#: Small words, which say nothing of a place.
_SMALL: Final = frozenset(
    {
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "by",
        "for",
        "from",
        "in",
        "into",
        "is",
        "it",
        "of",
        "on",
        "or",
        "over",
        "the",
        "their",
        "this",
        "to",
        "under",
        "with",
        "scene",
        "opening",
        "context",
        "closing",
        "shot",
        "style",
        "high",
        "quality",
        "professional",
        "cinematography",
    }
)


@dataclass(frozen=True, kw_only=True)
class Palette:
    """The colours of one picture, each `#rrggbb`."""

    sky: tuple[str, str, str]
    """From the upper edge to the horizon."""

    far: str
    """The farthest layer."""

    near: str
    """The nearest layer."""

    light: str
    """Sun, moon, windows, crests."""

    ink: str
    """Letters."""


def _palette(sky: str, layers: str, light: str, ink: str = "#ffffff") -> Palette:
    top, middle, low = (f"#{one}" for one in sky.split())
    far, near = (f"#{one}" for one in layers.split())
    return Palette(sky=(top, middle, low), far=far, near=near, light=f"#{light}", ink=ink)


#: Moods, by the words that call for them.
MOODS: Final[tuple[tuple[str, Palette], ...]] = (
    (
        "dawn sunrise morning sunset dusk evening golden autumn fire warm desert",
        _palette("2b2d6e b5546f ffb36b", "8a4763 2a1638", "ffe3a8"),
    ),
    (
        "night midnight moon star stars space neon dark city street skyline",
        _palette("070b24 1d2358 5b4a9a", "2d2f6b 080a1e", "ffd98a"),
    ),
    (
        "sea ocean lake river water beach wave waves island boat rain blue ice",
        _palette("0d4f7c 3d9bbd cfeee6", "4fa3b8 0a2f4e", "fff6d6"),
    ),
    (
        "forest tree trees green garden jungle nature mountain mountains leaf spring tea plant",
        _palette("16504f 6fae8d e9f2c9", "5d9a80 0d2e2c", "fff3b8"),
    ),
    (
        "snow winter white cloud clouds sky calm clean minimal fresh clear",
        _palette("5c7fa8 a9c4dc f4f1ea", "8fabc4 33506e", "ffffff"),
    ),
    (
        "love rose pink flower flowers fashion beauty sweet party music dream summer",
        _palette("5a2a6b c65a8b ffc6a8", "a24f86 3a1648", "fff0c9"),
    ),
    (
        "technology tech data robot future machine office product app code phone",
        _palette("101b3d 2456a6 7fd3e6", "2a4f97 0b1430", "c8fff4"),
    ),
)

#: What else is shown beside a kind of place.
_ELSEWHERE: Final[dict[Kind, Kind]] = {
    "hills": "waves",
    "waves": "hills",
    "city": "hills",
    "orbs": "waves",
}

#: Kinds, by the words that call for them.
_KINDS: Final[tuple[tuple[str, Kind], ...]] = (
    ("city street skyline office building buildings town urban tower neon shop", "city"),
    ("sea ocean lake river water beach wave waves island boat rain coffee tea", "waves"),
    ("space star stars planet music dream product app data technology tech logo", "orbs"),
    ("abstract phone robot code future party", "orbs"),
    ("mountain mountains forest hill hills valley desert snow field sunrise sunset dawn", "hills"),
)


def words_of(prompt: str) -> tuple[str, ...]:
    """The words that say something, in small letters.

    >>> words_of("Opening scene: A quiet lake at dawn, high quality")
    ('quiet', 'lake', 'dawn')
    """
    found = re.findall(r"\w+", prompt.lower())
    return tuple(word for word in found if word not in _SMALL and not word.isdecimal())


def chance_of(*parts: object) -> np.random.Generator:
    """Chance that is the same for the same words."""
    digest = hashlib.sha256("/".join(str(part) for part in parts).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8]))


def mood_of(prompt: str) -> Palette:
    """The colours that the words call for; by chance where they call for none.

    >>> mood_of("A quiet lake") is mood_of("The ocean")
    True
    """
    words = words_of(prompt)
    scores = [sum(word in calls.split() for word in words) for calls, _ in MOODS]
    best = int(np.argmax(scores)) if any(scores) else int(chance_of(*words).integers(len(MOODS)))
    return MOODS[best][1]


def kind_of(prompt: str, number: int = 1) -> Kind:
    """The kind of place that the words call for; by chance where they call for none.

    Every third scene, from the second on, shows another kind of place.

    >>> kind_of("Boats on a lake"), kind_of("A neon street")
    ('waves', 'city')
    >>> kind_of("Boats on a lake", 2)
    'hills'
    """
    words = words_of(prompt)
    scores = [sum(word in calls.split() for word in words) for calls, _ in _KINDS]
    best = int(np.argmax(scores)) if any(scores) else int(chance_of("kind", *words).integers(4))
    kind = _KINDS[best][1]
    return _ELSEWHERE[kind] if number % 3 == 2 else kind  # noqa: PLR2004 - as the docstring says


def mixed(one: Palette, other: Palette, share: float) -> Palette:
    """A palette on the way from one to another; the letters stay those of the first.

    >>> mixed(MOODS[0][1], MOODS[1][1], 0.0) == MOODS[0][1]
    True
    """

    def between(colours: tuple[str, str]) -> str:
        start, end = (rgb(colour) for colour in colours)
        parts = np.rint((start + (end - start) * np.float32(share)) * 255).astype(int)
        return "#" + "".join(f"{part:02x}" for part in parts)

    top, middle, low = (between(pair) for pair in zip(one.sky, other.sky, strict=True))
    return Palette(
        sky=(top, middle, low),
        far=between((one.far, other.far)),
        near=between((one.near, other.near)),
        light=between((one.light, other.light)),
        ink=one.ink,
    )


def companion_of(prompt: str, take: int = 0) -> Palette:
    """Another mood, towards which the scenes of a board turn; by chance, from the words and take.

    >>> companion_of("A quiet lake") in [mood for _, mood in MOODS]
    True
    """
    own = mood_of(prompt)
    others = [mood for _, mood in MOODS if mood is not own]
    first = int(chance_of("companion", *words_of(prompt)).integers(len(others)))
    return others[(first + take) % len(others)]


def rgb(colour: str) -> NDArray[np.float32]:
    """A colour as numbers.

    >>> rgb("#ff8000").round(2).tolist()
    [1.0, 0.5, 0.0]
    """
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return np.asarray(parts, np.float32)
