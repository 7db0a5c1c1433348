"""The pages of the shorts as people use them, in a real Chromium."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.browsing import OpenPage
from tests.pipelines.shorts.theatre import LONG_S, Clock, end_job, export, ready_video
from tests.web.reels import Served

from reelmill.catalog import artifacts, jobs
from reelmill.catalog.artifacts import NewArtifact
from reelmill.catalog.jobs import JobState
from reelmill.engine.words import VideoMade
from reelmill.media.ffmpeg import Ffmpeg
from reelmill.media.probe import probe
from reelmill.pipelines.shorts.keys import export_keys

pytestmark = pytest.mark.chromium

LOOK = (Path(__file__).parents[2] / "web" / "look.js").read_text()

#: What takes a worker, and a page that waits for one, milliseconds.
LONG_MS = LONG_S * 1000

#: Stands for a file that was made.
FILM = b"a film"

#: Ten scenes of a second: as many as may be exported in a day.
TEN = tuple((float(at), float(at + 1)) for at in range(10))


@pytest.fixture(scope="session")
def long_clip(tmp_path_factory: pytest.TempPathFactory, ffmpeg: Ffmpeg) -> Path:
    """A video of 200 seconds and next to no bytes."""
    to = tmp_path_factory.mktemp("clip") / "long.mp4"
    picture = ("-f", "lavfi", "-i", "color=0x808080:s=160x90:r=1:d=201")
    ffmpeg.run([*picture, "-c:v", "libx264", "-pix_fmt", "yuv420p", str(to)], timeout_s=120)
    return to


def video_page(browse: OpenPage, video: str, **look: object) -> Page:
    """The page of a video, with its script at work."""
    page = browse(f"/shorts/videos/{video}", **look)
    expect(page.locator("html[data-shorts]")).to_be_attached()
    return page


def open_dialog(page: Page, scene: str, button: str = "export") -> None:
    """The dialog of a scene, once it knows where its export is."""
    page.locator(f"#{button}-{scene}").click()
    expect(page.locator(f'#export[data-open="{scene}"]')).to_be_visible()


def complete(site: Served, told: dict[str, Any]) -> None:
    """End the job of an export as a node would, with a file that is no film."""
    video_key, poster_key = export_keys("local", told["export_id"])
    made = []
    for key, kind in ((video_key, "video/mp4"), (poster_key, "image/jpeg")):
        stored = site.app.services.store.put_bytes(key, FILM, content_type=kind)
        size = {"size_bytes": stored.size_bytes, "sha256": stored.sha256}
        made.append(NewArtifact(kind=kind, key=key, content_type=kind, **size))
    with site.app.services.catalog.begin() as conn:
        artifacts.replace(conn, told["job_id"], made)
    size_px = {"width": 1080, "height": 1920}
    short = VideoMade(key=video_key, duration_s=2.0, frames=60, size_bytes=len(FILM), **size_px)
    end_job(site.app, told["job_id"], JobState.COMPLETED, made=short)


def pixel(page: Page, x: int, y: int) -> list[int]:
    """A colour of the vertical preview."""
    found: list[int] = page.locator(".preview-short").evaluate(
        """(canvas, [x, y]) => {
            const dot = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
            dot.drawImage(canvas, -x, -y);
            return [...dot.getImageData(0, 0, 1, 1).data];
        }""",
        [x, y],
    )
    return found[:3]


class TestFromUploadToDownload:
    @pytest.fixture
    def site(self, working_site: Served) -> Served:
        return working_site

    def test_a_clip_becomes_a_short_and_a_reel_on_the_page(
        self, browse: OpenPage, clip: Path, tmp_path: Path
    ) -> None:
        page = browse("/shorts")
        expect(page.locator("html[data-shorts]")).to_be_attached()
        page.get_by_label("Video file").set_input_files(clip)
        page.get_by_role("button", name="Upload").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("A talk", timeout=LONG_MS)
        expect(page.locator("#state .badge")).to_have_text("Ready", timeout=LONG_MS)
        expect(page.locator("#player")).to_have_js_property("videoWidth", 160)
        page.get_by_role("button", name="Export to Short").first.click()
        for strategy in ("Letterbox", "Blur Fill", "Smart Crop", "Center Crop"):
            page.get_by_role("radio", name=strategy).check()
            if strategy == "Smart Crop":
                expect(page.locator("[data-plan-told]")).to_contain_text("% sure", timeout=LONG_MS)
        page.get_by_role("button", name="Export", exact=True).click()
        expect(page.locator(".toast")).to_have_text(
            "Export started! You'll be notified when ready."
        )
        expect(page.locator("#export [data-badge]")).to_have_text("Ready", timeout=LONG_MS)
        expect(page.locator("[data-resolution]")).to_have_text("1080x1920")
        expect(page.locator("[data-expires-view]")).to_have_text("Expires in 23h")
        short = self.download(page, "#export-download", tmp_path / "short.mp4")
        assert short == (1080, 1920)

        page.keyboard.press("Escape")
        for button in page.locator("[data-act=pick]").all():
            button.click()
        page.locator("#reel-export").click()
        expect(page.locator("[data-reel-words]")).to_have_text("Complete", timeout=LONG_MS)
        assert self.download(page, "#reel-download", tmp_path / "reel.mp4") == (1280, 720)

        page.get_by_role("link", name="Exports").click()
        expect(page.locator(".made")).to_have_count(2)
        expect(page.locator(".made .badge")).to_have_text(["Ready", "Ready"])

    @staticmethod
    def download(page: Page, link: str, to: Path) -> tuple[int, int]:
        with page.expect_download() as began:
            page.locator(link).click()
        began.value.save_as(to)
        return probe(to).video[0].size


def test_the_preview_shows_what_each_strategy_makes_of_the_frame(
    site: Served, browse: OpenPage, clip: Path
) -> None:
    video, (scene,) = ready_video(site.app, spans=((0.0, 1.0),), source=clip, size=(160, 90))
    page = video_page(browse, video)
    open_dialog(page, scene)
    drawn = page.locator(".preview")
    expect(drawn).to_have_attribute("data-drawn", "center_crop")
    top, middle = (135, 4), (135, 240)
    assert pixel(page, *top) != [0, 0, 0]
    page.get_by_role("radio", name="Letterbox").check()
    expect(drawn).to_have_attribute("data-drawn", "letterbox")
    assert pixel(page, *top) == [0, 0, 0]
    assert pixel(page, *middle) != [0, 0, 0]
    page.get_by_role("radio", name="Blur Fill").check()
    expect(drawn).to_have_attribute("data-drawn", "blur_fill")
    assert pixel(page, *top) != [0, 0, 0]


def test_the_window_of_a_smart_crop_follows_the_scrubber(
    site: Served, browse: OpenPage, clip: Path
) -> None:
    video, (scene,) = ready_video(site.app, spans=((0.0, 2.0),), source=clip, size=(160, 90))
    page = video_page(browse, video)
    plan = {
        "source_width": 160,
        "source_height": 90,
        "window_width": 50,
        "window_height": 90,
        "confidence": 0.9,
        "reason": "it moves",
        "keyframes": [
            {"at_s": at_s, "x": x, "y": 0, "jump": False, "confidence": 0.9, "reason": "motion"}
            for at_s, x in ((0, 0), (1, 100))
        ],
    }
    page.route("**/crop-plan?*", lambda route: route.fulfill(json=plan))
    open_dialog(page, scene)
    page.get_by_role("radio", name="Smart Crop").check()
    expect(page.locator("[data-plan-told]")).to_have_text("Follows what moves, 90 % sure.")
    expect(page.locator(".preview")).to_have_attribute("data-window", "0")
    page.locator("#preview-at").fill("5")
    expect(page.locator(".preview")).to_have_attribute("data-window", "50")
    page.locator("#preview-at").fill("15")
    expect(page.locator(".preview")).to_have_attribute("data-window", "100")


def test_the_dialog_is_used_by_keyboard_alone(site: Served, browse: OpenPage, clip: Path) -> None:
    video, (scene,) = ready_video(site.app, spans=((0.0, 2.0),), source=clip, size=(160, 90))
    page = video_page(browse, video)
    keys = page.keyboard
    page.locator(f"#export-{scene}").focus()
    keys.press("Enter")
    expect(page.locator(f'#export[data-open="{scene}"]')).to_be_visible()
    expect(page.get_by_role("radio", name="Center Crop")).to_be_focused()
    keys.press("ArrowRight")
    expect(page.get_by_role("radio", name="Letterbox")).to_be_checked()
    keys.press("Tab")
    expect(page.get_by_role("slider", name="Start, handle")).to_be_focused()
    for _ in range(3):
        keys.press("ArrowRight")
    expect(page.get_by_label("Start", exact=True)).to_have_value("0.3")
    expect(page.locator("[data-length]")).to_have_text("1.7s")
    keys.press("Escape")
    expect(page.locator("#export")).to_be_hidden()
    expect(page.locator(f"#export-{scene}")).to_be_focused()
    keys.press("Enter")
    expect(page.locator(f'#export[data-open="{scene}"]')).to_be_visible()
    for _ in range(12):
        if page.evaluate("document.activeElement.id") == "export-start":
            break
        keys.press("Tab")
    keys.press("Enter")
    expect(page.locator("#export [data-badge]")).to_have_text("Queued")
    expect(page.locator("[data-work-words]")).to_have_text("Waiting for worker...")
    (made,) = site.http.get("/v1/exports").json()["exports"]
    assert (made["aspect_ratio_strategy"], made["start_s"]) == ("letterbox", 0.0)


def test_closing_and_opening_goes_on_where_the_export_is(site: Served, browse: OpenPage) -> None:
    video, (scene, *_) = ready_video(site.app)
    made = export(site.http, scene).json()
    page = video_page(browse, video)
    open_dialog(page, scene)
    expect(page.locator("#export [data-badge]")).to_have_text("Queued")
    page.locator("#export").get_by_role("button", name="Close").last.click()
    end_job(site.app, made["job_id"], JobState.FAILED, error_code="torn", error_message="It tore.")
    open_dialog(page, scene)
    expect(page.locator("#export [data-badge]")).to_have_text("Failed")


def test_a_failure_is_told_while_one_watches_and_tried_again(
    site: Served, browse: OpenPage
) -> None:
    video, (scene, *_) = ready_video(site.app)
    made = export(site.http, scene).json()
    page = video_page(browse, video)
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    open_dialog(page, scene)
    why = {"error_code": "torn_film", "error_message": "The film is torn."}
    end_job(site.app, made["job_id"], JobState.FAILED, **why)
    told = page.locator("[data-failed-view]")
    expect(told).to_contain_text("Export Failed")
    expect(told).to_contain_text("The film is torn.")
    page.locator("#export-retry").click()
    expect(page.locator("#export [data-badge]")).to_have_text("Queued")
    assert site.app.jobs.find(made["job_id"]).run == 2


def test_the_limit_is_told_in_a_box_of_its_own(site: Served, browse: OpenPage) -> None:
    video, scenes = ready_video(site.app, spans=(*TEN, (10.0, 11.0)))
    for scene in scenes[:9]:
        assert export(site.http, scene).status_code == 202
    page = video_page(browse, video)
    open_dialog(page, scenes[10])
    expect(page.locator("[data-left]")).to_have_text("1/10 today")
    assert export(site.http, scenes[9]).status_code == 202
    page.locator("#export-start").click()
    box = page.locator("#export-limit")
    expect(box).to_contain_text("Export Limit Reached")
    expect(box).to_contain_text("Daily export limit reached (10/day). Try again in 24 hours.")
    expect(page.locator("[data-left]")).to_have_text("0/10 today")
    expect(page.locator("#export-start")).to_be_disabled()


def test_a_long_scene_is_exported_in_part_only(
    site: Served, browse: OpenPage, long_clip: Path
) -> None:
    video, (scene,) = ready_video(site.app, spans=((0.0, 200.0),), source=long_clip, size=(160, 90))
    page = video_page(browse, video)
    whole = page.locator(f"#export-{scene}")
    expect(whole).to_be_disabled()
    expect(whole).to_have_text("Too long (200s)")
    expect(whole).to_have_attribute("title", "Scene too long for YouTube Shorts (max 180s)")
    open_dialog(page, scene, "part")
    warning = page.locator("#export-too-long")
    expect(warning).to_contain_text("Scene exceeds YouTube Shorts maximum (180s)")
    expect(page.locator("#export-start")).to_be_disabled()
    page.get_by_label("End", exact=True).fill("180.1")
    page.get_by_label("End", exact=True).press("Tab")
    expect(page.locator("#export-start")).to_be_disabled()
    page.get_by_label("End", exact=True).fill("180.0")
    page.get_by_label("End", exact=True).press("Tab")
    expect(warning).to_be_hidden()
    near = page.locator("#export-near")
    expect(near).to_have_text("Close to YouTube Shorts maximum (180s)")
    page.get_by_label("End", exact=True).fill("169.9")
    page.get_by_label("End", exact=True).press("Tab")
    expect(near).to_be_hidden()
    page.get_by_label("End", exact=True).fill("180.0")
    page.get_by_label("End", exact=True).press("Tab")
    page.locator("#export-start").click()
    expect(page.locator("#export [data-badge]")).to_have_text("Queued")
    (made,) = site.http.get("/v1/exports").json()["exports"]
    assert (made["start_s"], made["end_s"]) == (0.0, 180.0)


def test_whoever_closed_the_dialog_is_told_when_the_export_is_ready(
    site: Served, browse: OpenPage
) -> None:
    video, (scene, *_) = ready_video(site.app)
    page = video_page(browse, video)
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    open_dialog(page, scene)
    page.locator("#export-start").click()
    expect(page.locator("#export [data-badge]")).to_have_text("Queued")
    page.keyboard.press("Escape")
    (made,) = site.http.get("/v1/exports").json()["exports"]
    complete(site, made)
    expect(page.locator(".toast")).to_have_text("Export ready! Click to download.")
    expect(page.locator(".scene-export .badge")).to_have_text("Ready")
    with page.expect_download() as began:
        page.locator(".toast").click()
    assert Path(began.value.path()).read_bytes() == FILM


def test_an_export_counts_down_until_it_has_expired(
    site: Served, browse: OpenPage, clock: Clock
) -> None:
    video, (scene, *_) = ready_video(site.app)
    complete(site, export(site.http, scene).json())
    page = browse("/shorts/exports")
    page.clock.install()
    page.reload()
    left = page.locator("[data-expires]")
    expect(page.locator("html[data-shorts]")).to_be_attached()
    expect(left).to_have_text("Expires in 23h")
    page.clock.fast_forward("23:30:00")
    expect(left).to_contain_text(" min")
    page.clock.fast_forward("01:00:00")
    expect(left).to_have_text("Expired")
    expect(page.get_by_role("link", name="Download")).to_be_hidden()
    clock.move(hours=24.5)
    page = video_page(browse, video)
    open_dialog(page, scene)
    expect(page.locator("#export-start")).to_be_visible()


def test_a_link_of_an_expired_export_is_told_in_words(
    site: Served, browse: OpenPage, clock: Clock
) -> None:
    _, (scene, *_) = ready_video(site.app)
    complete(site, export(site.http, scene).json())
    page = browse("/shorts/exports")
    expect(page.locator("html[data-shorts]")).to_be_attached()
    clock.move(hours=25)
    page.get_by_role("link", name="Download").click()
    problem = page.locator("#exports-problem")
    expect(problem).to_have_text("Export has expired. Please create a new export.")
    expect(page.locator(".made")).to_have_count(0)


def test_scenes_are_added_trimmed_merged_and_deleted(
    site: Served, browse: OpenPage, clip: Path
) -> None:
    spans = ((0.0, 1.0), (1.0, 2.0))
    video, scenes = ready_video(site.app, spans=spans, source=clip, size=(160, 90))
    page = video_page(browse, video)
    cards = page.locator(".scene")
    page.locator(f"#trim-{scenes[0]}").click()
    page.get_by_label("Ends at, seconds").fill("9")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#times-problem")).to_be_visible()
    page.get_by_label("Ends at, seconds").fill("0.5")
    page.get_by_role("button", name="Save").click()
    expect(cards.first).to_contain_text("0:00.0 \N{EN DASH} 0:00.5")
    page.get_by_role("button", name="Add a scene").click()
    page.get_by_label("Starts at, seconds").fill("0.5")
    page.get_by_label("Ends at, seconds").fill("1")
    page.get_by_role("button", name="Save").click()
    expect(cards).to_have_count(3)
    page.get_by_role("button", name="Merge scene 1 with scene 2").click()
    expect(cards).to_have_count(2)
    expect(cards.first).to_contain_text("0:00.0 \N{EN DASH} 0:01.0")
    page.get_by_role("button", name="Delete scene 2").click()
    page.get_by_role("button", name="Delete the scene").click()
    expect(cards).to_have_count(1)


def test_the_tray_keeps_an_order_by_keyboard_and_by_drag(site: Served, browse: OpenPage) -> None:
    video, scenes = ready_video(site.app, spans=TEN[:3])
    page = video_page(browse, video)
    for scene in scenes:
        page.locator(f"#pick-{scene}").click()
    rows = page.locator(".picked li")
    expect(page.locator("[data-total]")).to_have_text("0:03")
    page.get_by_role("button", name="Move Scene 3 up").focus()
    page.keyboard.press("Enter")
    expect(rows.locator("span")).to_have_text(["Scene 1, 0:01", "Scene 3, 0:01", "Scene 2, 0:01"])
    expect(page.get_by_role("button", name="Move Scene 3 up")).to_be_focused()
    rows.nth(2).locator("span").drag_to(rows.nth(0).locator("span"))
    expect(rows.locator("span")).to_have_text(["Scene 2, 0:01", "Scene 1, 0:01", "Scene 3, 0:01"])
    page.get_by_role("button", name="Remove Scene 1").click()
    expect(page.locator("[data-total]")).to_have_text("0:02")
    page.reload()
    expect(rows).to_have_count(2)
    page.get_by_role("button", name="Clear").click()
    expect(rows).to_have_count(0)


def test_a_reel_tells_what_is_done_and_is_tried_again(site: Served, browse: OpenPage) -> None:
    video, scenes = ready_video(site.app, spans=TEN[:2])
    page = video_page(browse, video)
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    for scene in scenes:
        page.locator(f"#pick-{scene}").click()
    page.locator("#reel-export").click()
    told = page.locator("[data-reel-words]")
    expect(told).to_have_text("Waiting for worker...")
    (made,) = site.http.get("/v1/exports").json()["exports"]
    with site.app.services.catalog.begin() as conn:
        jobs.change(conn, made["job_id"], state=JobState.IN_PROGRESS)
    expect(told).to_have_text("Cutting scenes")
    why = {"error_code": "torn_film", "error_message": "The film is torn."}
    end_job(site.app, made["job_id"], JobState.FAILED, **why)
    expect(told).to_contain_text("The film is torn.")
    page.locator("#reel-retry").click()
    expect(page.locator("[data-reel-badge]")).to_have_text("Queued")
    end_job(site.app, made["job_id"], JobState.FAILED, **why)
    page.locator("#reel-dismiss").click()
    expect(page.locator("[data-reel]")).to_be_hidden()


def test_a_video_that_cannot_be_fetched_says_why_without_a_reload(
    site: Served, browse: OpenPage
) -> None:
    page = browse("/shorts")
    expect(page.locator("html[data-shorts]")).to_be_attached()
    page.get_by_label("Or its address").fill("https://media.example/talk.mp4")
    page.get_by_role("button", name="Fetch it").click()
    expect(page.locator("#state .badge")).to_have_text("Waiting")
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    job_id = page.locator("#state").get_attribute("data-job")
    assert job_id
    why = {"error_code": "not_found", "error_message": "Nothing lies there."}
    end_job(site.app, job_id, JobState.FAILED, **why)
    expect(page.locator("#state")).to_contain_text("Nothing lies there.")


def test_a_file_that_is_no_video_and_a_bad_address_are_told_in_words(
    browse: OpenPage, tmp_path: Path
) -> None:
    (tmp_path / "notes.mp4").write_text("no video at all")
    page = browse("/shorts")
    expect(page.locator("html[data-shorts]")).to_be_attached()
    problem = page.locator("#upload-problem")
    page.get_by_label("Video file").set_input_files(tmp_path / "notes.mp4")
    page.get_by_role("button", name="Upload").click()
    expect(problem).not_to_be_empty()
    expect(page.get_by_role("button", name="Upload")).to_be_visible()
    page.get_by_label("Or its address").fill("ftp://media.example/talk.mp4")
    page.get_by_role("button", name="Fetch it").click()
    expect(problem).to_have_text("An address begins with http:// or https://.")


@pytest.mark.parametrize("width", [360, 1280], ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_can_be_read_and_used_by_everybody(
    site: Served, browse: OpenPage, scheme: str, width: int, clip: Path
) -> None:
    video, scenes = ready_video(site.app, source=clip)
    exports = [export(site.http, scene).json() for scene in scenes[:2]]
    why = {"error_code": "torn_film", "error_message": "The film is torn. " * 12}
    end_job(site.app, exports[0]["job_id"], JobState.FAILED, **why)
    page = browse("/shorts", width=width, color_scheme=scheme, reduced_motion="reduce")
    faults = {}
    for path in ("/shorts", "/shorts/exports", f"/shorts/videos/{video}"):
        page.goto(site.url + path)
        expect(page.locator("html[data-shorts]")).to_be_attached()
        if found := page.evaluate(LOOK):
            faults[path] = found
    page.locator(f"#pick-{scenes[0]}").click()
    open_dialog(page, scenes[0])
    faults |= {"failed": found} if (found := page.evaluate(LOOK)) else {}
    page.get_by_role("button", name="Other settings").click()
    faults |= {"form": found} if (found := page.evaluate(LOOK)) else {}
    assert faults == {}
