"""Operators drop files; narrated videos appear, once each, whatever dies meanwhile."""

import hashlib
import json
import random
import re
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import pytest
from tests.acceptance.reelmill_process import Installation, kill_group
from tests.pipelines.stories.studio import CLIPS, clip, music, voice

from reelmill.media.ffmpeg import Ffmpeg
from reelmill.media.probe import probe
from reelmill.storage.objects import open_store
from reelmill.storage.store import Store
from reelmill.units import StoreKey

#: Seconds until everything must be done, on a machine that does much else.
LIMIT_S = 400.0

#: Small, so that a test of many stories takes seconds.
SMALL = {"resolution": "160x90", "frame_rate": 10, "settle_s": 0.5, "free_disk_gb": 0}


def installation(home: Path, chosen: dict[str, object], **settings: str) -> Installation:
    sections = json.dumps({"stories": chosen})
    return Installation(home, REELMILL_PIPELINES=sections, REELMILL_ENCODER="libx264", **settings)


@contextmanager
def working(*nodes: Installation) -> Iterator[None]:
    processes = [node.start("work", "--queue", "stories", "--children", "1") for node in nodes]
    try:
        yield
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            process.wait(timeout=LIMIT_S)


def drop(store: Store, path: str, data: bytes) -> None:
    store.put_bytes(StoreKey(f"stories/raw/{path}"), data)


def until(happened: Callable[[], object], what: str, *nodes: Installation) -> None:
    give_up_s = time.monotonic() + LIMIT_S
    while not happened():
        assert time.monotonic() < give_up_s, what + "\n" + "\n".join(node.log() for node in nodes)
        time.sleep(0.2)


def paths(store: Store, folder: str) -> list[str]:
    return sorted(stat.key.removeprefix("stories/") for stat in store.list(f"stories/{folder}"))


def videos(store: Store) -> dict[str, str]:
    """Checksum of every finished video, by its task."""
    found = [path for path in paths(store, "output") if path.endswith("final.mp4")]
    return {
        path.split("/")[1]: hashlib.sha256(store.read(StoreKey(f"stories/{path}"))).hexdigest()
        for path in found
    }


def test_files_dropped_into_a_folder_become_a_narrated_4k_video(tmp_path: Path) -> None:
    """The flow of section 11 of the specification, unattended."""
    node = installation(tmp_path / "home", {"settle_s": 0.5, "free_disk_gb": 0})
    store = open_store((tmp_path / "home" / "store").as_uri())
    with working(node):
        drop(store, "story/fantasy/dragon_flight/voice/chapter_0001.mp3", voice(1.5))
        drop(store, "music/fantasy/calm one.mp3", music())
        for colour in ("red", "blue"):
            drop(store, f"video/fantasy/{colour}.mp4", clip(colour))
        until(lambda: videos(store), "a video", node)
        until(lambda: not paths(store, "processing"), "the task is at rest", node)
    (task_id,) = videos(store)
    final = store.local_path(StoreKey(f"stories/output/{task_id}/final.mp4"))
    assert final is not None
    found = probe(final)
    (picture,) = found.video
    (sound,) = found.audio
    assert (picture.size, picture.codec, sound.codec) == ((3840, 2160), "h264", "aac")
    frames = round(heard_s(voice(1.5), tmp_path) * 30)
    assert decoded_frames(final) == frames
    loudness_lufs, peak_dbtp = loudness(final)
    assert loudness_lufs == pytest.approx(-16, abs=0.5)
    assert peak_dbtp <= -1.5
    assert paths(store, "tasks") == []
    told = json.loads(store.read(StoreKey(f"stories/output/{task_id}/metadata.json")))
    assert (told["story_name"], told["frames"]) == ("dragon_flight", frames)


def heard_s(sound: bytes, folder: Path) -> float:
    """Seconds of sound, counted from decoded samples."""
    (folder / "voice.mp3").write_bytes(sound)
    with av.open(str(folder / "voice.mp3")) as file:
        heard = [(frame.samples, frame.sample_rate) for frame in file.decode(audio=0)]
    return sum(samples for samples, _ in heard) / heard[0][1]


