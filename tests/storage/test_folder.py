"""A folder as a store: what a reader sees while a writer works, dies, or means harm."""

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from reelmill.storage.folder import FolderStore, MissingFolder
from reelmill.storage.objects import open_source
from reelmill.storage.store import BadKey, MissingObject, StoreUnavailable
from reelmill.units import StoreKey

KEY = StoreKey("replays/0a1b.mp4")

#: A writer that is in the middle of a file, says so, and waits to be killed.
WRITE_AND_WAIT = """
import sys
from pathlib import Path
from reelmill.storage.folder import FolderStore, MissingFolder
from reelmill.storage.objects import open_source
store = FolderStore(Path(sys.argv[1]))
with store._draft() as (file, path):
    file.write(b"half a film")
    file.flush()
    print("writing", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "a folder" / "store"


@pytest.fixture
def store(root: Path) -> FolderStore:
    return FolderStore(root)


def files(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


def test_objects_are_plain_files_under_their_keys(store: FolderStore, root: Path) -> None:
    store.put_bytes(KEY, b"a film")
    assert (root / KEY).read_bytes() == b"a film"
    assert store.local_path(KEY) == root / KEY
    assert files(root) == [KEY]


def test_files_that_others_put_there_are_objects(store: FolderStore, root: Path) -> None:
    (root / "music").mkdir()
    (root / "music/.hidden").write_bytes(b"x")
    (root / "music/a.mp3").write_bytes(b"y")
    assert [stat.key for stat in store.list("music")] == ["music/.hidden", "music/a.mp3"]
    assert store.read(StoreKey("music/a.mp3")) == b"y"


def test_a_reader_sees_the_old_film_or_the_new_one_never_a_mixture(store: FolderStore) -> None:
    size_bytes = 1_500_000
    store.put_bytes(KEY, b"0" * size_bytes)
    done = threading.Event()

    def keep_writing() -> None:
        for number in range(1, 15):
            store.put_bytes(KEY, str(number % 10).encode() * size_bytes)
        done.set()

    thread = threading.Thread(target=keep_writing)
    thread.start()
    seen = set()
    while not done.is_set():
        data = b"".join(store.stream(KEY))
        seen.add((len(data), len(set(data))))
    thread.join()
    assert seen == {(size_bytes, 1)}


def test_a_draft_is_no_object_while_it_is_written(store: FolderStore, root: Path) -> None:
    with store._draft() as (file, path):
        file.write(b"half a film")
        file.flush()
        assert path.is_relative_to(root)
        assert list(store.list()) == []
    assert files(root) == []


def test_a_failed_write_leaves_nothing_and_keeps_what_was_there(
    store: FolderStore, root: Path
) -> None:
    def broken() -> None:
        def parts() -> object:
            yield b"half a film"
            raise OSError(28, "No space left on device")

        store._write(KEY, parts())  # type: ignore[arg-type]

    store.put_bytes(KEY, b"a film")
    with pytest.raises(StoreUnavailable, match="No space left"):
        broken()
    assert files(root) == [KEY]
    assert store.read(KEY) == b"a film"


@pytest.mark.kill
def test_what_a_killed_writer_left_is_swept_and_what_a_living_one_writes_is_not(
    store: FolderStore, root: Path
) -> None:
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITE_AND_WAIT, str(root)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "writing\n"
    assert len(files(root)) == 2
    assert list(store.list()) == []
    assert store.sweep() == 0

    writers[0].kill()
    writers[0].wait()
    assert store.sweep() == 1
    assert len(files(root)) == 1

    writers[1].communicate("\n", timeout=30)
    assert writers[1].returncode == 0
    writers[0].communicate()
    assert files(root) == []


def test_sweeping_while_others_write_harms_nobody(store: FolderStore) -> None:
    done = threading.Event()

    def keep_sweeping() -> None:
        while not done.is_set():
            store.sweep()

    thread = threading.Thread(target=keep_sweeping)
    thread.start()
    try:
        for number in range(200):
            store.put_bytes(StoreKey(f"n/{number}"), b"x" * 100)
    finally:
        done.set()
        thread.join()
    assert len(list(store.list("n"))) == 200


def test_a_link_that_leads_out_is_refused(store: FolderStore, root: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_bytes(b"secret")
    (root / "link.txt").symlink_to(secret)
    (root / "folder").symlink_to(tmp_path)
    for key in (StoreKey("link.txt"), StoreKey("folder/secret.txt")):
        for ask in (store.read, store.stream, store.stat, store.local_path, store.delete):
            with pytest.raises(BadKey, match="leads out"):
                ask(key)
        with pytest.raises(BadKey, match="leads out"):
            store.put_bytes(key, b"overwritten")
        with pytest.raises(BadKey, match="leads out"):
            store.move(key, KEY)
    assert list(store.list()) == []
    assert secret.read_bytes() == b"secret"


def test_what_lies_there_and_is_no_object_is_told_of_once(
    store: FolderStore, root: Path, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("s")
    (root / "link.mp4").symlink_to(tmp_path / "secret")
    (root / "folder").symlink_to(tmp_path)
    (root / "back\\slash.mp4").write_text("x")
    with capture_logs() as said:
        assert [*store.list(), *store.list()] == []
    assert sorted((Path(one["path"]).name, one["problem"]) for one in said) == [
        ("back\\slash.mp4", "climbs"),
        ("folder", "a link to a folder"),
        ("link.mp4", "a link leads out"),
    ]


def test_a_link_that_stays_inside_is_followed(store: FolderStore, root: Path) -> None:
    store.put_bytes(KEY, b"a film")
    (root / "latest.mp4").symlink_to(root / KEY)
    assert store.read(StoreKey("latest.mp4")) == b"a film"


def test_a_link_of_ours_is_relative_so_that_the_folder_may_be_moved(
    store: FolderStore, root: Path, tmp_path: Path
) -> None:
    store.put_bytes(KEY, b"a film")
    store.link(StoreKey("tasks/1/film.mp4"), KEY)
    assert (root / "tasks/1/film.mp4").readlink() == Path("../..") / KEY
    root.rename(tmp_path / "elsewhere")
    assert (tmp_path / "elsewhere/tasks/1/film.mp4").read_bytes() == b"a film"


def test_a_link_whose_object_is_gone_can_be_deleted(store: FolderStore, root: Path) -> None:
    store.put_bytes(KEY, b"a film")
    store.link(StoreKey("tasks/1/film.mp4"), KEY)
    store.delete(KEY)
    assert not store.exists(StoreKey("tasks/1/film.mp4"))
    store.delete(StoreKey("tasks/1/film.mp4"))
    assert not (root / "tasks").exists()


def test_a_link_that_never_got_its_name_is_swept_when_it_is_old(
    store: FolderStore, root: Path
) -> None:
    left = root / ".partial/0a"
    left.symlink_to("nowhere")
    assert store.sweep() == 0
    os.utime(left, (0, 0), follow_symlinks=False)
    assert store.sweep() == 1
    assert files(root) == []


def test_the_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "store").symlink_to(tmp_path / "disk")
    store = FolderStore(tmp_path / "store")
    store.put_bytes(KEY, b"a film")
    assert store.read(KEY) == b"a film"
    assert (tmp_path / "disk" / KEY).exists()


def test_an_object_does_not_lie_under_an_object(store: FolderStore) -> None:
    store.put_bytes(KEY, b"a film")
    with pytest.raises(BadKey, match="lies under an object"):
        store.put_bytes(StoreKey(f"{KEY}/poster.jpg"), b"")
    with pytest.raises(BadKey, match="is a folder"):
        store.put_bytes(StoreKey("replays"), b"")
    assert not store.exists(StoreKey(f"{KEY}/poster.jpg"))


def test_a_stream_reads_on_in_the_file_that_it_opened(store: FolderStore) -> None:
    store.put_bytes(KEY, b"1" * 3_000_000)
    parts = store.stream(KEY)
    first = next(parts)
    store.put_bytes(KEY, b"2")
    assert set(first + b"".join(parts)) == {ord("1")}


@pytest.mark.parametrize("place", ["file", "file/below"])
def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreUnavailable):
        FolderStore(tmp_path / place)


def test_the_drafts_folder_may_be_taken_away(store: FolderStore, root: Path) -> None:
    (root / ".partial").rmdir()
    store.put_bytes(KEY, b"a film")
    assert store.read(KEY) == b"a film"
    (root / ".partial").rmdir()
    assert store.sweep() == 0
    store.check()


def test_what_is_deleted_is_missing(store: FolderStore) -> None:
    store.put_bytes(KEY, b"a film")
    store.delete(KEY)
    with pytest.raises(MissingObject):
        store.local_path(KEY)


def test_folders_go_with_their_last_object(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    store.put_bytes(StoreKey("drafts/a/video.mp4"), b"x")
    store.put_bytes(StoreKey("kept/b.mp4"), b"x")
    store.move(StoreKey("drafts/a/video.mp4"), StoreKey("kept/a.mp4"))
    store.delete(StoreKey("kept/b.mp4"))
    folders = {path.name for path in tmp_path.iterdir() if not path.name.startswith(".")}
    assert folders == {"kept"}


class Pruned(FolderStore):
    """A folder whose neighbours remove each empty folder, some times, before anything is put in."""

    prunings = 0

    def _made_room(self, key: StoreKey) -> Path:
        final = super()._made_room(key)
        if self.prunings:
            self.prunings -= 1
            final.parent.rmdir()
        return final


@pytest.mark.parametrize("prunings", [1, 3])
def test_a_folder_that_a_neighbour_prunes_is_made_again(tmp_path: Path, prunings: int) -> None:
    store = Pruned(tmp_path / "store")
    given = tmp_path / "given.mp4"
    given.write_bytes(b"another film")
    store.prunings = prunings
    store.put_bytes(StoreKey("busy/put.mp4"), b"a film")
    store.delete(StoreKey("busy/put.mp4"))
    store.prunings = prunings
    store.take(StoreKey("busy/taken.mp4"), given)
    store.prunings = prunings
    store.move(StoreKey("busy/taken.mp4"), StoreKey("kept/moved.mp4"))
    assert store.prunings == 0
    assert [(each.key, store.read(each.key)) for each in store.list()] == [
        ("kept/moved.mp4", b"another film")
    ]


def test_objects_come_and_go_in_one_folder_without_a_loss(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)

    def come_and_go(name: str) -> None:
        for _ in range(50):
            store.put_bytes(StoreKey(f"busy/{name}"), b"x")
            store.delete(StoreKey(f"busy/{name}"))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(come_and_go, "abcd"))
    assert list(store.list()) == []


def test_a_folder_to_read_from_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "a.tar").write_bytes(b"content")
    tmp_path.chmod(0o500)
    try:
        source = open_source(tmp_path.as_uri())
        assert source.read(StoreKey("a.tar")) == b"content"
        assert [one.key for one in source.list()] == ["a.tar"]
    finally:
        tmp_path.chmod(0o700)
    assert [path.name for path in tmp_path.iterdir()] == ["a.tar"]


def test_a_folder_to_read_from_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingFolder, match="nowhere"):
        open_source((tmp_path / "nowhere").as_uri())
    assert not (tmp_path / "nowhere").exists()
