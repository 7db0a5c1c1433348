"""What is dropped into `raw/` is taken in whole, once, or lies in the trash with the reason."""

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.pipelines.stories.stage import Desk, clock_of, stage

from reelmill.children import Children
from reelmill.pipelines.stories.intake import claim, take
from reelmill.pipelines.stories.intake.take import Scanned, scan
from reelmill.pipelines.stories.keys import Kind
from reelmill.pipelines.stories.records import Asset, AssetState
from reelmill.pipelines.stories.spec import Part
from reelmill.pipelines.stories.tables import assets
from reelmill.services import Services
from reelmill.storage.folder import FolderStore
from reelmill.storage.store import Store, StoreDenies
from reelmill.units import StoreKey

Drop = Callable[..., Path]


@pytest.fixture
def here(tmp_path: Path, children: Children) -> Iterator[Services]:
    with stage(tmp_path / "home") as opened:
        yield replace(opened, children=children)


@pytest.fixture
def root(here: Services) -> Path:
    """The project's folder."""
    here.store.put_bytes(StoreKey("stories/raw/.keep"), b"")
    path = here.store.local_path(StoreKey("stories/raw/.keep"))
    assert path is not None
    return path.parent.parent


@pytest.fixture
def drop(root: Path, drawn: Path) -> Drop:
    """Drops a drawn file, finished a minute ago, as one that was renamed into place is."""

    def put(name: str, path: str, *, ago_s: float = 60.0) -> Path:
        to = root / path
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(drawn / name, to)
        at_s = time.time() - ago_s
        os.utime(to, (at_s, at_s))
        return to

    return put


def scanned(here: Services) -> Scanned:
    return scan(here, Desk(here))


def all_assets(here: Services) -> list[Asset]:
    with here.catalog.read() as conn:
        return assets.in_state(conn, *AssetState)


def files(root: Path, folder: str) -> list[str]:
    found = (path for path in (root / folder).rglob("*") if path.is_file())
    return sorted(path.relative_to(root).as_posix() for path in found if path.name != ".keep")


def reason(root: Path, path: str) -> dict[str, str]:
    told: dict[str, str] = json.loads((root / f"trash/invalid/{path}.reason.json").read_text())
    return told


def test_a_scan_makes_nothing_where_there_is_no_project(here: Services) -> None:
    scanned(here)
    assert list(here.store.list()) == []


def test_a_drop_becomes_assets_and_a_task(here: Services, root: Path, drop: Drop) -> None:
    drop("clip.mp4", "raw/video/sea/b54a.mp4")
    drop("other.mp4", "raw/frame/sea/Intro 1.mp4")
    drop("music.mp3", "raw/music/sea/my song, ü.mp3")
    drop("voice.mp3", "raw/story/sea/storm/voice/chapter_0001.mp3")
    desk = Desk(here)
    done = scan(here, desk)
    assert (len(done.taken), done.trashed, done.waiting, len(done.tasks)) == (4, (), (), 1)
    assert files(root, "raw") == []
    by_kind = {asset.kind: asset for asset in all_assets(here)}
    clip, frame = by_kind[Kind.VIDEO], by_kind[Kind.FRAME]
    assert clip.key == "stories/scanned/video/sea/mp4_w160_h90/1.2_b54a.mp4"
    assert (clip.facts.part, frame.facts.part) == (Part.CLIP, Part.INTRO)
    assert frame.key.startswith("stories/scanned/frame/sea/mp4_w160_h90/1.0_")
    song, voice = by_kind[Kind.MUSIC], by_kind[Kind.VOICE]
    assert song.key.startswith("stories/scanned/music/sea/mp3/1.0_")
    assert song.name == "my song, ü"
    assert voice.key == "stories/scanned/story/sea/storm/voice/chapter_0001.mp3"
    assert voice.chapter == 1
    assert {asset.state for asset in by_kind.values()} == {AssetState.READY}
    for asset in by_kind.values():
        assert asset.facts.picture_key is not None
        assert here.store.exists(asset.facts.picture_key)
    assert desk.asked[0].frames == 45
    again = scan(here, desk)
    assert again == Scanned()


def test_an_emptied_folder_stays_for_the_next_drop(root: Path, here: Services, drop: Drop) -> None:
    drop("clip.mp4", "raw/video/sea/a.mp4")
    scanned(here)
    assert (root / "raw/video/sea").is_dir()


