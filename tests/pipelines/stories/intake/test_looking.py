"""Which files of a real folder, and of a store without files, are finished."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.pipelines.stories.stage import clock_of, stage

from reelmill.pipelines.stories.intake import looking
from reelmill.pipelines.stories.intake.looking import look_into_raw
from reelmill.pipelines.stories.intake.writers import Writing, writing
from reelmill.services import Services
from reelmill.units import StoreKey


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Services]:
    with stage(tmp_path / "home") as opened:
        yield opened


def drop(here: Services, path: str, *, ago_s: float = 60.0) -> Path:
    """A file that was written some time ago."""
    key = StoreKey(f"stories/{path}")
    here.store.put_bytes(key, b"x")
    local = here.store.local_path(key)
    assert local is not None
    at_s = time.time() - ago_s
    os.utime(local, (at_s, at_s))
    return local


def settled(here: Services) -> list[str]:
    return [stat.key.removeprefix("stories/raw/") for stat in look_into_raw(here).settled]


def test_clips_come_first_voices_last_and_numbers_by_their_value(here: Services) -> None:
    paths = [
        "story/sea/storm/voice/chapter_10.mp3",
        "story/sea/storm/voice/chapter_9.mp3",
        "story/sea/storm/link/a.txt",
        "music/sea/a.mp3",
        "frame/sea/a.mp4",
        "video/sea/10.mp4",
        "video/sea/9.mp4",
        "video/sea/a.mkv",
    ]
    for path in paths:
        drop(here, f"raw/{path}")
    assert settled(here) == [
        "video/sea/a.mkv",
        "video/sea/9.mp4",
        "video/sea/10.mp4",
        "frame/sea/a.mp4",
        "music/sea/a.mp3",
        "story/sea/storm/link/a.txt",
        "story/sea/storm/voice/chapter_9.mp3",
        "story/sea/storm/voice/chapter_10.mp3",
    ]


def test_what_waits_is_remembered_from_look_to_look(here: Services) -> None:
    path = drop(here, "raw/video/sea/a.mp4", ago_s=0)
    assert look_into_raw(here).waiting == ("raw/video/sea/a.mp4",)
    clock_of(here).move(seconds=4)
    path.write_bytes(b"xy")
    assert settled(here) == []
    os.utime(path, (0, 0))
    assert settled(here) == ["video/sea/a.mp4"]


def test_where_writers_cannot_be_told_times_are_not_believed(
    here: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "writing", lambda _path: Writing.UNKNOWN)
    drop(here, "raw/video/sea/a.mp4", ago_s=3600)
    assert settled(here) == []
    clock_of(here).move(seconds=4)
    assert settled(here) == []
    clock_of(here).move(seconds=2)
    assert settled(here) == ["video/sea/a.mp4"]


def test_an_object_is_whole_once_it_is_there(tmp_path: Path) -> None:
    with stage(tmp_path / "home", store_url="memory://") as here:
        here.store.put_bytes(StoreKey("stories/raw/video/sea/a.mp4"), b"x")
        assert settled(here) == ["video/sea/a.mp4"]


linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who writes a file")


@linux
def test_a_writer_of_another_process_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"x")
    assert writing(path) is Writing.NOBODY
    code = "import sys; f = open(sys.argv[1], 'ab'); print('open', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"open\n"
        assert writing(path) is Writing.SOMEBODY
        writer.communicate()
    assert writing(path) is Writing.NOBODY


@linux
def test_a_reader_is_no_writer(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"x")
    with path.open("rb"):
        assert writing(path) is Writing.NOBODY
    with pytest.raises(FileNotFoundError):
        writing(tmp_path / "none.mp4")


@linux
def test_asking_ends_nobody_who_asks_while_others_begin_to_write(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"x")
    code = """
import sys, threading
from pathlib import Path
from reelmill.pipelines.stories.intake.writers import writing
path = Path(sys.argv[1])
done = threading.Event()
def write():
    while not done.is_set():
        open(path, 'ab').close()
thread = threading.Thread(target=write)
thread.start()
seen = {str(writing(path)) for _ in range(3000)}
done.set()
thread.join()
print(sorted(seen))
"""
    ran = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert "nobody" in ran.stdout
