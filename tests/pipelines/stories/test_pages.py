"""The pages of the stories as operators use them, in a real Chromium; and what they read."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from tests.browsing import OpenPage
from tests.pipelines.stories.studio import CLIPS, PATIENCE_S, clip, music, open_studio, put, voice
from tests.web.reels import Served, serving

from reelmill.catalog.job import JobState
from reelmill.pipelines.stories.intake.take import scan
from reelmill.pipelines.stories.tables.tasks import job_id_of

pytestmark = [pytest.mark.chromium, pytest.mark.ffmpeg]

LOOK = (Path(__file__).parents[2] / "web" / "look.js").read_text()

#: Files that are dropped: clips, music, two voices, and one that is no video.
DROPPED = len(CLIPS) + 4

SMALL = {"resolution": "160x90", "frame_rate": 10, "settle_s": 0.1}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A project with a finished chapter, a voice that waits, and a file in the trash."""
    home = tmp_path_factory.mktemp("studio")
    with open_studio(home, chosen=SMALL) as app, app.node(["stories"]), serving(app) as served:
        for colour in CLIPS:
            put(app, f"raw/video/sea/{colour}.mp4", clip(colour))
        put(app, "raw/music/sea/m.mp3", music())
        put(app, "raw/story/sea/voyage/voice/chapter_0001.mp3", voice(1.0))
        put(app, "raw/story/hills/walk/voice/chapter_0001.mp3", voice(1.2))
        put(app, "raw/video/sea/torn <b>.mp4", b"no video at all")
        (task,) = _scanned(served)
        (job,) = app.jobs.wait([job_id_of(task)], timeout_s=PATIENCE_S).values()
        assert job.state is JobState.COMPLETED, job.error_message
        yield served


def _scanned(site: Served) -> list[str]:
    """Scan until everything was taken in or thrown away; ids of the tasks."""
    app, give_up_s = site.app, time.monotonic() + PATIENCE_S
    while len(_told(site, "library")["assets"]) + len(_told(site, "trash")) < DROPPED:
        assert time.monotonic() < give_up_s
        scan(app.services, lambda spec, owner: app.jobs.submit("stories", spec, owner=owner))
    return [task["task_id"] for task in _told(site, "tasks")["tasks"]]


def _told(site: Served, what: str) -> Any:
    return site.http.get(f"/v1/stories/{what}").json()


def test_the_api_tells_of_library_tasks_trash_and_nodes(site: Served) -> None:
    library = site.http.get("/v1/stories/library").json()["assets"]
    assert {(one["kind"], one["category"]) for one in library} == {
        ("video", "sea"),
        ("music", "sea"),
        ("voice", "sea"),
        ("voice", "hills"),
    }
    for one in library:
        picture = site.http.get(one["picture_url"])
        kind = "image/svg+xml" if one["kind"] in {"voice", "music"} else "image/jpeg"
        assert (picture.status_code, picture.headers["content-type"]) == (200, kind)
    told = site.http.get("/v1/stories/tasks").json()
    assert [(one["story_name"], one["state"]) for one in told["tasks"]] == [("voyage", "completed")]
    assert [one["code"] for one in told["held"]] == ["no_clips"]
    stats = site.http.get("/v1/stories/stats").json()
    assert stats["nodes"][0]["node"] == "all"
    assert stats["nodes"][0]["tasks"] == 1
    assert 0 < stats["nodes"][0]["render_utilization"] <= 100
    assert 'reelmill_stories_render_utilization{node="all"}' in site.http.get("/metrics").text


def test_a_long_library_is_told_in_pages(site: Served) -> None:
    seen, cursor = [], ""
    while True:
        page = site.http.get("/v1/stories/library", params={"limit": 2, "cursor": cursor}).json()
        seen += [one["asset_id"] for one in page["assets"]]
        if not (cursor := page["next"]):
            break
    assert len(seen) == len(set(seen)) == len(CLIPS) + 3


def test_a_kind_that_there_is_not_is_refused(site: Served) -> None:
    ask = {kind: site.http.get("/stories/library", params={"kind": kind}) for kind in ("", "x")}
    assert {kind: answer.status_code for kind, answer in ask.items()} == {"": 200, "x": 422}


def test_an_asset_that_is_not_there_has_no_picture(site: Served) -> None:
    assert site.http.get("/v1/stories/library/nothing/picture").status_code == 404


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_can_be_read_by_everybody(browse: OpenPage, scheme: str) -> None:
    for path in ("", "/library", "/trash", "/nodes"):
        page = browse(f"/stories{path}", color_scheme=scheme)
        assert page.evaluate(LOOK) == [], path
    page = browse("/stories", width=360, height=640)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_chapters_and_library_show_what_there_is(browse: OpenPage) -> None:
    page = browse("/stories")
    expect(page.get_by_role("link", name="voyage, chapter 1")).to_be_visible()
    expect(page.get_by_text("There is no clip of this category yet.")).to_be_visible()
    page.get_by_role("link", name="Library").click()
    expect(page.locator(".asset")).to_have_count(len(CLIPS) + 3)
    page.get_by_label("Kind").select_option("music")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".asset")).to_have_count(1)


def test_what_is_in_the_trash_comes_back_by_a_button(browse: OpenPage, site: Served) -> None:
    page = browse("/stories/trash")
    expect(page.get_by_text("raw/video/sea/torn <b>.mp4")).to_be_visible()
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_text("The trash is empty")).to_be_visible()
    key = "stories/raw/video/sea/torn <b>.mp4"
    assert site.app.services.store.exists(key) or site.http.get("/v1/stories/trash").json()
