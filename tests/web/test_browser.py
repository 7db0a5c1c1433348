"""The dashboard as people use it, in a real Chromium."""

import json
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browsing import OpenPage
from tests.web.reels import PATIENCE_S, Served, attach, change, enter, furnish, listening, progress

from reelmill.app import App
from reelmill.catalog.jobs import JobState
from reelmill.media.encode import encode_held
from reelmill.media.profiles import profile
from reelmill.media.raster import Held, Yuv420

pytestmark = pytest.mark.chromium

LOOK = (Path(__file__).parent / "look.js").read_text()

#: A page keeps this for as long as it is not loaded anew.
KEEP = "window.kept = true"

EVERY_PAGE = (
    "/",
    "/jobs",
    "/jobs?text=nothing-like-this",
    "/jobs/reels/torn",
    "/jobs/reels/matinee-00",
    "/jobs/reels/rolling-1",
    "/jobs/reels/queued-0",
    "/jobs/reels/stopped",
    "/pipelines/reels",
    "/pipelines/reels?as=json",
    "/nope",
)


@pytest.mark.parametrize("width", [360, 1280], ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_can_be_read_and_used_by_everybody(
    site: Served, browse: OpenPage, scheme: str, width: int
) -> None:
    furnish(site.app)
    enter(site.app, "long-" + "x" * 50, state=JobState.FAILED, error_message="word" * 80)
    page = browse("/", width=width, color_scheme=scheme, reduced_motion="reduce")
    faults = {}
    for path in (*EVERY_PAGE, "/jobs/reels/long-" + "x" * 50):
        page.goto(site.url + path)
        if found := page.evaluate(LOOK):
            faults[path] = found
    page.goto(site.url + "/pipelines/reels")
    page.get_by_role("button", name="Start the job").click()
    expect(page.get_by_role("alert")).to_be_visible()
    faults |= {"a form with flaws": found} if (found := page.evaluate(LOOK)) else {}
    assert faults == {}


def test_progress_moves_without_a_reload(site: Served, browse: OpenPage) -> None:
    enter(site.app, "a", state=JobState.IN_PROGRESS)
    page = browse("/jobs/reels/a")
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    page.evaluate(KEEP)
    for done in (3, 9):
        progress(site.app, "a", done, 12)
        expect(page.get_by_text(f"shoot · {done} of 12 · rolling").first).to_be_visible()
        bar = page.get_by_role("progressbar")
        expect(bar).to_have_js_property("value", done)
    attach(site.app, "a", "a.txt", b"film", "text/plain")
    change(site.app, "a", state=JobState.COMPLETED)
    expect(page.locator("main .badge")).to_have_text("Completed")
    expect(page.get_by_role("cell", name="txt text/plain")).to_be_visible()
    expect(page.locator("[data-voice]")).to_contain_text("Completed")
    assert page.title().startswith("Completed")
    assert page.evaluate("window.kept")


def test_the_overview_and_the_list_follow_what_happens(site: Served, browse: OpenPage) -> None:
    for path in ("/", "/jobs"):
        name = "one" if path == "/" else "two"
        page = browse(path)
        expect(page.get_by_text("Live", exact=True)).to_be_visible()
        page.evaluate(KEEP)
        enter(site.app, name, state=JobState.IN_PROGRESS)
        row = page.locator(".job").filter(has_text=name)
        expect(row).to_contain_text("Running")
        progress(site.app, name, 1, 4)
        expect(row.get_by_role("progressbar")).to_have_js_property("value", 1)
        change(site.app, name, state=JobState.FAILED, error_message="It is torn.")
        expect(row).to_contain_text("Failed")
        expect(row).to_contain_text("It is torn.")
        assert page.evaluate("window.kept")


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is there."""
    for _ in range(60):
        if page.evaluate("s => document.activeElement?.matches(s)", selector):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"no way to {selector} by keyboard")


def test_a_job_is_stopped_and_run_again_by_keyboard(site: Served, browse: OpenPage) -> None:
    site.http.post("/v1/reels", json={"name": "a"})
    page = browse("/jobs/reels/a")
    dialog = page.get_by_role("dialog")
    tab_to(page, "#cancel")
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("Cancel this job?")
    assert page.evaluate("document.activeElement.textContent") == "Go back"
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert page.evaluate("document.activeElement.id") == "cancel", "the focus comes back"
    assert site.app.jobs.find("reels/a").state is JobState.PENDING

    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("main .badge")).to_have_text("Canceled")
    assert site.app.jobs.find("reels/a").state is JobState.CANCELED

    tab_to(page, "#retry")
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("Run this job again?")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("main .badge")).to_have_text("Waiting")
    assert site.app.jobs.find("reels/a").run == 2


def test_a_question_that_is_put_again_at_once_takes_its_answer(
    site: Served, browse: OpenPage
) -> None:
    site.http.post("/v1/reels", json={"name": "a"})
    page = browse("/jobs/reels/a")
    page.evaluate(
        """() => {
            const [ask, dialog] = ["cancel", "ask-cancel"].map((id) => document.getElementById(id));
            ask.click();
            dialog.close();
            ask.click();
            dialog.querySelector("[value=yes]").click();
        }"""
    )
    expect(page.locator("main .badge")).to_have_text("Canceled")


def test_going_back_in_the_dialog_changes_nothing(site: Served, browse: OpenPage) -> None:
    enter(site.app, "a", state=JobState.FAILED)
    page = browse("/jobs/reels/a")
    page.get_by_role("button", name="Run again").click()
    page.get_by_role("button", name="Go back").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert site.app.jobs.find("reels/a").run == 1


def test_the_list_follows_the_filter_while_one_types(site: Served, browse: OpenPage) -> None:
    furnish(site.app)
    page = browse("/jobs")
    page.evaluate(KEEP)
    page.get_by_role("searchbox", name="Search").press_sequentially("matinee-1")
    rows = page.locator("#rows .job")
    expect(rows).to_have_count(10)
    page.get_by_label("State").select_option("Failed")
    expect(page.get_by_text("Nothing matches")).to_be_visible()
    assert page.url.endswith("/jobs?text=matinee-1&state=failed")
    page.get_by_role("searchbox", name="Search").fill("")
    expect(rows).to_have_count(1)
    assert page.evaluate("window.kept")
    page.reload()
    expect(rows).to_have_count(1)
    expect(page.get_by_label("State")).to_have_value("failed")


def ground(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_light_and_dark_follow_the_system_until_one_chooses(browse: OpenPage) -> None:
    light, dark = (
        ground(browse("/", color_scheme="light")),
        ground(browse("/", color_scheme="dark")),
    )
    assert light != dark
    page = browse("/", color_scheme="light")
    button = page.get_by_role("button", name="Dark theme")
    expect(button).to_have_attribute("aria-pressed", "false")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    assert ground(page) == dark
    page.reload()
    assert ground(page) == dark, "the choice is kept"
    button.click()
    assert ground(page) == light


def test_the_first_stop_of_the_keyboard_leads_past_the_navigation(browse: OpenPage) -> None:
    page = browse("/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_the_focus_is_seen_at_every_stop(site: Served, browse: OpenPage) -> None:
    furnish(site.app)
    page = browse("/jobs/reels/torn")
    unseen = []
    for _ in range(25):
        page.keyboard.press("Tab")
        mark = page.evaluate(
            """() => {
                const here = document.activeElement;
                const { outlineStyle, outlineWidth } = getComputedStyle(here);
                return [here.outerHTML.slice(0, 60), outlineStyle, outlineWidth];
            }"""
        )
        if mark[1] == "none" or mark[2] == "0px":
            unseen.append(mark[0])
    assert [one for one in unseen if not one.startswith(("<body", '<a class="skip'))] == []


def test_nothing_moves_for_those_who_asked_for_stillness(site: Served, browse: OpenPage) -> None:
    enter(site.app, "a", state=JobState.IN_PROGRESS)
    page = browse("/jobs/reels/a", reduced_motion="reduce")
    moving = "document.getAnimations().length"
    assert page.evaluate(moving) == 0
    assert browse("/jobs/reels/a", reduced_motion="no-preference").evaluate(moving) > 0


def test_everything_reads_and_works_without_script(site: Served, browse: OpenPage) -> None:
    furnish(site.app)
    site.http.post("/v1/reels", json={"name": "plain"})
    page = browse("/", java_script_enabled=False)
    expect(page.get_by_text("The film is torn (frame=7)").first).to_be_visible()
    page.get_by_role("link", name="Jobs", exact=True).click()
    page.get_by_role("searchbox").fill("plain")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name="plain").click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("main .badge")).to_have_text("Canceled")


def test_a_form_starts_a_job_and_takes_json_from_a_file(
    site: Served, browse: OpenPage, tmp_path: Path
) -> None:
    notes = tmp_path / "notes.json"
    notes.write_text(json.dumps({"reel": 7}))
    page = browse("/pipelines/reels")
    page.get_by_label("Name").fill("Bad!")
    page.get_by_label("Notes from a file").set_input_files(notes)
    expect(page.get_by_label("Notes", exact=True)).to_have_value('{"reel": 7}')
    page.get_by_role("button", name="Start the job").click()
    expect(page.get_by_role("alert")).to_contain_text("name")
    expect(page.get_by_label("Name")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Name").fill("good")
    page.get_by_role("button", name="Start the job").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("good")
    assert site.app.jobs.find("reels/good").spec["notes"] == {"reel": 7}


def test_a_film_plays_and_can_be_wound(site: Served, browse: OpenPage, tmp_path: Path) -> None:
    film = tmp_path / "a.mp4"
    encode_held(pictures(), film, profile("720p"))
    enter(site.app, "a", state=JobState.COMPLETED)
    attach(site.app, "a", "a.mp4", film.read_bytes(), "video/mp4", width=1280, height=720)
    page = browse("/jobs/reels/a")
    at = page.evaluate(
        """async () => {
            const film = document.querySelector("video");
            film.muted = true;
            const until = (name) => new Promise((done, fail) => {
                film.addEventListener(name, done, { once: true });
                film.addEventListener("error", () => fail(film.error.message), { once: true });
            });
            await film.play();
            film.currentTime = 2.5;
            await until("seeked");
            return [film.videoWidth, film.videoHeight, Math.round(film.duration), film.currentTime];
        }"""
    )
    assert at[:3] == [1280, 720, 4]
    assert at[3] >= 2.5


def pictures() -> list[Held]:
    """Two seconds of grey, two of lighter grey."""
    chroma = np.full((360, 640), 128, np.uint8)
    grey = (np.full((720, 1280), luma, np.uint8) for luma in (80, 160))
    return [Held(Yuv420(y=y, u=chroma, v=chroma.copy()), 60) for y in grey]


#: Tells a page whether anybody sees it.
SHOW = """hidden => {
    Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""


def test_a_tab_that_nobody_sees_lets_its_connection_go(site: Served, browse: OpenPage) -> None:
    enter(site.app, "a", state=JobState.IN_PROGRESS)
    page = browse("/jobs/reels/a")
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    page.evaluate(SHOW, True)  # noqa: FBT003 - an argument of the script
    expect(page.get_by_text("Paused")).to_be_visible()
    progress(site.app, "a", 1, 2)
    page.wait_for_timeout(600)
    assert page.get_by_text("50 %").count() == 0
    page.evaluate(SHOW, False)  # noqa: FBT003
    expect(page.get_by_text("50 %")).to_be_visible()
    expect(page.get_by_text("Live", exact=True)).to_be_visible()


def test_an_answer_that_comes_when_nobody_sees_the_tab_any_more_is_let_go(
    site: Served, browse: OpenPage
) -> None:
    enter(site.app, "a", state=JobState.PENDING)
    page = browse("/jobs/reels/a")
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    part = "**" + (page.locator("[data-part]").first.get_attribute("data-part") or "")
    with page.expect_event("requestfailed") as let_go:
        page.route(part, lambda _held: None)
        change(site.app, "a", state=JobState.IN_PROGRESS)
        with page.expect_request(part):
            pass
        page.evaluate(SHOW, True)  # noqa: FBT003
    assert let_go.value.failure == "net::ERR_ABORTED"
    page.unroute_all()
    page.evaluate(SHOW, False)  # noqa: FBT003
    expect(page.get_by_text("Running")).to_be_visible()


def test_a_button_is_clicked_although_news_come_while_it_is_pressed(
    site: Served, browse: OpenPage
) -> None:
    enter(site.app, "a", state=JobState.PENDING)
    page = browse("/jobs/reels/a")
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    page.evaluate("addEventListener('click', ({ target }) => (window.clicked = target.innerText))")
    page.get_by_role("button", name="Cancel").hover()
    page.mouse.down()
    with page.expect_response("**/parts/**") as news:
        change(site.app, "a", state=JobState.IN_PROGRESS)
    news.value.finished()
    page.wait_for_timeout(300)
    expect(page.locator("main .badge")).to_have_text("Waiting")
    page.mouse.up()
    expect(page.locator("main .badge")).to_have_text("Running")
    assert page.evaluate("window.clicked") == "Cancel"


def test_a_page_hears_what_happened_while_the_server_was_away(app: App, chromium: Browser) -> None:
    enter(app, "a", state=JobState.IN_PROGRESS)
    page = chromium.new_page()
    with listening(app, 0) as port:
        page.goto(f"http://127.0.0.1:{port}/jobs/reels/a")
        expect(page.get_by_text("Live", exact=True)).to_be_visible()
        page.evaluate(KEEP)
    expect(page.get_by_text("Reconnecting")).to_be_visible()
    progress(app, "a", 5, 10)
    with listening(app, port):
        expect(page.get_by_text("50 %")).to_be_visible(timeout=PATIENCE_S * 1000)
        expect(page.get_by_text("Live", exact=True)).to_be_visible()
        assert page.evaluate("window.kept")
        page.close()
