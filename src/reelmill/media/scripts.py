"""What characters are: seen or unseen, their direction, their language, their clusters. Pure."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache

#: Controls, bidi marks and overrides, and other characters that are not there to be seen.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e001f]"
)
#: Stacks of hundreds of marks on one letter are a joke of the writer; four stay.
_STACK = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]{4})"
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]+"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_BREAK = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")

#: Joiners and variation selectors: part of a cluster, without a glyph of their own.
SILENT = frozenset("\u200c\u200d") | {chr(code) for code in range(0xFE00, 0xFE10)}
#: Asks for a picture instead of a letter.
EMOJI_STYLE = "\ufe0f"

_JOINER = "\u200d"
_SKIN = range(0x1F3FB, 0x1F400)
_REGION = range(0x1F1E6, 0x1F200)

#: Letters of a flag of a region, unseen.
TAG = range(0xE0020, 0xE0080)
#: Arabic Presentation Forms A and B. Source: Unicode 16, blocks.
_ARABIC_FORMS = (*range(0xFB50, 0xFC00), *range(0xFE70, 0xFEFD))
_FIRST_MARK = 0x300
_CJK = re.compile("[\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
#: Latin, Greek, Cyrillic, signs, Han, kana, hangul, emoji: a letter looks the same in any company.
_ALONE = re.compile(
    "[\x20-\u02ff\u0370-\u0482\u048a-\u052f\u1e00-\u1fff\u2010-\u2027\u2030-\u205e\u2070-\u20cf"
    "\u2100-\u2bff\u2e80-\u3029\u3030-\u3098\u309b-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff01-\uff9d"
    "\U0001f300-\U0001f3fa\U0001f400-\U0001faff]*"
)
_KANA = re.compile("[\u3040-\u30ff\u31f0-\u31ff]")
_HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7ff]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff]")


def seen(text: str) -> str:
    r"""Only what can be seen: no controls, no overrides, no half characters.

    >>> seen("a\x07b\u202ec\r\nd")
    'abc\nd'
    """
    text = _UNSEEN.sub("", _BREAK.sub("\n", text))
    return text if text.isascii() else _STACK.sub(r"\1", _SURROGATE.sub("\ufffd", text))


def language_of(text: str) -> str:
    """Whose forms Han characters take in a text: `ja`, `ko` or `zh`.

    >>> language_of("漢字かな")
    'ja'
    """
    if text.isascii() or not _CJK.search(text):
        return "zh"
    if _KANA.search(text):
        return "ja"
    return "ko" if _HANGUL.search(text) else "zh"


def breaks_anywhere(text: str) -> bool:
    """Whether a text has letters that need no space between two words."""
    return not text.isascii() and _CJK.search(text) is not None


def stands_alone(text: str) -> bool:
    """Whether no letter changes its form or place beside another."""
    return _ALONE.fullmatch(text) is not None


def has_right_to_left(text: str) -> bool:
    """Whether any letter belongs to a script written from right to left."""
    return not text.isascii() and _RIGHT_TO_LEFT.search(text) is not None


def runs_rightwards(text: str) -> bool | None:
    """Whether the first letter belongs to a script written from left to right; None without one.

    >>> runs_rightwards("12 abc"), runs_rightwards("שלום"), runs_rightwards("(3,4)")
    (True, False, None)
    """
    if not _RIGHT_TO_LEFT.search(text):
        return True if any(char.isalpha() for char in text) else None
    for char in text:
        kind = unicodedata.bidirectional(char)
        if kind in {"L", "R", "AL"}:
            return kind == "L"
    return None


def clusters(text: str) -> Iterator[str]:
    """What the reader sees as one character each: letter and marks, joined emoji, flags.

    >>> [len(cluster) for cluster in clusters("ae\u0301🇩🇪👩\u200d🚀")]
    [1, 2, 2, 3]
    """
    held = ""
    for char in text:
        if held and _belongs(held, char):
            held += char
            continue
        if held:
            yield held
        held = char
    if held:
        yield held


def joined(text: str) -> str:
    """Arabic letters in the forms that they take beside each other, as characters of their own.

    For where no shaping engine is; elsewhere it does this better.

    >>> [hex(ord(char)) for char in joined("\u0628\u0627\u0628")]
    ['0xfe91', '0xfe8e', '0xfe8f']
    """
    forms = _arabic_forms()
    shaped = list(text)
    letters = [at for at, char in enumerate(text) if unicodedata.category(char)[0] != "M"]
    for before, at, after in zip([None, *letters], letters, [*letters[1:], None], strict=False):
        mine = forms.get(text[at], {})
        follows = before is not None and "initial" in forms.get(text[before], {})
        leads = after is not None and "final" in forms.get(text[after], {})
        wanted = ("medial" if leads else "final") if follows else ("initial" if leads else "")
        fallback = "final" if follows else "isolated"
        shaped[at] = mine.get(wanted) or mine.get(fallback) or text[at]
    return "".join(shaped)


@lru_cache(maxsize=1)
def _arabic_forms() -> dict[str, dict[str, str]]:
    """Forms by letter, read from the decompositions of the Unicode character database."""
    forms: dict[str, dict[str, str]] = defaultdict(dict)
    for code in _ARABIC_FORMS:
        form, *parts = unicodedata.decomposition(chr(code)).split() or [""]
        if len(parts) == 1:
            forms[chr(int(parts[0], 16))][form.strip("<>")] = chr(code)
    return forms


def _belongs(held: str, char: str) -> bool:
    code = ord(char)
    if char in SILENT or code in _SKIN or code in TAG or held[-1] == _JOINER:
        return True
    if code in _REGION:
        return len(held) == 1 and ord(held) in _REGION
    return code >= _FIRST_MARK and unicodedata.category(char)[0] == "M"