def test_what_may_still_grow_waits(here: Services, drop: Drop) -> None:
    drop("clip.mp4", "raw/video/sea/a.mp4", ago_s=0)
    assert scanned(here).waiting == ("raw/video/sea/a.mp4",)
    clock_of(here).move(seconds=6)
    assert len(scanned(here).taken) == 1


def test_what_somebody_has_open_for_writing_waits(here: Services, drop: Drop) -> None:
    path = drop("clip.mp4", "raw/video/sea/a.mp4")
    with path.open("ab"):
        assert scanned(here).waiting == ("raw/video/sea/a.mp4",)
    assert len(scanned(here).taken) == 1


def test_unfinished_names_are_left_alone(here: Services, root: Path, drop: Drop) -> None:
    drop("clip.mp4", "raw/video/sea/a.mp4.part")
    drop("clip.mp4", "raw/video/sea/.a.mp4.Xy12")
    drop("clip.mp4", "raw/video/sea/b.mp4.!qB")
    drop("clip.mp4", "raw/video/sea/Thumbs.db")
    assert scanned(here) == Scanned()
    (root / "raw/video/sea/a.mp4.part").rename(root / "raw/video/sea/a.mp4")
    assert len(scanned(here).taken) == 1


@pytest.mark.parametrize(
    ("name", "path", "code"),
    [
        pytest.param("voice.mp3", "video/sea/a.mp4", "not_readable", id="sound as a clip"),
        pytest.param("clip.mp4", "music/sea/a.mp3", "not_readable", id="a clip as music"),
        pytest.param("clip.mp4", "video/sea/a.mkv", "not_for_us", id="another ending"),
        pytest.param("clip.mp4", "video/a.mp4", "not_for_us", id="no category"),
        pytest.param(
            "short.mp3", "story/sea/x/voice/chapter_0001.mp3", "voice_length", id="too short"
        ),
        pytest.param("silence.mp3", "music/sea/a.mp3", "silent", id="silence"),
    ],
)
def test_into_the_trash_goes(  # noqa: PLR0913 - three are fixtures
    here: Services, root: Path, drop: Drop, name: str, *, path: str, code: str
) -> None:
    dropped = drop(name, f"raw/{path}")
    content = dropped.read_bytes()
    assert scanned(here).trashed == (f"stories/trash/invalid/{path}",)
    assert (root / "trash/invalid" / path).read_bytes() == content
    told = reason(root, path)
    assert (told["raw_path"], told["code"]) == (f"raw/{path}", code)
    assert set(told) == {"raw_path", "code", "message", "at"}
    assert all_assets(here) == []


