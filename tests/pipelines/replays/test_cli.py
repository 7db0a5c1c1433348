"""`reelmill replays ...` as people type it."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.commands import chosen, typed

from reelmill.cli.main import run
from reelmill.pipelines.replays.samples.games import SAMPLES, write_sample
from reelmill.storage.objects import open_store
from reelmill.units import StoreKey

Run = Callable[..., "subprocess.CompletedProcess[str]"]

QUICK = ("--fps", "10", "--seconds-per-round", "0.1")


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "reelmill", *words]


@pytest.fixture
def reelmill(tmp_path: Path) -> Run:
    """Runs a command in a fresh folder, to its end, inside this process."""

    def to_its_end(
        *words: str, stdin: bytes = b"", **env: str
    ) -> "subprocess.CompletedProcess[str]":
        return typed(*words, cwd=tmp_path, stdin=stdin, **env)

    return to_its_end


def small_game(folder: Path, seed: int) -> Path:
    name, document = write_sample(SAMPLES[4], seed=seed, number=4)
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(document)
    return folder / name


def test_render_makes_a_video_from_a_file(reelmill: Run, tmp_path: Path) -> None:
    game = small_game(tmp_path, 1)
    done = reelmill("replays", "render", game.name, "-o", "out.mp4", "-v", *QUICK)
    assert (done.returncode, done.stdout.count("\n")) == (0, 1)
    assert done.stdout.startswith("out.mp4: 1 rounds, 1280x720, ")
    assert "loading JSON" in done.stderr
    assert "rendering frames" in done.stderr
    assert (tmp_path / "out.mp4").read_bytes()[4:8] == b"ftyp"


def test_render_reads_stdin_and_tells_scripts_in_json(reelmill: Run, tmp_path: Path) -> None:
    game = small_game(tmp_path, 1)
    done = reelmill(
        "replays", "render", "-", "-o", "a.mp4", "--profile", "vertical", "--json", *QUICK,
        stdin=game.read_bytes(),
    )  # fmt: skip
    facts = json.loads(done.stdout)
    assert (facts["width"], facts["height"], facts["output"]) == (1080, 1920, "a.mp4")


@pytest.mark.parametrize(
    ("document", "said"),
    [
        pytest.param(b"", "the file is empty", id="an empty file"),
        pytest.param(b"[]", "not a game", id="a list"),
    ],
)
def test_render_refuses_with_one_line(
    reelmill: Run, tmp_path: Path, document: bytes, said: str
) -> None:
    (tmp_path / "bad.json").write_bytes(document)
    done = reelmill("replays", "render", "bad.json", "-o", "out.mp4")
    assert done.returncode == 1
    assert done.stdout == ""
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["bad.json"]


def test_render_does_not_overwrite_what_is_no_video(reelmill: Run, tmp_path: Path) -> None:
    game = small_game(tmp_path, 1)
    done = reelmill("replays", "render", game.name, "-o", game.name)
    assert done.returncode == 1
    assert "add --force" in done.stderr
    assert json.loads(game.read_bytes())


def test_a_whole_evening_with_a_library(reelmill: Run, tmp_path: Path) -> None:
    folder = tmp_path / "games"
    games = [small_game(folder, seed) for seed in (1, 2)]
    (folder / "snake_game_cut.json").write_bytes(games[0].read_bytes()[:700])
    (folder / "zz_doubled.json").write_bytes(small_game(tmp_path, 3).read_bytes() * 2)
    (folder / "game_index.json").write_text("[]")

    first = reelmill("replays", "backfill", "games", *QUICK)
    assert first.returncode == 1, "a game failed"
    lines = first.stdout.splitlines()
    assert lines[0] == "Found 4 replay files in games"
    assert lines[1] == "passed over  game_index.json: an index or statistics, not a replay"
    assert sum(line.startswith("succeeded") for line in lines) == 3
    assert "repaired: the document was written twice" in first.stdout
    assert "Processed 4 / 4 (1 failed, 3 succeeded)" in lines
    assert any(line.startswith("  failed: snake_game_cut.json: ") for line in lines)
    library = Path(lines[-1].removeprefix("Videos: "))
    assert len(list(library.glob("*.mp4"))) == 3
    assert first.stderr == ""

    again = reelmill("replays", "backfill", "games", "--json", *QUICK)
    assert again.returncode == 1, "a game still has no video"
    told = json.loads(again.stdout)
    assert (told["skipped"], told["left"], told["succeeded"]) == (3, 1, 0)

    status = json.loads(reelmill("replays", "status", "--json").stdout)
    assert status["counts"] == {
        "pending": 0, "in_progress": 0, "completed": 3, "failed": 1, "canceled": 0,
    }  # fmt: skip
    assert [each["code"] for each in status["failed"]] == ["broken_replay"]

    (folder / "snake_game_cut.json").unlink()
    assert reelmill("replays", "backfill", "games", *QUICK).returncode == 0


def test_two_settings_lead_from_bucket_to_bucket_over_postgres(
    reelmill: Run, tmp_path: Path, s3_url: str, postgres_url: str
) -> None:
    game = small_game(tmp_path, 1)
    bucket = open_store(s3_url)
    bucket.put(StoreKey(f"games/{game.name}"), game)
    bucket.put_bytes(StoreKey("games/game_index.json"), b"[]")
    cluster = {"REELMILL_STORE_URL": f"{s3_url}/made", "REELMILL_DATABASE_URL": postgres_url}
    for done in ("0 failed, 1 succeeded", "0 failed, 0 succeeded, 1 skipped"):
        ran = reelmill("replays", "backfill", f"{s3_url}/games", *QUICK, **cluster)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert f"Processed 1 / 1 ({done})" in ran.stdout
        assert f"Videos: {s3_url}/made/replays" in ran.stdout
    assert [stat.key for stat in bucket.list("made/replays/") if stat.key.endswith(".mp4")]


def test_doctor_names_and_repairs(reelmill: Run, tmp_path: Path) -> None:
    game = small_game(tmp_path / "games", 1)
    game.write_bytes(game.read_bytes() * 2)
    (tmp_path / "games" / "other.json").write_text("[]")
    done = reelmill("replays", "doctor", "games")
    assert done.returncode == 1
    assert "other.json: fatal: " in done.stdout
    assert "2 files, 2 with faults, 1 that cannot be shown" in done.stdout

    done = reelmill("replays", "doctor", f"games/{game.name}", "--repair", "--json")
    assert done.returncode == 0
    (file,) = json.loads(done.stdout)["files"]
    assert file["kept_as"].endswith(".json.bak")
    assert json.loads(game.read_bytes())


def test_analyze_writes_a_report(reelmill: Run, tmp_path: Path) -> None:
    game = small_game(tmp_path / "games", 1)
    (tmp_path / "games" / "other.json").write_text("[]")
    done = reelmill("replays", "analyze", "games", "--top", "1")
    assert done.returncode == 0
    assert done.stdout.startswith("## Most expensive\n")
    assert done.stderr == "1 games, 1 files left out\n"
    reelmill("replays", "analyze", "games", "--format", "csv", "-o", "games.csv")
    assert game.name in (tmp_path / "games.csv").read_text()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        pytest.param(["backfill", "nowhere"], 1, "no such folder or file", id="no folder"),
        pytest.param(["backfill", "x", "--mode", "some"], 2, "--mode", id="no such mode"),
        pytest.param(["backfill", "x", "--limit", "0"], 2, "--limit", id="a limit of nothing"),
        pytest.param(["render", "x", "-o", "y", "--profile", "4k"], 2, "--profile", id="profile"),
        pytest.param(["analyze", "x", "--since", "soon"], 2, "--since", id="no day"),
        pytest.param(["doctor", "nowhere"], 1, "no such folder or file", id="doctor"),
    ],
)
def test_a_mistake_is_one_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, words: list[str], code: int, said: str
) -> None:
    before = signal.getsignal(signal.SIGTERM)
    try:
        assert run(["--home", str(tmp_path), "replays", *words]) == code
    finally:
        signal.signal(signal.SIGTERM, before)
    told = capsys.readouterr()
    assert told.out == ""
    assert said in told.err
    assert told.err.count("\n") == 1


@pytest.mark.kill
@pytest.mark.parametrize(
    ("how", "code"),
    [
        pytest.param(signal.SIGINT, 130, id="Ctrl-C"),
        pytest.param(signal.SIGTERM, 143, id="SIGTERM"),
        pytest.param(signal.SIGKILL, -9, id="kill -9"),
    ],
)
def test_a_batch_that_was_stopped_goes_on(
    reelmill: Run, tmp_path: Path, how: signal.Signals, code: int
) -> None:
    for seed in range(8):
        small_game(tmp_path / "games", seed)
    words = command("replays", "backfill", "games")
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path, env=chosen()
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert process.stdout.readline().startswith(b"succeeded")
        process.send_signal(how)
        _, said = process.communicate(timeout=120)
    assert process.returncode == code
    assert said.count(b"\n") == (0 if how is signal.SIGKILL else 1), said

    done = reelmill("replays", "backfill", "games", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert told["succeeded"] + told["skipped"] == 8
    store = tmp_path / "reelmill-data" / "store" / "replays"
    assert len(list(store.glob("*.mp4"))) == 8
    assert not [path for path in store.rglob("*") if path.is_file() and "drafts" in path.parts]


def test_a_batch_does_not_end_with_its_reader(tmp_path: Path) -> None:
    small_game(tmp_path / "games", 1)
    with subprocess.Popen(
        command("replays", "backfill", "games", *QUICK),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env=chosen(),
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait(120) == 0
        assert process.stderr is not None
        assert process.stderr.read() == b""
    assert list((tmp_path / "reelmill-data" / "store" / "replays").glob("*.mp4"))
