"""A folder is scanned soon after something changed in it, and from time to time in any case."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.pipelines.stories.stage import stage

from reelmill.errors import Unavailable
from reelmill.pipelines.stories import watch
from reelmill.pipelines.stories.intake.take import Scanned
from reelmill.pipelines.stories.watch import is_remote, keep_scanning
from reelmill.services import Services

#: Seconds that anything may take on a machine that does much else.
PATIENCE_S = 60.0


@pytest.fixture(autouse=True)
def _attentive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "LOOK_S", 0.05)


class Scans:
    """A scan that counts, and says what a test wants it to say."""

    def __init__(self) -> None:
        self.count = 0
        self.waiting: tuple[str, ...] = ()
        self._moved = threading.Condition()

    def __call__(self) -> Scanned:
        with self._moved:
            self.count += 1
            self._moved.notify_all()
        return Scanned(waiting=self.waiting)

    def reach(self, count: int) -> bool:
        """Wait until there were so many scans."""
        with self._moved:
            return self._moved.wait_for(lambda: self.count >= count, PATIENCE_S)


@contextmanager
def watched(here: Services, scans: Scans) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=lambda: list(keep_scanning(here, scans, stop)))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(PATIENCE_S)
        assert not thread.is_alive()


@contextmanager
def project(home: Path, **chosen: float) -> Iterator[tuple[Services, Path]]:
    """A project that is looked at once an hour, but for what is heard."""
    with stage(home, chosen={"settle_s": 0.1, "scan_every_s": 3600, **chosen}) as here:
        yield here, home / "store/stories"


@pytest.mark.parametrize("polling", [False, True])
def test_a_drop_is_heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, polling: bool) -> None:
    monkeypatch.setattr(watch, "is_remote", lambda *_args: polling)
    monkeypatch.setattr(watch, "POLL_MS", 50)
    scans = Scans()
    with project(tmp_path / "home") as (here, root), watched(here, scans):
        assert scans.reach(1)
        (root / "raw/video/sea").mkdir()
        (root / "raw/video/sea/a.mp4").write_bytes(b"x")
        assert scans.reach(2)


def test_what_waits_is_looked_at_again(tmp_path: Path) -> None:
    scans = Scans()
    scans.waiting = ("raw/video/sea/a.mp4",)
    with project(tmp_path / "home") as (here, _), watched(here, scans):
        assert scans.reach(4)


def test_an_outage_is_waited_for(tmp_path: Path) -> None:
    class Failing(Scans):
        def __call__(self) -> Scanned:
            scanned = super().__call__()
            if self.count == 1:
                raise Unavailable(problem="the store went away")
            return scanned

    scans = Failing()
    with project(tmp_path / "home") as (here, _), watched(here, scans):
        assert scans.reach(2)


def test_a_scan_comes_from_time_to_time_whatever_was_heard(tmp_path: Path) -> None:
    scans = Scans()
    with project(tmp_path / "home", scan_every_s=1) as (here, _), watched(here, scans):
        assert scans.reach(3)


def test_a_store_without_files_is_listed_from_time_to_time(tmp_path: Path) -> None:
    scans = Scans()
    chosen = {"scan_every_s": 1}
    home = tmp_path / "home"
    with stage(home, chosen=chosen, store_url="memory://") as here, watched(here, scans):
        assert scans.reach(2)


def test_a_folder_that_cannot_be_watched_is_looked_at_again_and_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = watch._heard

    def full(folder: Path, stop: threading.Event, *, polling: bool) -> Iterator[bool]:
        if not polling:
            raise OSError(28, "OS file watch limit reached")
        return heard(folder, stop, polling=polling)

    monkeypatch.setattr(watch, "_heard", full)
    scans = Scans()
    with project(tmp_path / "home") as (here, root), watched(here, scans):
        assert scans.reach(1)
        (root / "raw/video/a.mp4").write_bytes(b"x")
        assert scans.reach(2)


def test_unfinished_files_and_deletions_wake_nobody() -> None:
    is_of_interest = watch._is_of_interest
    assert is_of_interest(watch.Change.added, "/raw/video/sea/a.mp4")
    assert is_of_interest(watch.Change.modified, "/raw/video/sea/a.mp4")
    assert not is_of_interest(watch.Change.added, "/raw/video/sea/a.mp4.part")
    assert not is_of_interest(watch.Change.deleted, "/raw/video/sea/a.mp4")


MOUNTS = """\
21 1 8:1 / / rw - ext4 /dev/sda1 rw
22 21 0:40 / /mnt/films rw,relatime shared:1 - nfs4 server:/films rw
23 22 8:2 / /mnt/films/local rw - xfs /dev/sdb1 rw
24 21 0:41 / /mnt/with\\040space rw - fuse.sshfs me@there: rw
25 21 8:3 / /mnt/films2 rw - fuseblk /dev/sdc1 rw
"""


@pytest.mark.parametrize(
    ("folder", "remote"),
    [
        pytest.param("/srv/films", False, id="on the disk of the machine"),
        pytest.param("/mnt/films/raw", True, id="on another machine"),
        pytest.param("/mnt/films/local/raw", False, id="a disk inside of it"),
        pytest.param("/mnt/with space/raw", True, id="through a program"),
        pytest.param("/mnt/films2/raw", False, id="another name that begins alike"),
    ],
)
def test_a_folder_is_remote(folder: str, *, remote: bool) -> None:
    assert is_remote(Path(folder), MOUNTS) is remote
    assert not is_remote(Path(folder), "")
