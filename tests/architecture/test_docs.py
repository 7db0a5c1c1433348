"""The documents tell the truth: links lead somewhere, examples run, reference pages are current."""

import importlib.util
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from tests.commands import WHOLE, parsed

from reelmill.media.ffmpeg import Ffmpeg
from reelmill.pipelines.replays.samples.games import sample_games

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    path for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")) if path.is_file()
)
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")
CONSOLE = re.compile(r"^```console\n(.*?)^```", re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(document: Path) -> None:
    links = LINK.findall(document.read_text())
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_the_reference_is_written_from_the_code() -> None:
    path = ROOT / "docs" / "generate.py"
    module_spec = importlib.util.spec_from_file_location("generate", path)
    assert module_spec is not None
    assert module_spec.loader is not None
    generate = importlib.util.module_from_spec(module_spec)
    module_spec.loader.exec_module(generate)
    stale = [
        name
        for name, text in generate.pages().items()
        if (ROOT / "docs" / "reference" / name).read_text() != text
    ]
    assert stale == [], "run: python docs/generate.py"


def examples_of(document: str) -> list[str]:
    """What a reader would type, line by line."""
    return [
        line.removeprefix("$ ")
        for block in CONSOLE.findall((ROOT / document).read_text())
        for line in block.splitlines()
        if line.startswith("$ ")
    ]


#: Pages with examples, and what is there in the end. In a campaign alone: what the tests of a
#: pipeline do every day in the same order, within one process.
PAGES = [
    pytest.param("README.md", "game.mp4"),
    pytest.param("docs/replays.md", "game.mp4", marks=pytest.mark.campaign),
    pytest.param("docs/shorts.md", "short.mp4"),
    pytest.param("docs/storyboards.md", "lake.mp4", marks=pytest.mark.campaign),
    pytest.param("docs/stories.md", "reelmill-data/store/stories/output/*/final.mp4"),
    pytest.param("docs/captures.md", "overlay.mp4"),
]


@pytest.mark.parametrize("document", [page.values[0] for page in PAGES])
def test_the_examples_of_a_page_can_be_typed(document: str) -> None:
    typed = [shlex.split(line.partition("|")[0]) for line in examples_of(document)]
    commands = [words[1:] for words in typed if words[0] == "reelmill"]
    assert commands
    for words in commands:
        assert parsed(words).command is not WHOLE


@pytest.mark.ffmpeg
@pytest.mark.parametrize(("document", "made"), PAGES)
def test_the_examples_of_a_page_run_one_after_the_other(
    document: str, made: str, tmp_path: Path
) -> None:
    talk = ["-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=6", "-pix_fmt", "yuv420p"]
    Ffmpeg().run([*talk, str(tmp_path / "talk.mp4")], timeout_s=120)
    for name, source in (("voice", "sine=f=180:d=3"), ("music", "sine=f=440:d=1")):
        sound = ["-f", "lavfi", "-i", f"{source}:r=44100,volume=0.5", str(tmp_path / f"{name}.mp3")]
        Ffmpeg().run(sound, timeout_s=120)
    games = sorted(sample_games(1), key=lambda game: len(game[1]))[:3]
    (tmp_path / "games").mkdir()
    for name, data in games:
        (tmp_path / "games" / name).write_bytes(data)
    (tmp_path / "game.json").write_bytes(games[0][1])
    env = {name: value for name, value in os.environ.items() if not name.startswith("REELMILL_")}
    env["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{env['PATH']}"
    env["REELMILL_PIPELINES__STORIES__RESOLUTION"] = "320x180"
    for command in examples_of(document):
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=tmp_path,
            env=env,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, f"{command}: {done.stderr}"
    (found,) = tmp_path.glob(made)
    assert found.stat().st_size > 0


def test_the_two_commands_of_the_readme_are_targets_of_make() -> None:
    targets = re.findall(r"^make (\w+)", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert targets == ["demo", "test"]
    made = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(targets) <= set(made)
