"""A file holds one document; what stands around it is repaired only where that is safe."""

import pytest

from reelmill.pipelines.replays.reading.document import duplicate_keys, open_document
from reelmill.pipelines.replays.reading.faults import Findings


def opened(data: bytes) -> tuple[object, list[str]]:
    findings = Findings()
    document = open_document(data, findings)
    return document and document.value, [fault.code for fault in findings.faults]


@pytest.mark.parametrize(
    ("data", "value", "codes"),
    [
        pytest.param(b'{"a": 1}', {"a": 1}, [], id="as it should be"),
        pytest.param(b' \r\n{"a": 1}\r\n', {"a": 1}, [], id="space around it"),
        pytest.param(b'\xef\xbb\xbf{"a": 1}', {"a": 1}, ["bom"], id="a byte order mark"),
        pytest.param(b'{"a": 1}{"a": 1}', {"a": 1}, ["doubled"], id="twice"),
        pytest.param(b'{"a": 1}\n{"a": 1}\n', {"a": 1}, ["doubled"], id="twice, in lines"),
        pytest.param(
            b'\xef\xbb\xbf{"a": 1}\xef\xbb\xbf{"a": 1}',
            {"a": 1},
            ["bom", "doubled"],
            id="with marks",
        ),
        pytest.param(b'{"a": 1}{"a"', {"a": 1}, ["doubled"], id="the start of a copy"),
        pytest.param(b'{"a": 1}\0\0', {"a": 1}, ["padding"], id="zero bytes"),
        pytest.param(b'{"a": 1}{"a": 2}', None, ["trailing"], id="two that differ"),
        pytest.param(b'{"a": 1}]', None, ["trailing"], id="rubbish behind"),
        pytest.param(b'{"a": 1', None, ["truncated"], id="cut in a value"),
        pytest.param(b'{"a": "1', None, ["truncated"], id="cut in a text"),
        pytest.param(b'{"a": 1,}', None, ["not_json"], id="a comma too many"),
        pytest.param(b"", None, ["not_a_replay"], id="nothing"),
        pytest.param(b"\xff\xd8\xff\xe0", None, ["bad_utf8"], id="a picture"),
        pytest.param("{}".encode("utf-16"), None, ["bad_utf8"], id="UTF-16"),
        pytest.param(b"[" * 200_000, None, ["too_deep"], id="deep lists"),
        pytest.param(b'{"a":' * 200_000, None, ["too_deep"], id="deep objects"),
        pytest.param(b"[" + b"9" * 9_999 + b"]", None, ["huge_number"], id="an endless number"),
    ],
)
def test_a_document_is_taken_out(data: bytes, value: object, codes: list[str]) -> None:
    assert opened(data) == (value, codes)


def test_keys_written_twice_are_found_at_any_depth() -> None:
    text = '{"a": [{"b": 1, "b": 2, "b": 3}], "c": {"d": 1, "d": 1}, "e": 1}'
    assert duplicate_keys(text) == ["b", "d"]
