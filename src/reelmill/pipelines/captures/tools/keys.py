"""Codes of keys and buttons -> what is written on them. Pure."""

from typing import Final

#: Virtual key codes of Windows that are no letter or digit. Source: winuser.h.
_NAMED: Final = {
    8: "Back",
    9: "Tab",
    13: "Enter",
    16: "Shift",
    17: "Ctrl",
    18: "Alt",
    20: "Caps",
    27: "Esc",
    32: "Space",
    33: "PgUp",
    34: "PgDn",
    35: "End",
    36: "Home",
    37: "←",
    38: "↑",
    39: "→",
    40: "↓",
    45: "Ins",
    46: "Del",
    160: "Shift",
    161: "Shift",
    162: "Ctrl",
    163: "Ctrl",
    164: "Alt",
    165: "Alt",
    186: ";",
    187: "=",
    188: ",",
    189: "-",
    190: ".",
    191: "/",
    192: "`",
    219: "[",
    220: "\\",
    221: "]",
    222: "'",
}

#: First and last code of the digits, of the letters, of the number pad, and of F1 to F24.
_DIGITS, _LETTERS, _PAD, _F = (48, 57), (65, 90), (96, 105), (112, 135)


def key_name(code: int) -> str:
    """What is written on a key.

    >>> key_name(87), key_name(160), key_name(116), key_name(250)
    ('W', 'Shift', 'F5', '#250')
    """
    if _DIGITS[0] <= code <= _DIGITS[1] or _LETTERS[0] <= code <= _LETTERS[1]:
        return chr(code)
    if _PAD[0] <= code <= _PAD[1]:
        return f"Num {code - _PAD[0]}"
    if _F[0] <= code <= _F[1]:
        return f"F{code - _F[0] + 1}"
    return _NAMED.get(code, f"#{code}")
