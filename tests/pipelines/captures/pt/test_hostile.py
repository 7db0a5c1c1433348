"""Whatever a `.pt` file asks for: nothing is carried out, nothing opened, nothing imported."""

import sys
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.pipelines.captures.pt.hostile import bombs, calls, in_zip, mutants
from tests.pipelines.captures.pt.sound import numpy_file, sound_files

from reelmill.errors import ReelmillError
from reelmill.pipelines.captures.pt.records import read_record
from reelmill.pipelines.captures.record import Record
from reelmill.pipelines.captures.spec import UnsafeRecord

#: What Python tells its auditors of, and no reading of data ever does.
DEEDS = (
    "open", "import", "exec", "compile", "os.", "subprocess.", "socket.", "ctypes.", "pickle.",
    "shutil.", "code.", "marshal.", "webbrowser.", "urllib.", "glob.",
)  # fmt: skip

_watching = False
_seen: list[str] = []


def _audit(event: str, args: tuple[Any, ...]) -> None:
    if _watching and event.startswith(DEEDS):
        _seen.append(f"{event} {args!r:.200}")


sys.addaudithook(_audit)


@contextmanager
def watched() -> Iterator[list[str]]:
    """What Python did inside of the block."""
    global _watching  # noqa: PLW0603 - an audit hook cannot be taken away
    _seen.clear()
    _watching = True
    try:
        yield _seen
    finally:
        _watching = False


def read_whole(data: bytes) -> Record | ReelmillError:
    try:
        found = read_record(data)
        for series in found.sampled_frames:
            found.frames(series)
    except ReelmillError as refused:
        return refused
    return found


def assert_harmless(mutants_of: Iterator[tuple[str, bytes]], mark: Path) -> dict[str, int]:
    """Every one is read or refused with one line, in little time and memory, and does nothing."""
    ended = {"read": 0, "refused": 0}
    read_whole(sound_files()[1])
    for number, (name, data) in enumerate(mutants_of):
        tracemalloc.start()
        began_s = time.monotonic()
        with watched() as deeds:
            found = read_whole(data)
        took_s, (_, peak_bytes) = time.monotonic() - began_s, tracemalloc.get_traced_memory()
        tracemalloc.stop()
        where = f"mutant {number}, {name}"
        assert not deeds, f"{where}: {deeds}"
        assert not mark.exists(), where
        assert took_s < 20, f"{where}: {took_s:.1f} s"
        assert peak_bytes < 700 * 1024**2, f"{where}: {peak_bytes} bytes"
        if isinstance(found, ReelmillError):
            assert found.message.isprintable(), where
            assert len(found.message) < 600, where
        ended["refused" if isinstance(found, ReelmillError) else "read"] += 1
    return ended


def test_the_auditor_hears_of_deeds(tmp_path: Path) -> None:
    with watched() as deeds:
        (tmp_path / "a").write_text("b")
    assert deeds


def test_sound_files_do_nothing_either(tmp_path: Path) -> None:
    files = iter(("sound", data) for data in sound_files())
    assert assert_harmless(files, tmp_path / "mark") == {"read": 4, "refused": 0}


def test_no_call_is_ever_made(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    for program in calls(str(mark)):
        with watched() as deeds, pytest.raises(ReelmillError):
            read_record(in_zip(program))
        assert not deeds
    assert not mark.exists()


def test_a_call_of_the_system_is_named() -> None:
    with pytest.raises(UnsafeRecord, match=r"os\.system") as refused:
        read_record(in_zip(b"\x80\x02cos\nsystem\nX\x02\0\0\0ls\x85R."))
    assert "nothing of it was carried out" in refused.value.message


@pytest.mark.parametrize("number", range(len(list(bombs()))))
def test_a_bomb_does_not_go_off(number: int, tmp_path: Path) -> None:
    bomb = in_zip(list(bombs())[number])
    assert assert_harmless(iter([("bomb", bomb)]), tmp_path / "mark")["refused"] == 1


def test_a_hundred_mutants_do_nothing(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    ended = assert_harmless(mutants(1, 100, str(mark)), mark)
    assert ended["refused"] > 80


@pytest.mark.campaign
def test_a_thousand_mutants_do_nothing(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    for seed in range(3):
        ended = assert_harmless(mutants(seed, 1000, str(mark)), mark)
        assert ended["refused"] > 800


def test_the_arrays_of_others_are_not_executed_while_they_are_read() -> None:
    with watched() as deeds:
        read_whole(numpy_file(5))
    assert not deeds
