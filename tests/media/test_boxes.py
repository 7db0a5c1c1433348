import struct
from pathlib import Path

import pytest

from reelmill.media.boxes import BadBoxes, boxes


def box(kind: bytes, payload: bytes = b"", length: int | None = None) -> bytes:
    return struct.pack(">I4s", 8 + len(payload) if length is None else length, kind) + payload


@pytest.mark.parametrize(
    ("content", "kinds"),
    [
        pytest.param(b"", [], id="an empty file has none"),
        pytest.param(box(b"ftyp", b"isom"), ["ftyp"], id="one"),
        pytest.param(box(b"ftyp") + box(b"moov", bytes(9)), ["ftyp", "moov"], id="two"),
        pytest.param(
            struct.pack(">I4sQ", 1, b"mdat", 20) + bytes(4) + box(b"free"),
            ["mdat", "free"],
            id="a length of 64 bits",
        ),
        pytest.param(
            box(b"ftyp") + box(b"mdat", bytes(99), 0), ["ftyp", "mdat"], id="one to the end"
        ),
    ],
)
def test_boxes_are_listed_in_order(content: bytes, kinds: list[str], tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(content)
    assert [one.kind for one in boxes(tmp_path / "file")] == kinds


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(box(b"ftyp", length=9), id="longer than the file"),
        pytest.param(box(b"ftyp", length=7), id="shorter than its own header"),
        pytest.param(box(b"ftyp") + b"\0\0", id="half a header"),
        pytest.param(struct.pack(">I4s", 1, b"mdat"), id="half a long header"),
        pytest.param(struct.pack(">I4sQ", 1, b"mdat", 2**63), id="as long as the sky"),
        pytest.param(box(b"\xff\xfe\xfd\xfc"), id="a name of no letters"),
        pytest.param(box(b"free") * 10_001, id="no end of boxes"),
    ],
)
def test_a_broken_chain_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(BadBoxes):
        boxes(tmp_path / "file")
