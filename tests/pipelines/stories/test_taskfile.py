"""The files of a task's folder: what they say, and that ffmpeg can read them."""

import json
from pathlib import Path

import av
import pytest
from tests.pipelines.stories.studio import clip

from reelmill.media.ffmpeg import Ffmpeg
from reelmill.pipelines.stories.spec import Piece, Render, Sound, Source, StorySpec
from reelmill.pipelines.stories.taskfile import links_of, metadata_of, video_list_of
from reelmill.units import StoreKey

#: Section 5 of the specification.
SPECIFIED = {
    "task_id": "uuid-1234",
    "category": "fantasy",
    "story_name": "dragon_flight",
    "voice_file": "voice.mp3",
    "voice_duration": 125.7,
    "music_file": "music.mp3",
    "video_files": ["12.4_part1.mp4", "3.0_part2.mp4"],
}

RENDER = {"resolution": "3840x2160", "frame_rate": 30, "logo": "logo.png", "output_format": "mp4"}


def source(key: str, **more: int) -> dict[str, object]:
    return {"key": StoreKey(key), "sha256": "00", **more}


def spec(**changed: object) -> StorySpec:
    heard = {"duration_s": 125.7, "loudness_lufs": -20.0}
    folder = "p/scanned/video/fantasy/mp4_w3840_h2160"
    return StorySpec(
        **{
            "task_id": "uuid-1234",
            "category": "fantasy",
            "story_name": "dragon_flight",
            "chapter": 3,
            "voice": Sound(**source("p/scanned/v.mp3"), **heard),
            "music": Sound(**source("p/scanned/m.mp3"), **heard),
            "pieces": (
                Piece(**source(f"{folder}/12.4_part1.mp4", frames=372, shown_frames=372)),
                Piece(**source(f"{folder}/3.0_part2.mp4", frames=90, shown_frames=45)),
            ),
            "logo": Source(**source("p/logo.png")),
            "text_keys": (StoreKey("p/scanned/chunk_0001.txt"),),
            "seed": 7,
            "render": Render(logo="logo.png"),
            **changed,
        }
    )


def test_metadata_has_all_fields_of_the_specification_and_what_else_decides() -> None:
    told = json.loads(metadata_of(spec()))
    assert {name: told[name] for name in SPECIFIED} == SPECIFIED
    assert {name: told["render"][name] for name in RENDER} == RENDER
    assert (told["chapter"], told["seed"], told["frames"]) == (3, 7, 417)
    assert told["voice_key"] == "p/scanned/v.mp3"
    assert told["music_key"] == "p/scanned/m.mp3"
    assert told["logo_key"] == "p/logo.png"
    assert told["text_keys"] == ["p/scanned/chunk_0001.txt"]
    assert [key.rpartition("/")[2] for key in told["video_keys"]] == SPECIFIED["video_files"]


def test_a_task_without_music_says_so() -> None:
    silent = spec(music=None)
    told = json.loads(metadata_of(silent))
    assert (told["music_file"], told["music_key"]) == (None, None)
    assert list(links_of(silent)) == ["voice.mp3"]


def test_names_are_written_as_they_are() -> None:
    assert "Дракон 🐉".encode() in metadata_of(spec(story_name="Дракон 🐉"))


@pytest.mark.ffmpeg
@pytest.mark.parametrize("name", ["plain.mp4", 'it\'s "a" \\ #1 $x 100%.mp4', "ünï 日本.mp4"])
def test_ffmpeg_reads_the_list_and_shows_what_it_says(tmp_path: Path, name: str) -> None:
    """The clip is 2.0 s at 12 frames a second; shown whole, and then one second of it."""
    (tmp_path / "scanned").mkdir()
    (tmp_path / "scanned" / name).write_bytes(clip("green"))
    folder = tmp_path / "tasks" / "t1"
    folder.mkdir(parents=True)
    whole, cut = (Piece(**source(f"p/{name}", frames=24, shown_frames=shown)) for shown in (24, 12))
    listed = spec(pieces=(whole, cut), render=Render(frame_rate=12))
    paths = {StoreKey(f"p/{name}"): f"scanned/{name}"}
    (folder / "video_list.txt").write_bytes(video_list_of(listed, paths))
    made = tmp_path / "made.mp4"
    read = ["-f", "concat", "-safe", "0", "-i", str(folder / "video_list.txt")]
    Ffmpeg().run([*read, "-c:v", "libx264", "-preset", "ultrafast", str(made)], timeout_s=120)
    with av.open(str(made)) as file:
        assert sum(1 for _ in file.decode(video=0)) == listed.frames == 36
