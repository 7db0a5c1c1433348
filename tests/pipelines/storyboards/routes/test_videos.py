"""Videos of boards over real HTTP: watched in ranges, counted, exported, kept."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from tests.pipelines.storyboards.routes.site import Site, refused, told
from tests.web.reels import serving, until

from reelmill.media.ffmpeg import Ffmpeg
from reelmill.media.geometry import Size
from reelmill.media.played import play
from reelmill.pipelines.storyboards.providers.simulator.faults import Call, Fault
from reelmill.pipelines.storyboards.render.animation import look_at_gif

PIECE = {"Range": "bytes=10-19"}


@pytest.fixture(scope="module")
def board_id(place: Site) -> str:
    """A board with its video."""
    return place.made()


def test_a_video_that_is_not_made_is_not_ready(place: Site) -> None:
    drafted = place.drafted()
    path = f"/v1/storyboards/{drafted}"
    refused(
        place.http.get(f"{path}/video"), 404, "Video not ready. Current status: storyboard_ready"
    )
    refused(
        place.http.get(f"{path}/export"),
        400,
        "Video not ready for export. Current status: storyboard_ready",
    )


def test_a_video_is_read_whole_and_in_ranges_and_downloads_are_counted(
    place: Site, board_id: str
) -> None:
    path = f"/v1/storyboards/{board_id}/video"
    before = place.get(board_id)["download_count"]
    whole = place.http.get(path)
    assert (whole.status_code, whole.headers["content-type"]) == (200, "video/mp4")
    part = place.http.get(path, headers=PIECE)
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(whole.content)}"
    beginning = place.http.get(path, headers={"Range": "bytes=0-"})
    assert (beginning.status_code, len(beginning.content)) == (206, len(whole.content))
    outside = place.http.get(path, headers={"Range": f"bytes={len(whole.content)}-"})
    assert outside.status_code == 416
    assert place.http.head(path).headers["content-length"] == str(len(whole.content))
    # The whole file and the range from its start; neither the piece nor the headers.
    assert place.get(board_id)["download_count"] == before + 2
    saved = place.http.get(f"{path}?download=1").headers["content-disposition"]
    assert saved == f"attachment; filename*=UTF-8''storyboard-{board_id[:8]}.mp4"


def test_a_video_has_a_still_and_what_is_not_made_has_none(place: Site, board_id: str) -> None:
    still = place.http.get(f"/v1/storyboards/{board_id}/thumbnail")
    assert (still.status_code, still.headers["content-type"]) == (200, "image/jpeg")
    assert Image.open(BytesIO(still.content)).size == (640, 360)
    path = f"/v1/storyboards/{place.drafted()}/thumbnail"
    refused(place.http.get(path), 404, "Video not ready. Current status: storyboard_ready")


def test_the_summary_tells_of_the_video(place: Site, board_id: str) -> None:
    video = told(place.http.get(f"/v1/storyboards/{board_id}/metadata"))["video"]
    assert (video["frames"], video["width"], video["height"]) == (150, 320, 180)
    assert video["duration"] == pytest.approx(5.0, abs=0.02)


@pytest.mark.parametrize(
    ("kind", "content_type"),
    [("mp4", "video/mp4"), ("mov", "video/quicktime"), ("webm", "video/webm")],
)
def test_a_copy_is_made_at_the_first_asking_and_kept(
    place: Site, board_id: str, tmp_path: Path, kind: str, content_type: str
) -> None:
    path = f"/v1/storyboards/{board_id}/export?format={kind}&quality=low"
    first = told(place.http.get(path), 202)
    assert first["links"]["self"] == path
    copy: httpx.Response = until(lambda: _made(place.http.get(path)))
    assert copy.headers["content-type"] == content_type
    name = f"storyboard-{board_id[:8]}-low.{kind}"
    assert copy.headers["content-disposition"].endswith(name)
    file = tmp_path / name
    file.write_bytes(copy.content)
    assert play(file).duration_s == pytest.approx(5.0, abs=0.1)
    key = f"storyboards/boards/{board_id}/exports/1/{kind}_low.{kind}"
    kept = place.app.services.store.stat(key)  # type: ignore[arg-type]
    assert place.http.get(path).status_code == 200
    assert place.app.services.store.stat(key).modified == kept.modified  # type: ignore[arg-type]


def test_several_copies_are_asked_for_at_once_and_each_is_answered(
    place: Site, board_id: str, tmp_path: Path
) -> None:
    path = f"/v1/storyboards/{board_id}/exports"
    wish = {"formats": ["gif", "mov", "gif"], "qualities": ["low"]}
    asked = told(place.http.post(path, json=wish), 202)["exports"]
    assert [one["format"] for one in asked] == ["gif", "mov"]
    until(lambda: _all_ready(place, path, {"gif", "mov"}))
    copy = place.http.get(asked[0]["url"])
    assert (copy.status_code, copy.headers["content-type"]) == (200, "image/gif")
    (tmp_path / "copy.gif").write_bytes(copy.content)
    made = look_at_gif(tmp_path / "copy.gif")
    assert (made.frames, made.duration_cs, made.size) == (50, 500, Size(320, 180))
    again = told(place.http.post(path, json=wish), 202)["exports"]
    assert [one["status"] for one in again] == ["ready", "ready"]
    told(place.http.post(path, json={"formats": []}), 422)


def test_a_gif_of_a_long_video_is_refused_and_stops_no_other_copy(place: Site) -> None:
    board_id = place.made()
    place.set(board_id, film_duration_s=31.0)
    path = f"/v1/storyboards/{board_id}"
    detail = "A GIF has 30 seconds at most: choose another format"
    refused(place.http.get(f"{path}/export?format=gif"), 400, detail)
    wish = {"formats": ["gif", "mov"], "qualities": ["low"]}
    asked = told(place.http.post(f"{path}/exports", json=wish), 202)["exports"]
    assert (asked[0]["status"], asked[0]["problem"]) == ("refused", detail)
    until(lambda: _all_ready(place, f"{path}/exports", {"mov"}))


def _all_ready(place: Site, path: str, kinds: set[str]) -> bool:
    listed = told(place.http.get(path))["exports"]
    return kinds <= {one["format"] for one in listed if one["status"] == "ready"}


def _made(response: httpx.Response) -> httpx.Response | None:
    return response if response.status_code == 200 else None


@pytest.mark.parametrize("wish", ["format=avi", "quality=best"])
def test_a_copy_of_another_kind_is_refused(place: Site, board_id: str, wish: str) -> None:
    told(place.http.get(f"/v1/storyboards/{board_id}/export?{wish}"), 422)


def test_without_ffmpeg_there_are_no_copies(place: Site, board_id: str) -> None:
    app = place.app
    here = replace(app.services, ffmpeg=Ffmpeg(Path("/nowhere/ffmpeg")))
    with serving(replace(app, services=here)) as other:
        problem = told(other.http.get(f"/v1/storyboards/{board_id}/export?quality=high"), 503)
    assert problem["code"] == "no_exporter"
    assert "REELMILL_FFMPEG" in problem["hint"]


def test_a_video_whose_file_is_not_here_is_not_exported(place: Site) -> None:
    board_id = place.made()
    place.set(board_id, film_key="storyboards/elsewhere.mp4")
    refused(
        place.http.get(f"/v1/storyboards/{board_id}/export"),
        400,
        "Video is only available remotely and cannot be exported",
    )


def test_a_changed_board_has_no_video_until_it_is_rendered_again(place: Site) -> None:
    board_id = place.made()
    changed: dict[str, Any] = told(place.put(board_id, "scenes/1", {"title": "By the sea"}))
    assert (changed["status"], changed["video_url"], changed["approved"]) == (
        "storyboard_ready",
        None,
        False,
    )
    assert changed["cost_to_come"] == 0.5
    told(place.post(board_id, "approve"))
    told(place.post(board_id, "render"), 202)
    again = place.ended(board_id)
    assert (again["status"], again["actual_cost"]) == ("completed", 1.01)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault.OTHER_LENGTH, "The video is 2.5 s long, but 5 s were ordered"),
        (Fault.OTHER_SHAPE, "The video is 240x240, but 16:9 was ordered"),
    ],
)
def test_a_video_that_is_not_as_ordered_is_kept_and_says_so(
    place: Site, fault: Fault, words: str
) -> None:
    board_id = place.approved()
    place.plan(Call.WORK, fault)
    told(place.post(board_id, "render"), 202)
    board = place.ended(board_id)
    assert (board["status"], board["warnings"]) == ("completed", [words])
    path = f"/v1/storyboards/{board_id}"
    assert told(place.http.get(f"{path}/metadata"))["video"]["differs"] == [words]
    assert words in told(place.http.get(f"{path}/costs"))["warnings"]
    assert words in place.http.get(f"/storyboards/{board_id}").text
    assert place.http.get(f"{path}/video").status_code == 200
