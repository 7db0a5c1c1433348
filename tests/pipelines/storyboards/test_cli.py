"""`reelmill storyboards`, as people type it: pictures and videos are made here, for nothing."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.commands import typed
from tests.pipelines.storyboards.routes.site import picture

from reelmill.media.frames import planes
from reelmill.media.played import play
from reelmill.media.raster import BLACK_LUMA
from reelmill.pipelines.storyboards.render.animation import look_at_gif

pytestmark = pytest.mark.ffmpeg

Said = subprocess.CompletedProcess[str]
Run = Callable[..., Said]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cli")


@pytest.fixture(scope="module")
def board(folder: Path) -> Run:
    """Runs a command of the group on one home for all tests of this file."""

    def run(*words: str) -> Said:
        return typed("storyboards", *words, cwd=folder, REELMILL_HOME=str(folder / "home"))

    return run


@pytest.fixture(scope="module")
def board_id(board: Run) -> str:
    """A board that was drafted."""
    said = board("draft", "A walk along the sea at dawn", "--duration", "5", "--json")
    assert said.returncode == 0, said.stderr
    told: dict[str, Any] = json.loads(said.stdout)
    assert (told["status"], told["provider"], len(told["storyboard"])) == (
        "storyboard_ready",
        "local",
        3,
    )
    found: str = told["job_id"]
    return found


def told(said: Said) -> dict[str, Any]:
    """What a command with `--json` printed."""
    assert said.returncode == 0, said.stderr
    found: dict[str, Any] = json.loads(said.stdout)
    return found


def test_a_board_is_shown_by_the_beginning_of_its_id(board: Run, board_id: str) -> None:
    lines = board("show", board_id[:8]).stdout.splitlines()
    assert lines[0] == f"{board_id} storyboard_ready"
    assert lines[1].startswith("  1  1.66 s  completed  Opening scene: A walk along the sea")
    assert board("list").stdout.startswith(f"{board_id}\tstoryboard_ready\t3\t0\t")
    assert board("list", "--status", "failed").stdout == ""


def test_a_board_is_edited_approved_rendered_and_exported(
    board: Run, board_id: str, folder: Path
) -> None:
    (folder / "sea.png").write_bytes(picture((640, 360)))
    edited = told(
        board(
            *("edit", board_id, "2", "--duration", "0.5", "--title", "By the sea"),
            *("--transition", "cut", "--picture", "sea.png", "--json"),
        )
    )
    scene = edited["storyboard"][1]["scene"]
    assert (scene["duration"], scene["title"], scene["transition"]) == (0.5, "By the sea", "cut")
    moved = told(board("reorder", board_id, "2", "1", "3", "--json"))
    assert moved["storyboard"][0]["scene"]["title"] == "By the sea"
    told(board("remove", board_id, "3", "--json"))
    looks = told(board("looks", board_id, "--fade-out", "0.33", "--json"))["looks"]
    assert looks == {"fade_in_s": 0.0, "fade_out_s": 0.33, "watermark": None, "resolution": "1080p"}
    Image.new("RGBA", (40, 40), (255, 255, 255, 255)).save(folder / "logo.png")
    mark = ("--watermark", "logo.png", "--opacity", "1")
    told(board("looks", board_id, *mark, "--corner", "top_right", "--json"))
    marked = told(board("looks", board_id, "--width", "0.25", "--json"))["looks"]["watermark"]
    assert (marked["corner"], marked["width_share"], marked["opacity"]) == ("top_right", 0.25, 1)
    shown = board("show", board_id).stdout.splitlines()
    assert "  looks: 0.33 s into black, a watermark at the top right" in shown
    refused = board("render", board_id)
    assert (refused.returncode, refused.stderr) == (
        1,
        "reelmill: Storyboard must be approved before rendering\n",
    )
    assert told(board("approve", board_id, "--json"))["approved"] is True
    made = told(board("render", board_id, "-o", "sea.mp4", "--json"))
    assert (made["status"], made["progress"]["message"]) == (
        "completed",
        "Video rendering complete!",
    )
    # Half a second and 1.66 of them, to the frame; the last third of a second goes into black.
    shades = [
        (float(frame.y.mean()), int(frame.y[200, 1700])) for frame in planes(folder / "sea.mp4")
    ]
    assert len(shades) == 65
    assert shades[-1] == (BLACK_LUMA, BLACK_LUMA)
    assert min(mark for _, mark in shades[:55]) > 225
    exported = told(board("export", board_id, "-o", "sea.webm", "--quality", "low", "--json"))
    assert exported["size_bytes"] == (folder / "sea.webm").stat().st_size
    assert play(folder / "sea.webm").size == (854, 480)
    said = board("export", board_id, *("-o", "a.gif", "-o", "a.mov"), "--quality", "low")
    assert (said.stdout, said.returncode) == ("a.gif\na.mov\n", 0)
    assert look_at_gif(folder / "a.gif").frames == round(65 / 3)
    assert play(folder / "a.mov").frames == 65
    again = board("export", board_id, *("-o", "b.mov", "-o", "a.gif"), "--quality", "low")
    assert (again.returncode, (folder / "b.mov").exists()) == (1, False), "nothing is overwritten"


def test_videos_of_several_boards_are_made_into_one(
    board: Run, board_id: str, folder: Path
) -> None:
    made = told(board("combine", board_id[:8], board_id, "-o", "both.mp4", "--json"))
    assert (made["status"], made["frames"], made["board_ids"]) == ("completed", 130, [board_id] * 2)
    assert play(folder / "both.mp4").frames == 130
    (folder / "notes.mp4").write_text("what is no video is not overwritten")
    said = board("combine", board_id, board_id, "-o", "notes.mp4")
    assert (said.returncode, "add --force" in said.stderr) == (1, True)
    said = board("combine", board_id, board_id, "-o", "notes.mp4", "--force")
    assert (said.stdout, said.returncode) == ("notes.mp4\n", 0)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        pytest.param(("-o", "one.mp4"), "At least 2 videos are required", id="one alone"),
        pytest.param(("nobody", "-o", "one.mp4"), "Job nobody not found", id="no such board"),
        pytest.param(("x", "-o", "one.gif"), "Choose among .mp4, .mov, .webm.", id="a GIF"),
    ],
)
def test_what_cannot_be_combined_is_one_line(
    board: Run, board_id: str, words: tuple[str, ...], text: str
) -> None:
    said = board("combine", board_id, *words)
    assert (said.returncode, text in said.stderr) == (1, True), said.stderr
    assert len(said.stderr.splitlines()) == 1


def test_a_watermark_that_is_not_there_cannot_be_moved(board: Run) -> None:
    other = told(board("draft", "Another walk along the sea", "--duration", "5", "--json"))
    said = board("looks", other["job_id"], "--corner", "top_left")
    assert (said.returncode, "give its picture with --watermark" in said.stderr) == (2, True)
    assert len(said.stderr.splitlines()) == 1
    gone = told(board("looks", other["job_id"], "--no-watermark", "--json"))
    large = board("looks", other["job_id"], "--resolution", "2160p")
    assert "  looks: 1 s into black, 2160p" in large.stdout.splitlines()
    assert "too few pixels for 3840x2160, shown up to 2 times enlarged" in large.stderr
    assert gone["looks"]["watermark"] is None
    said = board("looks", other["job_id"], "--watermark", "nowhere.png")
    assert (said.returncode, "nowhere.png" in said.stderr) == (1, True)


def test_cost_tells_of_boards_and_of_today(board: Run, board_id: str) -> None:
    assert told(board("cost", board_id, "--json"))["actual_cost"] == 0.0
    assert board("cost").stdout.splitlines() == ["user\t0\t100\t150", "day\t0\t100\t150"]
    quote = told(board("estimate", "--duration", "60", "--json"))
    assert (quote["scenes"], quote["estimated_cost"]) == (10, 0.0)


def test_variations_are_drafted_together_in_the_shape_of_their_platform(board: Run) -> None:
    said = board(
        *("draft", "A walk along the sea", "--duration", "5", "--variations", "2"),
        *("--platform", "instagram_feed", "--campaign", "spring", "--json"),
    )
    assert said.returncode == 0, said.stderr
    first, second = json.loads(said.stdout)
    assert [one["status"] for one in (first, second)] == ["storyboard_ready"] * 2
    assert (first["variation_ids"], first["aspect_ratio"]) == (
        [first["job_id"], second["job_id"]],
        "1:1",
    )
    assert first["storyboard"][0]["scene"] != second["storyboard"][0]["scene"]
    listed = board("list", "--campaign", "spring").stdout.splitlines()
    assert {line.partition("\t")[0] for line in listed} == set(first["variation_ids"])


def test_a_film_of_pairs_turns_from_one_picture_into_the_other(board: Run, folder: Path) -> None:
    for name, colour in (("dark", (30, 30, 30)), ("light", (220, 220, 220))):
        Image.new("RGB", (320, 320), colour).save(folder / f"{name}.png")
    words = ("dark.png", "light.png", "--seconds", "5", "--ratio", "1:1", "--json")
    made = told(board("from-image-pairs", *words))
    assert (made["duration"], len(made["storyboard"])) == (5.0, 1)
    told(board("edit", made["job_id"], "1", "--transition", "cut", "--json"))
    told(board("approve", made["job_id"], "--json"))
    told(board("render", made["job_id"], "-o", "pair.mp4", "--json"))
    lumas = [float(frame.y.mean()) for frame in planes(folder / "pair.mp4")]
    assert len(lumas) == 150
    assert lumas[0] == pytest.approx(42, abs=3)
    assert lumas[119] == pytest.approx(205, abs=3)
    assert lumas[60] < lumas[75] < lumas[90]
    shown = board("sub-jobs", made["job_id"]).stdout.splitlines()
    assert [line.split("\t")[1:3] for line in shown] == [
        ["Picture of scene 1", "completed"],
        ["Video", "completed"],
    ]


def test_a_folder_of_photos_is_a_tour_of_a_property(board: Run, folder: Path) -> None:
    photos = folder / "photos"
    photos.mkdir()
    (photos / "notes.txt").write_text("not a photo")
    for number in range(13):
        (photos / f"{number:02}-kitchen.png").write_bytes(picture((64 + number, 36)))
    few = board("from-property-photos", "photos")
    assert (few.returncode, few.stderr) == (
        1,
        "reelmill: At least 14 photos are needed: 13 were given\n",
    )
    (photos / "front.png").write_bytes(picture((80, 45)))
    made = told(board("from-property-photos", "photos", "--prompt", "12 Harbour Street", "--json"))
    assert (made["status"], made["duration"], made["prompt"]) == (
        "storyboard_ready",
        35.0,
        "12 Harbour Street",
    )
    assert made["storyboard"][0]["scene"]["title"] == "Outside"


def test_campaigns_are_set_up_changed_and_listed(board: Run) -> None:
    assert board("campaigns", "autumn", "--hard", "250", "--client", "acme").returncode == 0
    (told_again,) = json.loads(board("campaigns", "autumn", "--soft", "9.5", "--json").stdout)
    assert (told_again["hard_limit"], told_again["soft_limit"]) == (250.0, 9.5)
    assert told_again["client_id"] == "acme"
    assert "autumn\tactive\t0\t9.5\t250" in board("campaigns").stdout.splitlines()


def test_platforms_are_listed(board: Run) -> None:
    lines = board("platforms").stdout.splitlines()
    assert "youtube_shorts\t9:16, 1:1\t180 s\tYouTube Shorts" in lines
    assert len(lines) == 9


def test_what_was_refined_is_listed(board: Run, board_id: str) -> None:
    assert board("refinements", board_id).stdout == ""
    told(board("refine", board_id, "1", "--prompt", "A lighthouse in a storm", "--json"))
    (line,) = board("refinements", board_id).stdout.splitlines()
    assert line.split("\t")[1:] == ["1", "A lighthouse in a storm", "-"]


def test_all_that_is_stuck_is_gone_on_with(board: Run) -> None:
    said = board("retry", "--all-stuck")
    assert (said.returncode, said.stderr) == (0, "no board is stuck\n")


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        pytest.param(("draft", "short"), 2, "at least 10 characters", id="a short prompt"),
        pytest.param(("draft", "x" * 20, "--duration", "4"), 2, "--duration", id="four seconds"),
        pytest.param(
            ("draft", "x" * 20, "--platform", "tiktok", "--ratio", "16:9"),
            1,
            "TikTok shows 9:16, and not 16:9",
            id="a shape that is not shown there",
        ),
        pytest.param(("from-image-pairs", "a.png"), 1, "At least 2 pictures", id="one picture"),
        pytest.param(("retry",), 2, "--all-stuck", id="nothing to try again"),
        pytest.param(("campaigns", "--hard", "5"), 2, "CAMPAIGN", id="a limit of nothing"),
        pytest.param(("campaigns", "a b", "--hard", "5"), 2, "campaign_id", id="no such name"),
        pytest.param(("campaigns", "a", "--hard", "much"), 2, "much", id="no amount"),
        pytest.param(("show", "nobody"), 1, "Job nobody not found", id="no such board"),
        pytest.param(("decide", "x"), 2, "--bought PREDICTION", id="no decision"),
        pytest.param(
            ("decide", "x", "--not-bought"), 1, "Purchase x not found", id="no such purchase"
        ),
        pytest.param(("edit", "x", "1", "--duration", "soon"), 2, "soon", id="no number"),
        pytest.param(("looks", "x", "--fade-out", "4"), 2, "fade_out_s", id="too long a fade"),
        pytest.param(("looks", "x", "--fade-in", "soon"), 2, "soon", id="no seconds"),
        pytest.param(("looks", "x", "--width", "0.6"), 2, "--width", id="too wide a watermark"),
        pytest.param(
            ("looks", "x", "--no-watermark", "--corner", "top_left"),
            2,
            "--no-watermark or how",
            id="a watermark and none",
        ),
        pytest.param(("looks", "x"), 2, "give what is to be otherwise", id="no looks"),
    ],
)
def test_a_mistake_is_one_line_and_an_exit_code(
    board: Run, words: tuple[str, ...], code: int, text: str
) -> None:
    said = board(*words)
    assert said.returncode == code
    assert text in said.stderr
    assert len(said.stderr.splitlines()) == 1


def test_a_name_that_ends_in_no_format_is_refused(board: Run, board_id: str) -> None:
    said = board("export", board_id, "-o", "sea.avi")
    assert (said.returncode, "Choose among .mp4, .mov, .webm, .gif" in said.stderr) == (1, True)
