"""Every real replay at hand reads as its manifest says."""

import csv
import statistics
import time
from pathlib import Path

import pytest

from reelmill.pipelines.replays.plan import moments
from reelmill.pipelines.replays.reading.faults import Severity
from reelmill.pipelines.replays.reading.reader import diagnose, read_game, repair
from reelmill.pipelines.replays.spec import NotAReplay

SHARED = Path(__file__).parents[4] / "shared"
CORPUS = SHARED / "replays"
BAD = SHARED / "replays-bad"

needs_corpus = pytest.mark.skipif(
    not (CORPUS / "MANIFEST.tsv").is_file(), reason=f"no real replays at {CORPUS}"
)
needs_bad = pytest.mark.skipif(not BAD.is_dir(), reason=f"no broken replays at {BAD}")


def manifest() -> list[dict[str, str]]:
    with (CORPUS / "MANIFEST.tsv").open(newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


#: How many rounds a variant shows beyond those it counts. Source: corpus facts.
UNCOUNTED = {"L": 1, "L-rotated": 0, "N1": 0, "N2": 0, "N3": 1}

#: The one game whose document ends before its last state.
CUT_SHORT = "f4cda1fd"


@needs_corpus
def test_every_file_reads_as_its_manifest_says() -> None:
    for row in manifest():
        game = read_game((CORPUS / row["path"]).read_bytes(), name=row["path"])
        assert f"{game.width}x{game.height}" == row["board"], row["path"]
        assert len(game.players) == int(row["snakes"]), row["path"]
        assert game.rounds_played == int(row["rounds_played"]), row["path"]
        assert game.max_rounds == int(row["max_rounds"]), row["path"]
        expected = "pre" if game.schema in ("L-rotated", "N2", "N3") else "post"
        assert row["move_alignment"].partition("(")[0] == expected, row["path"]
        assert (game.schema in ("L", "L-rotated")) == (row["schema"] == "legacy"), row["path"]
        uncounted = UNCOUNTED[game.schema] if len(game.players) == 2 else 0
        if CUT_SHORT in row["path"]:
            uncounted = -1
        assert game.rounds == game.rounds_played + uncounted, row["path"]
        assert len(moments(game)) == game.rounds + 1, row["path"]


@needs_corpus
def test_every_crash_cell_fits_the_cause_of_death() -> None:
    seen = set()
    for row in manifest():
        game = read_game((CORPUS / row["path"]).read_bytes())
        for death in game.deaths:
            cell = death.crash_cell
            assert cell is not None, row["path"]
            on_board = 0 <= cell.x < game.width and 0 <= cell.y < game.height
            before = game.states[death.state_index - 1]
            in_body = any(cell in body for body in before.snakes.values())
            seen.add((death.reason, on_board, in_body))
    assert seen == {
        ("wall", False, False),
        ("body_collision", True, True),
        ("head_collision", True, False),
    }


@needs_corpus
def test_the_doctor_calls_no_real_file_broken() -> None:
    codes: dict[str, set[str]] = {}
    for row in manifest():
        for fault in diagnose((CORPUS / row["path"]).read_bytes()):
            assert fault.severity is not Severity.FATAL, row["path"]
            codes.setdefault(fault.code, set()).add(row["path"])
    assert {code: len(files) for code, files in codes.items()} == {
        "move_not_applied": 1,
        "wrong_value": 1,
    }


@needs_corpus
def test_the_middle_file_is_read_within_15_ms() -> None:
    took = []
    for row in manifest()[::10]:
        data = (CORPUS / row["path"]).read_bytes()
        started = time.perf_counter()
        read_game(data)
        took.append(time.perf_counter() - started)
    assert statistics.median(took) < 0.015


@needs_bad
def test_the_doubled_file_is_repaired_and_says_so() -> None:
    (path,) = BAD.glob("snake_game_97c1dad4-*.json")
    data = path.read_bytes()
    game = read_game(data, name=path.name)
    assert game.repairs == ("the document was written twice; the copies agree",)
    assert game.rounds == 116
    assert sorted((p.final_score, p.result.value) for p in game.players) == [
        (26, "won"),
        (29, "lost"),
    ]
    mended = repair(data)
    assert mended is not None
    assert data.startswith(mended)
    assert diagnose(mended) == []


@needs_bad
@pytest.mark.parametrize(
    ("name", "line"),
    [("game_index.json", "a list of 143, not a game"), ("stats_simple.json", "an object with ")],
)
def test_files_that_live_beside_replays_are_refused(name: str, line: str) -> None:
    with pytest.raises(NotAReplay, match=line):
        read_game((BAD / "not-replays" / name).read_bytes(), name=name)
