"""`reelmill shorts`, as people type it: no server, no database."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.commands import typed

from reelmill.media.probe import measure

pytestmark = pytest.mark.ffmpeg

Draw = Callable[..., Path]
Said = subprocess.CompletedProcess[str]
Run = Callable[..., Said]


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory, draw_shots: Draw) -> Path:
    return draw_shots(tmp_path_factory.mktemp("talk") / "talk.mp4", [1.6, 2.0])


@pytest.fixture
def shorts(tmp_path: Path) -> Run:
    """Runs a command of the group in a fresh folder, to its end."""

    def run(*words: str) -> Said:
        return typed("shorts", *words, cwd=tmp_path)

    return run


def test_scenes_are_told_as_lines_and_as_json(shorts: Run, talk: Path, tmp_path: Path) -> None:
    said = shorts("scenes", str(talk))
    assert said.returncode == 0, said.stderr
    assert said.stdout.splitlines() == [
        "0:00.000\t0:01.600\t1.600",
        "0:01.600\t0:03.600\t2.000",
    ]
    told = json.loads(shorts("scenes", str(talk), "--json").stdout)
    assert told["scenes"] == [
        {"start_s": 0.0, "end_s": 1.6},
        {"start_s": 1.6, "end_s": 3.6},
    ]
    assert (told["width"], told["height"], told["duration_s"]) == (320, 180, 3.6)
    assert list(tmp_path.iterdir()) == []


def test_a_short_is_made_and_nothing_else(shorts: Run, talk: Path, tmp_path: Path) -> None:
    said = shorts(
        *("export", str(talk), "--start", "0:01.6", "--end", "2.6", "--quality", "medium"),
        *("--strategy", "letterbox", "-o", "short.mp4", "--json"),
    )
    assert said.returncode == 0, said.stderr
    told = json.loads(said.stdout)
    assert (told["width"], told["height"], told["frames"]) == (1080, 1920, 25)
    assert told["size_bytes"] == (tmp_path / "short.mp4").stat().st_size
    assert measure(tmp_path / "short.mp4").video[0].frames_from_packets == 25
    assert [path.name for path in tmp_path.iterdir()] == ["short.mp4"]


def test_a_plan_is_made_edited_and_taken(shorts: Run, talk: Path, tmp_path: Path) -> None:
    times = ("--start", "0.2", "--end", "1.0")
    said = shorts("crop-plan", str(talk), *times, "-o", "plan.json")
    assert said.returncode == 0, said.stderr
    plan = json.loads((tmp_path / "plan.json").read_text())
    assert (plan["source_width"], plan["source_height"]) == (320, 180)
    assert plan == json.loads(shorts("crop-plan", str(talk), *times).stdout)
    plan["keyframes"] = [{"at_s": 0, "x": 0}]
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    said = shorts(
        *("export", str(talk), *times, "--strategy", "smart_crop"),
        *("--crop-plan", "plan.json", "-o", "short.mp4", "--json"),
    )
    assert said.returncode == 0, said.stderr
    assert [key["x"] for key in json.loads(said.stdout)["crop_plan"]["keyframes"]] == [0]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param("--start x --end 2", (2, "Give seconds"), id="no time"),
        pytest.param("--start 0", (2, "--end"), id="no end"),
        pytest.param("--start 0 --end 99", (1, "outside"), id="behind the end"),
        pytest.param("--start 2 --end 1", (1, "too short"), id="backwards"),
        pytest.param("--start 0 --end 900", (1, "exceeds"), id="too long"),
        pytest.param("--start 0 --end 1 --strategy zoom", (2, "zoom"), id="no strategy"),
        pytest.param("--start 0 --end 1 --crop-plan a", (2, "smart_crop"), id="a plan for none"),
    ],
)
def test_what_cannot_be_is_one_line(
    words: str, expected: tuple[int, str], shorts: Run, talk: Path, tmp_path: Path
) -> None:
    said = shorts("export", str(talk), *words.split(), "-o", "short.mp4")
    exit_code, says = expected
    assert said.returncode == exit_code
    [line] = said.stderr.splitlines()
    assert says in line
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["scenes", "export", "crop-plan"])
def test_a_file_that_is_no_video_is_one_line(command: str, shorts: Run, tmp_path: Path) -> None:
    (tmp_path / "list.mp4").write_text("#EXTM3U\n/etc/passwd\n")
    words = () if command == "scenes" else ("--start", "0", "--end", "1")
    out = ("-o", "out.mp4") if command == "export" else ()
    for name, says in (("list.mp4", "no format"), ("none.mp4", "no such file")):
        said = shorts(command, name, *words, *out)
        assert said.returncode == 1
        [line] = said.stderr.splitlines()
        assert says in line
    assert [path.name for path in tmp_path.iterdir()] == ["list.mp4"]


def test_another_file_is_not_overwritten(shorts: Run, talk: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("three years of work")
    words = ("export", str(talk), "--start", "0", "--end", "1", "-o", "thesis.txt")
    said = shorts(*words)
    assert said.returncode == 1
    assert "--force" in said.stderr
    assert (tmp_path / "thesis.txt").read_text() == "three years of work"


def test_captions_of_a_file_are_drawn_or_told_to_be_none(
    shorts: Run, talk: Path, tmp_path: Path
) -> None:
    words = ("export", str(talk), "--start", "2", "--end", "3", "-o", "short.mp4")
    (tmp_path / "talk.srt").write_text("1\n00:00:02,200 --> 00:00:02,600\n한국어\n", "utf-8")
    plain = shorts(*words)
    bare_bytes = (tmp_path / "short.mp4").stat().st_size
    drawn = shorts(*words, "--captions", "talk.srt")
    assert (plain.returncode, drawn.returncode) == (0, 0), drawn.stderr
    assert (tmp_path / "short.mp4").stat().st_size != bare_bytes
    (tmp_path / "early.vtt").write_text("WEBVTT\n\n00:01.000 --> 00:01.500\nearly\n")
    (tmp_path / "latin.srt").write_bytes("1\n00:00:02,200 --> 00:00:02,600\nété".encode("latin-1"))
    for name, sentence in (
        ("early.vtt", "No caption is shown in this part of the video"),
        ("latin.srt", "The file cannot be read"),
        ("none.srt", "The file cannot be read"),
        ("short.mp4", "The file cannot be read"),
    ):
        said = shorts(*words, "--captions", name)
        assert (said.returncode, len(said.stderr.splitlines())) == (1, 1), said.stderr
        assert sentence in said.stderr
