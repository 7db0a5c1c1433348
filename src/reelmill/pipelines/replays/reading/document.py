"""Bytes of a file -> the JSON document in it, repaired where that is safe. Pure."""

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

from reelmill.pipelines.replays.reading.faults import Fault, Findings, Severity

#: Largest file that is read, in bytes. Source: the largest of 9,000 real files has 4.2 MB.
MAX_BYTES = 64 * 2**20

#: Most values in a document of more than `_SMALL_BYTES`; bounds memory, for a value takes up to
#: 64 bytes where the file has two.
MAX_VALUES = 5_000_000
_SMALL_BYTES = 4 * 2**20

_BOM = b"\xef\xbb\xbf"

#: What JSON allows between values.
_SPACE = " \t\r\n"

#: What a crash may leave behind a finished document.
_PADDING = " \t\r\n\0\ufeff"


@dataclass(frozen=True, kw_only=True)
class Document:
    """A document taken out of a file."""

    value: Any
    """The parsed JSON."""

    text: str
    """The part of the file that it was parsed from."""


def open_document(data: bytes, findings: Findings) -> Document | None:
    """Take the JSON document out of a file.

    Returns:
        None when there is none; the reason is among the findings.
    """
    text = _text(data, findings)
    if text is None:
        return None
    start = len(text) - len(text.lstrip(_SPACE))
    try:
        value, end = json.JSONDecoder().raw_decode(text, start)
    except json.JSONDecodeError as error:
        _refuse(findings, *_syntax(text, error))
    except RecursionError:
        _refuse(findings, "too_deep", "nested too deeply")
    except ValueError:
        # The interpreter refuses to convert numbers of more than 4,300 digits.
        _refuse(findings, "huge_number", "holds a number of thousands of digits")
    else:
        return _without_rest(Document(value=value, text=text[start:end]), text[end:], findings)
    return None


def duplicate_keys(text: str) -> list[str]:
    """Keys that occur twice in one object; only the last value of each counts.

    >>> duplicate_keys('{"a": 1, "b": {"a": 2, "a": 3}}')
    ['a']
    """
    found: list[str] = []

    def look(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        values = dict(pairs)
        if len(values) < len(pairs):
            counts = Counter(key for key, _ in pairs)
            found.extend(key for key, times in counts.items() if times > 1)
        return values

    json.loads(text, object_pairs_hook=look)
    return sorted(set(found))


def _text(data: bytes, findings: Findings) -> str | None:
    if len(data) > MAX_BYTES:
        _refuse(findings, "too_large", f"has {len(data):,} bytes, at most {MAX_BYTES:,} are read")
        return None
    if len(data) > _SMALL_BYTES and sum(map(data.count, (b",", b"[", b"{"))) > MAX_VALUES:
        _refuse(findings, "too_large", f"holds more than {MAX_VALUES:,} values")
        return None
    if data.startswith(_BOM):
        _repaired(findings, "bom", "a byte order mark stood in front of the document")
    try:
        text = data.removeprefix(_BOM).decode()
    except UnicodeDecodeError as error:
        _refuse(findings, "bad_utf8", f"not UTF-8 at byte {error.start:,}")
        return None
    return text


def _syntax(text: str, error: json.JSONDecodeError) -> tuple[str, str]:
    if not text.strip(_PADDING):
        return "not_a_replay", "the file is empty"
    if not text.lstrip(_SPACE).startswith("{"):
        return "not_a_replay", "not a JSON object"
    if error.pos >= len(text.rstrip(_PADDING)) or error.msg.startswith("Unterminated string"):
        return "truncated", f"the document breaks off in line {text.count(chr(10)) + 1:,}"
    return "not_json", f"not JSON at line {error.lineno:,}, column {error.colno:,}: {error.msg}"


def _without_rest(document: Document, rest: str, findings: Findings) -> Document | None:
    rest_text = rest.strip(_PADDING)
    if not rest_text:
        if "\0" in rest:
            _repaired(findings, "padding", "zero bytes stood behind the document")
        return document
    if document.text == rest_text:
        _repaired(findings, "doubled", "the document was written twice; the copies agree")
        return document
    if document.text.startswith(rest_text):
        _repaired(findings, "doubled", "the beginning of a second copy stood behind the document")
        return document
    line = document.text.count("\n") + 1
    _refuse(findings, "trailing", f"something else follows the document in line {line:,}")
    return None


def _refuse(findings: Findings, code: str, message: str) -> None:
    findings.broken((), message, code=code)


def _repaired(findings: Findings, code: str, message: str) -> None:
    findings.add(
        Fault(code=code, message=message, where="", severity=Severity.MENDED, repairable=True)
    )