def test_a_clip_that_breaks_off_goes_into_the_trash(
    here: Services, root: Path, drop: Drop, drawn: Path
) -> None:
    whole = (drawn / "clip.mp4").read_bytes()
    path = drop("clip.mp4", "raw/video/sea/a.mp4")
    for content in (b"", whole[: len(whole) // 2], b"\0" * 5000):
        path.write_bytes(content)
        os.utime(path, (0, 0))
        scanned(here)
    assert files(root, "trash/invalid")[::2] == [
        f"trash/invalid/video/sea/{name}.mp4" for name in ("a.2", "a.3", "a")
    ]
    assert {reason(root, f"video/sea/{name}.mp4")["code"] for name in ("a", "a.2", "a.3")} == {
        "not_readable"
    }


class Sealed(FolderStore):
    """A folder with a file that nobody lets us read."""

    def stream(self, key: StoreKey, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        if key.endswith("sealed.mp4"):
            raise StoreDenies(key=key, problem="Permission denied")
        return super().stream(key, start, length)


def test_a_file_that_may_not_be_read_goes_into_the_trash(
    here: Services, root: Path, drop: Drop
) -> None:
    drop("clip.mp4", "raw/video/sea/sealed.mp4")
    assert len(scanned(replace(here, store=Sealed(root.parent))).trashed) == 1
    assert "Permission denied" in reason(root, "video/sea/sealed.mp4")["message"]


def test_a_disk_that_takes_nothing_makes_files_wait(
    tmp_path: Path, children: Children, drawn: Path
) -> None:
    with stage(tmp_path / "home") as opened:
        here = replace(opened, children=children)
        here.store.put(StoreKey("stories/raw/video/sea/a.mp4"), drawn / "clip.mp4")
        clock_of(here).move(minutes=1)
        full = replace(here, scratch_root=tmp_path / "home/store/stories/raw/video/sea/a.mp4")
        assert scanned(full).waiting == ("raw/video/sea/a.mp4",)
        assert len(scanned(here).taken) == 1


def test_a_file_that_is_too_large_goes_into_the_trash(tmp_path: Path, drawn: Path) -> None:
    with stage(tmp_path / "home", chosen={"max_file_gb": 1e-6}) as here:
        here.store.put(StoreKey("stories/raw/video/sea/a.mp4"), drawn / "clip.mp4")
        clock_of(here).move(minutes=1)
        scanned(here)
        told = here.store.read(StoreKey("stories/trash/invalid/video/sea/a.mp4.reason.json"))
        assert json.loads(told)["code"] == "file_too_large"


def test_the_same_content_is_taken_once_in_a_category(
    here: Services, root: Path, drop: Drop
) -> None:
    drop("clip.mp4", "raw/video/sea/a.mp4")
    drop("clip.mp4", "raw/video/sea/b.mp4")
    drop("clip.mp4", "raw/video/city/b.mp4")
    done = scanned(here)
    assert (len(done.taken), len(done.trashed)) == (2, 1)
    assert reason(root, "video/sea/b.mp4")["code"] == "already_here"


def test_two_clips_of_one_name_lie_beside_each_other(
    here: Services, root: Path, drop: Drop
) -> None:
    drop("clip.mp4", "raw/video/sea/a.mp4")
    scanned(here)
    other = drop("clip.mp4", "raw/video/sea/a.mp4")
    with other.open("ab") as file:
        file.write(b"\0\0\0\x08free")
    os.utime(other, (0, 0))
    assert len(scanned(here).taken) == 1
    assert len(files(root, "scanned/video/sea/mp4_w160_h90")) == 2


def test_a_new_version_of_a_chapter_is_another_task(here: Services, root: Path, drop: Drop) -> None:
    drop("clip.mp4", "raw/video/sea/a.mp4")
    drop("music.mp3", "raw/music/sea/a.mp3")
    desk = Desk(here)
    for name in ("voice.mp3", "voice2.mp3", "voice.mp3"):
        drop(name, "raw/story/sea/storm/voice/chapter_0001.mp3")
        scan(here, desk)
    assert [spec.chapter for spec in desk.asked] == [1, 1]
    found = files(root, "scanned/story/sea/storm/voice")
    assert len(found) == 2
    assert found[0].endswith("voice/chapter_0001.mp3")


def test_voices_without_a_number_are_numbered_in_their_order(here: Services, drop: Drop) -> None:
    drop("voice.mp3", "raw/story/sea/storm/voice/Part 10.mp3")
    drop("voice2.mp3", "raw/story/sea/storm/voice/Part 9.mp3")
    scanned(here)
    found = {asset.name: asset.chapter for asset in all_assets(here)}
    assert found == {"Part 9": 1, "Part 10": 2}


def test_an_asset_that_somebody_took_away_is_missing_until_it_is_back(
    here: Services, root: Path, drop: Drop
) -> None:
    drop("clip.mp4", "raw/video/sea/a.mp4")
    [key] = scanned(here).taken
    path = here.store.local_path(key)
    assert path is not None
    path.rename(root / "elsewhere.mp4")
    scanned(here)
    assert [asset.state for asset in all_assets(here)] == [AssetState.MISSING]
    path.parent.mkdir(parents=True, exist_ok=True)
    (root / "elsewhere.mp4").rename(path)
    scanned(here)
    assert [asset.state for asset in all_assets(here)] == [AssetState.READY]
    path.unlink()
    drop("clip.mp4", "raw/video/sea/again.mp4")
    assert len(scanned(here).taken) == 1
    assert [asset.state for asset in all_assets(here)] == [AssetState.READY]


class Killed(BaseException):
    """Stands for a kill: nothing after it happens."""


@pytest.mark.parametrize(
    ("module", "function"),
    [
        pytest.param(take, "claim", id="before its row"),
        pytest.param(claim, "see_untouched", id="after its row"),
        pytest.param(claim, "_ready", id="after the move"),
    ],
)
def test_a_scan_that_is_killed_is_finished_by_the_next(  # noqa: PLR0913 - four are fixtures
    here: Services,
    root: Path,
    drop: Drop,
    monkeypatch: pytest.MonkeyPatch,
    *,
    module: object,
    function: str,
) -> None:
    def killed(*_args: object, **_kwargs: object) -> None:
        raise Killed

    drop("clip.mp4", "raw/video/sea/a.mp4")
    with monkeypatch.context() as patch:
        patch.setattr(module, function, killed)
        with pytest.raises(Killed):
            scanned(here)
    scanned(here)
    [asset] = all_assets(here)
    assert asset.state is AssetState.READY
    assert files(root, "scanned/video") == ["scanned/video/sea/mp4_w160_h90/1.2_a.mp4"]
    assert files(root, "raw") == []
    assert files(root, "trash") == []


def test_a_file_that_vanishes_after_its_row_is_forgotten(
    here: Services, drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drop("clip.mp4", "raw/video/sea/a.mp4")

    def taken_away(*_args: object) -> None:
        path.unlink()

    with monkeypatch.context() as patch:
        patch.setattr(claim, "keep_folder_of", taken_away)
        assert scanned(here).taken == ()
    assert scanned(here) == Scanned()
    assert all_assets(here) == []


def test_what_is_written_while_it_is_taken_goes_back(
    here: Services, root: Path, drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drop("clip.mp4", "raw/video/sea/a.mp4")
    keep, writers = claim.keep_folder_of, []

    def written(store: Store, key: StoreKey) -> None:
        writers.append(path.open("ab"))
        writers[-1].write(b"more")
        writers[-1].flush()
        keep(store, key)

    with monkeypatch.context() as patch:
        patch.setattr(claim, "keep_folder_of", written)
        assert scanned(here).waiting == ("raw/video/sea/a.mp4",)
    assert files(root, "raw") == ["raw/video/sea/a.mp4"]
    assert all_assets(here) == []
    assert scanned(here).waiting == ("raw/video/sea/a.mp4",)
    writers[0].close()
    os.utime(path, (0, 0))
    assert len(scanned(here).taken) == 1


def test_what_is_written_while_it_is_read_is_not_thrown_away(
    here: Services, root: Path, drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drop("voice.mp3", "raw/video/sea/a.mp4")
    writers = []

    def admitted(*_args: object) -> None:
        writers.append(path.open("ab"))

    with monkeypatch.context() as patch:
        patch.setattr(take, "admit", admitted)
        assert scanned(here).waiting == ("raw/video/sea/a.mp4",)
    writers[0].close()
    assert files(root, "trash") == []


def test_a_project_in_an_object_store_is_laid_out_alike(
    tmp_path: Path, children: Children, drawn: Path, s3_url: str, postgres_url: str
) -> None:
    dropped = {
        "raw/video/sea/b54a.mp4": "clip.mp4",
        "raw/music/sea/tune.mp3": "music.mp3",
        "raw/story/sea/storm/voice/chapter_0001.mp3": "voice.mp3",
        "raw/video/sea/bad.mp4": "voice.mp3",
    }
    urls = {"store_url": s3_url, "database_url": postgres_url}
    with stage(tmp_path / "home", **urls, chosen={"root": ""}) as opened:
        here = replace(opened, children=children)
        for path, name in dropped.items():
            here.store.put(StoreKey(path), drawn / name)
        desk = Desk(here)
        done = scan(here, desk)
        assert (len(done.taken), len(done.trashed), done.waiting) == (3, 1, ())
        [task_id] = done.tasks
        keys = {stat.key for stat in here.store.list() if not stat.key.endswith("/.keep")}
    pictures = {key for key in keys if key.startswith("cache/library/")}
    assert len(pictures) == 3
    assert keys - pictures == {
        "scanned/video/sea/mp4_w160_h90/1.2_b54a.mp4",
        "scanned/music/sea/mp3/1.0_tune.mp3",
        "scanned/story/sea/storm/voice/chapter_0001.mp3",
        "trash/invalid/video/sea/bad.mp4",
        "trash/invalid/video/sea/bad.mp4.reason.json",
        f"tasks/{task_id}/metadata.json",
        f"tasks/{task_id}/video_list.txt",
    }
