"""Videos of several boards over real HTTP: refused, made once, watched, deleted."""

from pathlib import Path
from typing import Any

import pytest
from tests.pipelines.storyboards.routes.site import Site, refused, told
from tests.web.reels import until

from reelmill.media.frames import frame_at, poster
from reelmill.media.played import play

PATH = "/v1/storyboards/combine"

pytestmark = pytest.mark.ffmpeg


@pytest.fixture(scope="module")
def two(place: Site) -> list[str]:
    """A wide board and a tall one, each with its video of five seconds."""
    return [place.made(), place.made(aspect_ratio="9:16")]


def _combined(place: Site, board_ids: list[str], **more: Any) -> dict[str, Any]:
    asked = told(place.http.post(PATH, json={"board_ids": board_ids, **more}), 202)
    made: dict[str, Any] = until(lambda: _completed(place, asked["links"]["self"]))
    return made


def _completed(place: Site, own: str) -> dict[str, Any] | None:
    found = told(place.http.get(own))
    assert found["status"] not in {"failed", "canceled"}, found
    return found if found["status"] == "completed" else None


def test_what_cannot_be_combined_is_refused_with_its_reason(place: Site, two: list[str]) -> None:
    one = {"board_ids": two[:1]}
    refused(place.http.post(PATH, json=one), 400, "At least 2 videos are required to combine")
    drafted = place.drafted()
    refused(
        place.http.post(PATH, json={"board_ids": [two[0], drafted]}),
        400,
        f"Job {drafted} has no finished video to combine. Current status: storyboard_ready",
    )
    nobody = "0" * 32
    asked = {"board_ids": [two[0], nobody]}
    refused(place.http.post(PATH, json=asked), 404, f"Job {nobody} not found")
    told(place.http.post(PATH, json={"board_ids": two, "format": "gif"}), 422)


@pytest.mark.parametrize("how", ["cut", "crossfade", "fade"])
def test_all_are_shown_in_the_shape_of_the_first_and_made_once(
    place: Site, two: list[str], tmp_path: Path, how: str
) -> None:
    made = _combined(place, two, transition=how)
    assert (made["frames"], made["width"], made["height"], made["duration"]) == (300, 320, 180, 10)
    video = place.http.get(made["video_url"])
    part = place.http.get(made["video_url"], headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, video.content[10:20])
    (tmp_path / "all.mp4").write_bytes(video.content)
    assert play(tmp_path / "all.mp4").frames == 300
    again = told(place.http.post(PATH, json={"board_ids": two, "transition": how}), 202)
    assert (again["id"], again["status"]) == (made["id"], "completed")
    still = place.http.get(made["thumbnail_url"])
    assert still.headers["content-type"] == "image/jpeg"
    poster(frame_at(tmp_path / "all.mp4", 2.5), tmp_path / "middle of the first.jpg")
    assert still.content == (tmp_path / "middle of the first.jpg").read_bytes()


def test_one_that_was_deleted_is_gone_and_can_be_made_again(place: Site, two: list[str]) -> None:
    made = _combined(place, two[::-1])
    own = made["links"]["self"]
    listed = told(place.http.get("/v1/storyboards/combinations"))["combinations"]
    assert made["id"] in {one["id"] for one in listed}
    assert place.http.delete(own).status_code == 204
    refused(place.http.get(own), 404, f"Combination {made['id']} not found")
    again = _combined(place, two[::-1])
    assert (again["id"], again["size_bytes"]) == (made["id"], made["size_bytes"])
