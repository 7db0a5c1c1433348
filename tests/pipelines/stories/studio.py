"""A studio: a real app with the stories alone, and small material that ffmpeg draws."""

import hashlib
import subprocess
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from tests.tables import migrated

from reelmill.app import App, open_accounts, open_services
from reelmill.config import Settings
from reelmill.engine.durable import Durable
from reelmill.engine.lifecycle import Jobs
from reelmill.media.ffmpeg import Ffmpeg
from reelmill.pipelines import migrations
from reelmill.pipelines.stories.keys import Layout
from reelmill.pipelines.stories.pipeline import PIPELINE
from reelmill.pipelines.stories.plan import Clip, choose_pieces, frames_of_voice
from reelmill.pipelines.stories.settings import StoriesSettings
from reelmill.pipelines.stories.spec import Render, Sound, StorySpec
from reelmill.storage.store import Store
from reelmill.units import StoreKey

#: Seconds that a small story may take on a machine that does much else.
PATIENCE_S = 180.0

#: Small enough to be encoded in no time.
SMALL = Render(resolution="160x90", frame_rate=10)

LAYOUT = Layout("stories")

#: Clips by what they show, each with its seconds.
CLIPS = {"red": 1.5, "green": 2.0, "blue": 1.2}


def open_studio(
    home: Path,
    *,
    chosen: dict[str, Any] | None = None,
    store: Store | None = None,
    **given: Any,
) -> App:
    """An app as `app.build` makes it; `store` takes the place of the one that is opened."""
    given = {"children": 1, "drain_s": 2, "secret_key": "s" * 32, "encoder": "libx264", **given}
    settings = Settings(home=home, **given)
    catalog = migrated(settings.database, migrations())
    sections = {"stories": StoriesSettings(**{"free_disk_gb": 0, **(chosen or {})})}
    here = open_services(settings, catalog, sections, prepare=[PIPELINE.run.body.__module__])
    if store is not None:
        here = replace(here, store=store)
    pipelines = {"stories": PIPELINE}
    return App(
        settings=settings,
        services=here,
        jobs=Jobs(here, Durable(settings, catalog), pipelines),
        accounts=open_accounts(settings, here),
        pipelines=pipelines,
        broken={},
    )


@cache
def clip(colour: str) -> bytes:
    """MP4 of a colour in which something moves."""
    shown = f"color={colour}:s=192x108:r=12:d={CLIPS[colour]},drawgrid=w=24:h=24:x=t*9"
    return drawn(
        "-f", "lavfi", "-i", shown, "-c:v", "libx264", "-preset", "ultrafast", ending="mp4"
    )


@cache
def voice(seconds: float, pitch_hz: int = 180) -> bytes:
    """MP3 of bursts of a tone, as words are."""
    spoken = f"sine={pitch_hz}:d={seconds}:r=44100,volume='0.6*gt(mod(t,0.8),0.2)':eval=frame"
    return drawn("-f", "lavfi", "-i", spoken, "-b:a", "64k", ending="mp3")


@cache
def music(seconds: float = 1.0) -> bytes:
    """MP3 of a chord."""
    chord = f"aevalsrc='0.2*(sin(880*t)+sin(1320*t)+sin(1760*t))':d={seconds}:s=44100"
    return drawn("-f", "lavfi", "-i", chord, "-b:a", "64k", ending="mp3")


def drawn(*how: str, ending: str) -> bytes:
    command = [str(Ffmpeg().path), "-v", "error", *how, "-bitexact", "-f", ending]
    if ending == "mp4":
        command += ["-movflags", "frag_keyframe+empty_moov"]
    return subprocess.run([*command, "pipe:1"], capture_output=True, check=True).stdout


def put(app: App, path: str, data: bytes) -> tuple[StoreKey, str]:
    """Put a file of the project; its key, and its checksum."""
    key = LAYOUT.key(path)
    app.services.store.put_bytes(key, data)
    return key, hashlib.sha256(data).hexdigest()


def task(app: App, task_id: str, *, voice_s: float = 4.0, **more: Any) -> StorySpec:
    """A task whose files lie in the store."""
    voice_key, voice_sha = put(
        app, f"scanned/story/sea/{task_id}/voice/chapter_0001.mp3", voice(voice_s)
    )
    music_key, music_sha = put(app, "scanned/music/sea/mp3/1.0_m.mp3", music())
    pool = []
    for colour, seconds in CLIPS.items():
        key, sha256 = put(
            app, f"scanned/video/sea/mp4_w192_h108/{seconds}_{colour}.mp4", clip(colour)
        )
        pool.append(Clip(key=key, sha256=sha256, duration_s=seconds))
    render = more.pop("render", SMALL)
    frames = frames_of_voice(voice_s, render.frame_rate)
    return StorySpec(
        task_id=task_id,
        category="sea",
        story_name=task_id,
        voice=Sound(key=voice_key, sha256=voice_sha, duration_s=voice_s, loudness_lufs=-14.0),
        music=Sound(key=music_key, sha256=music_sha, duration_s=1.0, loudness_lufs=-12.0),
        pieces=choose_pieces(pool, frames, 7, render.frame_rate),
        seed=7,
        render=render,
        **more,
    )


def files_of(app: App, task_id: str) -> list[str]:
    """Paths of all files of a task in the project, whatever its place."""
    found = (LAYOUT.path(stat.key) for stat in app.services.store.list("stories"))
    return sorted(path for path in found if f"/{task_id}/" in path and "scanned" not in path)