def loudness(path: Path) -> tuple[float, float]:
    """Integrated loudness and true peak, as ffmpeg measures them."""
    measure = ["-i", str(path), "-map", "0:a", "-af", "ebur128=peak=true", "-f", "null", "-"]
    command = [str(Ffmpeg().path), "-hide_banner", "-nostats", *measure]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    summary = said.rpartition("Summary:")[2]
    return tuple(float(re.search(rf"{name}:\s+(-?[0-9.]+)", summary)[1]) for name in ("I", "Peak"))


def decoded_frames(path: Path) -> int:
    """Frames that a strict decoder gives, and that are 1/30 of a second apart."""
    with av.open(str(path)) as file:
        stream = file.streams.video[0]
        stream.codec_context.options = {"err_detect": "explode"}
        times = [frame.time for frame in file.decode(stream)]
    assert times == pytest.approx([number / 30 for number in range(len(times))], abs=1e-4)
    return len(times)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("work", "--queue", "stories", "--children", "1"), id="a node"),
        pytest.param(("stories", "watch", "--work"), id="a watcher that renders"),
    ],
)
def test_sigterm_ends_in_good_order_and_the_next_start_goes_on(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    node = installation(tmp_path / "home", SMALL)
    store, stories = open_store((tmp_path / "home" / "store").as_uri()), 4
    fill(store, stories)
    process = node.start(*words)
    until(lambda: paths(store, "processing"), "a task at work", node)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=LIMIT_S) == 0, node.log()
    assert not node.processes(), "nothing outlives its node"
    for task_id in videos(store):
        assert len(paths(store, f"output/{task_id}")) == 3, "video, poster, metadata"
        assert paths(store, f"processing/{task_id}") == []
    assert paths(store, "trash") == []
    with working(node):
        until(lambda: len(videos(store)) == stories, "the rest", node)
        until(lambda: not paths(store, "processing") + paths(store, "tasks"), "at rest", node)


@pytest.mark.parametrize(
    "stories",
    [pytest.param(4, id="a few"), pytest.param(20, id="twenty", marks=pytest.mark.campaign)],
)
def test_of_two_nodes_one_dies_again_and_again_and_every_story_is_made_once(
    tmp_path: Path, postgres_url: str, s3_url: str, stories: int
) -> None:
    shared = {"REELMILL_DATABASE_URL": postgres_url, "REELMILL_STORE_URL": s3_url}
    steady, fragile = (
        installation(tmp_path / name, SMALL, **shared) for name in ("steady", "fragile")
    )
    store, chance = open_store(s3_url), random.Random(stories)
    fill(store, stories)
    with working(steady):
        while len(videos(store)) < stories:
            process = fragile.start("work", "--queue", "stories", "--children", "1")
            until_s = time.monotonic() + chance.uniform(3, 9)
            while time.monotonic() < until_s and len(videos(store)) < stories:
                time.sleep(0.2)
            kill_group(process)
        until(lambda: not paths(store, "processing") + paths(store, "tasks"), "all at rest", steady)
    made = videos(store)
    assert len(made) == stories
    assert paths(store, "trash") == []
    places = Counter(path.split("/")[1] for path in paths(store, "output"))
    assert set(places.values()) == {3}, "video, poster, metadata"
    assert not fragile.processes(), "nothing outlives its node"
    assert made == made_by_one_node(tmp_path / "alone", stories)


def made_by_one_node(home: Path, stories: int) -> dict[str, str]:
    alone = installation(home, SMALL)
    store = open_store((home / "store").as_uri())
    fill(store, stories)
    with working(alone):
        until(lambda: len(videos(store)) == stories, "all made by one node", alone)
    return videos(store)


def fill(store: Store, stories: int) -> None:
    for colour in CLIPS:
        drop(store, f"video/sea/{colour}.mp4", clip(colour))
    drop(store, "music/sea/m.mp3", music())
    for number in range(stories):
        spoken = voice(2.0 + number / 10, 150 + number)
        drop(store, f"story/sea/tale {number}/voice/chapter_0001.mp3", spoken)
