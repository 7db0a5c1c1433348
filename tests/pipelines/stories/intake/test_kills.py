"""Scans that are killed, or run beside each other: every file is taken once, none is lost."""

import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from tests.pipelines.stories.stage import Desk, stage

from reelmill.children import Children
from reelmill.pipelines.stories.intake.take import scan
from reelmill.pipelines.stories.records import AssetState
from reelmill.pipelines.stories.tables import assets, tasks
from reelmill.services import Services

#: An atom of MP4 that says nothing, so that clips differ in their content alone.
FREE = b"\0\0\0\x0cfree"

#: Kills of the everyday suite, and of the campaign.
EVERYDAY, CAMPAIGN = 2, 60

#: Scans a project, says that it begins, and may be killed at any time.
SCAN = """
import sys
from pathlib import Path
sys.path[:0] = [sys.argv[2]]
from tests.pipelines.stories.stage import Desk, stage
from reelmill.pipelines.stories.intake.take import scan
with stage(Path(sys.argv[1])) as here:
    print("begun", flush=True)
    scan(here, Desk(here))
"""


def fill(root: Path, drawn: Path, clips: int) -> Counter[str]:
    """Drop clips, music, voices and rubbish; what there is, by checksum."""
    dropped = {
        "raw/music/sea/a.mp3": (drawn / "music.mp3").read_bytes(),
        "raw/story/sea/storm/voice/chapter_0001.mp3": (drawn / "voice.mp3").read_bytes(),
        "raw/story/sea/storm/voice/chapter_0002.mp3": (drawn / "voice2.mp3").read_bytes(),
        "raw/video/sea/rubbish.mp4": b"no film at all",
        "raw/video/sea/readme.txt": b"nothing for us",
    }
    clip = (drawn / "clip.mp4").read_bytes()
    for number in range(clips):
        content = clip + FREE + number.to_bytes(4, "big")
        dropped[f"raw/video/sea/{number}.mp4"] = content
    for path, content in dropped.items():
        to = root / path
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_bytes(content)
        os.utime(to, (0, 0))
    return Counter(sha256(content).hexdigest() for content in dropped.values())


def present(root: Path) -> Counter[str]:
    """What lies in the project, by checksum, without what we wrote ourselves."""
    found = [
        path
        for folder in ("raw", "scanned", "trash")
        for path in (root / folder).rglob("*")
        if path.is_file() and path.name != ".keep" and not path.name.endswith(".reason.json")
    ]
    return Counter(sha256(path.read_bytes()).hexdigest() for path in found)


def see_all_in_order(here: Services, root: Path, dropped: Counter[str], clips: int) -> None:
    assert present(root) == dropped
    assert [path for path in (root / "raw").rglob("*.*") if path.name != ".keep"] == []
    with here.catalog.read() as conn:
        assert len(assets.in_state(conn, AssetState.READY)) == clips + 3
        assert assets.in_state(conn, AssetState.TAKING, AssetState.MISSING) == []
        assert [task.spec.chapter for task in tasks.page(conn, limit=9)][::-1] == [1, 2]
        assert tasks.without_job(conn) == []
    folders = [path.name for path in (root / "tasks").iterdir()]
    assert len(folders) == 2


def killed_often(
    home: Path, drawn: Path, children: Children, *, kills: int, chance: random.Random
) -> None:
    root, clips = home / "store/stories", 4
    dropped = fill(root, drawn, clips)
    for number in range(kills):
        with subprocess.Popen(
            [sys.executable, "-c", SCAN, str(home), str(Path.cwd())], stdout=subprocess.PIPE
        ) as scanning:
            assert scanning.stdout is not None
            assert scanning.stdout.readline() == b"begun\n"
            time.sleep(chance.uniform(0, 2.5))
            scanning.kill()
        assert present(root) == dropped, f"after kill {number}"
    with stage(home) as opened:
        here = replace(opened, children=children)
        scan(here, Desk(here))
        see_all_in_order(here, root, dropped, clips)


@pytest.mark.kill
def test_scans_that_are_killed_lose_nothing_and_take_nothing_twice(
    tmp_path: Path, drawn: Path, children: Children
) -> None:
    killed_often(
        tmp_path / "home", drawn, children, kills=EVERYDAY, chance=random.Random(os.getpid())
    )


@pytest.mark.kill
@pytest.mark.campaign
@pytest.mark.timeout(1800)
def test_scans_that_are_killed_very_often_lose_nothing(
    tmp_path: Path, drawn: Path, children: Children
) -> None:
    chance = random.Random(os.getpid())
    for number in range(CAMPAIGN // 4):
        home = tmp_path / f"home{number}"
        killed_often(home, drawn, children, kills=4, chance=chance)


def test_two_scans_at_once_take_every_file_once(
    tmp_path: Path, drawn: Path, children: Children
) -> None:
    home, clips = tmp_path / "home", 4
    root = home / "store/stories"
    dropped = fill(root, drawn, clips)
    with stage(home) as first, stage(home) as second:
        sites = [replace(opened, children=children) for opened in (first, second)]
        failed: list[BaseException] = []

        def keep_scanning(here: Services) -> None:
            try:
                for _ in range(3):
                    scan(here, Desk(here))
            except BaseException as error:  # noqa: BLE001 - told by the assertion below
                failed.append(error)

        threads = [threading.Thread(target=keep_scanning, args=(site,)) for site in sites]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failed == []
        scan(sites[0], Desk(sites[0]))
        see_all_in_order(sites[0], root, dropped, clips)
