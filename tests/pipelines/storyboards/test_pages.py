"""The pages of the storyboards as people use them, in a real Chromium, with films made here."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, Route, expect
from tests.browsing import OpenPage
from tests.pipelines.storyboards.gallery import (
    approve,
    board_of,
    completed,
    drafted,
    entries_of,
    gallery,
    rendered,
    scenes_of,
)
from tests.web.reels import Served, serving

from reelmill.children import Children
from reelmill.media.frames import planes
from reelmill.pipelines.storyboards.looks import Corner
from reelmill.pipelines.storyboards.records import EntryState
from reelmill.pipelines.storyboards.spec import PictureStatus, Transition, VideoStatus
from reelmill.pipelines.storyboards.tables import boards, ledger, scenes
from reelmill.pipelines.storyboards.thumbnails import THUMBNAIL_PX

pytestmark = [pytest.mark.chromium, pytest.mark.ffmpeg]

LOOK = (Path(__file__).parents[2] / "web" / "look.js").read_text()

#: What a render on a machine that does much else may take, milliseconds.
LONG_MS = 120_000


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, warm: Children) -> Iterator[Served]:
    """A site whose node works, shared by the tests of this file."""
    home = tmp_path_factory.mktemp("home")
    with gallery(home, children=warm, beat_s=1) as app, app.node(), serving(app) as served:
        yield served


@pytest.fixture
def board(site: Served) -> str:
    """A board of three scenes that waits for approval."""
    board_id = drafted(site.app, aspect_ratio="1:1")
    completed(site.app, board_id)
    return board_id


def open_board(browse: OpenPage, board_id: str, **look: object) -> Page:
    page = browse(f"/storyboards/{board_id}", **look)
    expect(page.locator("html[data-storyboards]")).to_be_attached()
    return page


def panel(page: Page, number: int) -> Locator:
    return page.locator(f'.panel[data-number="{number}"]')


def order(site: Served, board_id: str) -> list[str]:
    return [scene.id for scene in scenes_of(site.app, board_id)]


def shown(page: Page) -> list[str]:
    found: list[str] = page.locator(".panel").evaluate_all("all => all.map(x => x.dataset.scene)")
    return found


def test_a_prompt_becomes_a_video_that_is_watched(browse: OpenPage, tmp_path: Path) -> None:
    page = browse("/storyboards")
    expect(page.locator("#quote")).to_contain_text("6 scenes")
    page.get_by_label("What is the video about?").fill("A lake. Mist rises.")
    page.get_by_label("Length, seconds").fill("5")
    expect(page.locator("#quote")).to_contain_text("3 scenes, costs nothing")
    page.get_by_label("Size").select_option("HD, 720p")
    page.locator(".shape", has_text="Square").click()
    page.get_by_role("button", name="Draft the storyboard").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("A lake.")
    expect(page.locator(".panel-look img")).to_have_count(3, timeout=LONG_MS)
    expect(page.locator("#state")).to_contain_text("Awaiting approval")

    page.get_by_role("button", name="Approve").click()
    expect(page.locator("#state")).to_contain_text("Approved")
    page.get_by_role("button", name="Render the video").click()
    expect(page.get_by_role("link", name="Download")).to_be_visible(timeout=LONG_MS)
    expect(page.locator("#state")).to_contain_text("720, 150 frames")
    player = page.locator("#player")
    player.evaluate("video => { video.playbackRate = 4; return video.play(); }")
    expect(player).to_have_js_property("ended", value=True, timeout=LONG_MS)

    page.get_by_label("MP4").uncheck()
    page.get_by_label("WebM").check()
    page.get_by_label("GIF").check()
    page.get_by_label("Quality").select_option("low")
    page.get_by_role("button", name="Make copies").click()
    copy = page.get_by_role("link", name="Download WEBM, low, 480p")
    expect(copy).to_be_visible(timeout=LONG_MS)
    with page.expect_download() as saved:
        copy.click()
    saved.value.save_as(tmp_path / "copy.webm")
    assert sum(1 for _ in planes(tmp_path / "copy.webm")) == 150
    animated = page.get_by_role("link", name="Download GIF, low", exact=True)
    expect(animated).to_be_visible(timeout=LONG_MS)
    expect(page.get_by_label("GIF", exact=True)).to_be_checked()
    expect(page.get_by_label("MP4", exact=True)).not_to_be_checked()


def test_a_button_that_is_pressed_before_its_script_is_there_does_what_it_says(
    site: Served, browse: OpenPage, board: str
) -> None:
    page, held = browse("/storyboards"), list[Route]()
    page.route("**/board.js*", lambda route: held.append(route))  # noqa: PLW0108 - a name is asked of it
    with page.expect_request("**/board.js*"):
        page.goto(f"{site.url}/storyboards/{board}", wait_until="commit")
    page.get_by_role("button", name="Approve").click()
    expect(page.locator("html[data-storyboards]")).to_have_count(0)
    held[0].continue_()
    expect(page.locator("#state")).to_contain_text("Approved")


def test_a_draft_that_is_asked_for_before_its_script_is_there_is_drafted(
    site: Served, browse: OpenPage
) -> None:
    page, held = browse("/jobs"), list[Route]()
    page.route("**/draft.js*", lambda route: held.append(route))  # noqa: PLW0108 - a name is asked of it
    with page.expect_request("**/draft.js*"):
        page.goto(f"{site.url}/storyboards", wait_until="commit")
    page.get_by_label("What is the video about?").fill("A lake, asked for early")
    page.get_by_role("button", name="Draft the storyboard").click()
    page.wait_for_timeout(200)
    expect(page.get_by_label("What is the video about?")).to_have_value("A lake, asked for early")
    held[0].continue_()
    expect(page.get_by_role("heading", level=1)).to_have_text("A lake, asked for early")


def test_a_draft_without_words_is_not_asked_for(browse: OpenPage) -> None:
    page = browse("/storyboards")
    expect(page.locator("html[data-storyboards]")).to_be_attached()
    page.get_by_label("What is the video about?").fill("short")
    page.get_by_role("button", name="Draft the storyboard").click()
    problem = page.locator("#draft-problem")
    expect(problem).to_contain_text("ten letters or more")
    page.get_by_label("What is the video about?").fill("Long enough by now")
    page.get_by_label("Length, seconds").fill("4")
    page.get_by_role("button", name="Draft the storyboard").click()
    expect(problem).to_contain_text("5 to 300")


def test_scenes_are_moved_by_dragging(site: Served, browse: OpenPage, board: str) -> None:
    page = open_board(browse, board)
    one, two, three = order(site, board)
    grip, end = panel(page, 1).locator(".grip"), panel(page, 3)
    grip.hover()
    page.mouse.down()
    box = end.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + 40, steps=8)
    page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + 40, steps=4)
    page.mouse.up()
    expect(panel(page, 3)).to_have_attribute("data-scene", one)
    assert order(site, board) == shown(page) == [two, three, one]
    expect(page.locator("[data-voice]")).to_have_text("Scene 1 is now at place 3 of 3.")


def test_scenes_are_moved_by_the_keyboard_and_an_approval_falls(
    site: Served, browse: OpenPage, board: str
) -> None:
    approve(site.app, board)
    page = open_board(browse, board)
    expect(page.locator("#state")).to_contain_text("Approved")
    one, two, three = order(site, board)
    grip = panel(page, 3).locator(".grip")
    grip.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[data-voice]")).to_have_text("Scene 3 is now at place 2 of 3.")
    page.keyboard.press("ArrowLeft")
    expect(panel(page, 1)).to_have_attribute("data-scene", three)
    assert order(site, board) == [three, one, two]
    expect(page.locator(f"#grip-{three}")).to_be_focused()
    expect(page.get_by_role("button", name="Approve")).to_be_visible()


def test_a_drag_that_is_given_up_changes_nothing(
    site: Served, browse: OpenPage, board: str
) -> None:
    page = open_board(browse, board)
    before = order(site, board)
    panel(page, 1).locator(".grip").hover()
    page.mouse.down()
    box = panel(page, 3).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + 40, steps=8)
    page.keyboard.press("Escape")
    page.mouse.up()
    page.wait_for_timeout(400)
    assert shown(page) == before == order(site, board)


def test_a_scene_is_edited_in_its_card(site: Served, browse: OpenPage, board: str) -> None:
    page = open_board(browse, board)
    card = panel(page, 2)
    card.locator("summary").click()
    card.get_by_label("What happens").fill("")
    card.get_by_role("button", name="Save").click()
    expect(card.locator("[data-problem]")).to_have_text("Say what happens.")
    card.get_by_label("What happens").fill("A boat comes home")
    card.get_by_label("Title on the picture").fill("Home")
    card.get_by_label("Seconds").fill("2.5")
    card.get_by_label("Begins with").select_option("cut")
    card.get_by_role("button", name="Save").click()
    expect(card.locator(".panel-words")).to_have_text("A boat comes home")
    expect(card.locator(".panel-length")).to_have_text("2.5 s")
    edited = scenes_of(site.app, board)[1]
    assert (edited.title, edited.transition) == ("Home", Transition.CUT)
    expect(card.locator("summary")).to_be_focused()


def test_what_is_being_written_is_not_overwritten(
    site: Served, browse: OpenPage, board: str
) -> None:
    page = open_board(browse, board)
    card = panel(page, 1)
    card.locator("summary").click()
    card.get_by_label("Title on the picture").fill("half a wo")
    other = drafted(site.app)
    completed(site.app, other)
    page.wait_for_timeout(1500)
    expect(card.get_by_label("Title on the picture")).to_have_value("half a wo")
    page.keyboard.press("Escape")
    expect(card.locator("details[open]")).to_have_count(0)


def test_an_answer_that_comes_while_somebody_writes_overwrites_nothing(
    site: Served, browse: OpenPage, board: str
) -> None:
    page, held = open_board(browse, board), list[Route]()
    part = f"**/parts/storyboards/{board}/scenes"
    page.route(part, lambda route: held.append(route))  # noqa: PLW0108 - a name is asked of it
    with page.expect_request(part):
        completed(site.app, drafted(site.app))
    card = panel(page, 1)
    card.locator("summary").click()
    card.get_by_label("Title on the picture").fill("half a wo")
    with page.expect_response(part):
        for route in held:
            route.continue_()
    page.wait_for_timeout(300)
    expect(card.get_by_label("Title on the picture")).to_have_value("half a wo")


def test_a_picture_is_replaced_and_made_anew(browse: OpenPage, board: str, tmp_path: Path) -> None:
    Image.fromarray(np.full((50, 80, 3), 200, np.uint8)).save(tmp_path / "own.png")
    page = open_board(browse, board)
    before = panel(page, 2).locator("img").get_attribute("src")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Own picture for scene 2").click()
    chooser.value.set_files(tmp_path / "own.png")
    picture = panel(page, 2).locator("img")
    expect(picture).not_to_have_attribute("src", before or "")
    expect(picture).to_have_js_property("naturalWidth", 80)

    page.get_by_role("button", name="New picture for scene 2").click()
    dialog = page.get_by_role("dialog", name="A new picture")
    dialog.get_by_label("What it shows").fill("A lighthouse in the fog, seen from far away")
    dialog.get_by_role("button", name="Make it").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("#side")).to_contain_text("1 of 5 refinements", timeout=LONG_MS)
    expect(picture).to_have_js_property("naturalHeight", THUMBNAIL_PX, timeout=LONG_MS)


def test_cards_show_small_pictures_for_which_there_is_room_before_they_come(
    site: Served, browse: OpenPage, board: str
) -> None:
    first = scenes_of(site.app, board)[0]
    page, held = browse("/storyboards"), list[Route]()
    page.route("**/thumbnail*", lambda route: held.append(route))  # noqa: PLW0108 - a name is asked of it
    for path in ("", f"/{board}"):
        page.goto(f"{site.url}/storyboards{path}", wait_until="domcontentloaded")
        look = page.locator(f'img[src*="{first.board_id}/scenes/1/thumbnail"]')
        before = look.bounding_box()
        assert before is not None
        assert before["height"] > 50
        page.wait_for_timeout(100)
        while held:
            held.pop().continue_()
        expect(look).to_have_js_property("naturalWidth", THUMBNAIL_PX)
        assert look.bounding_box() == before
        assert (look.get_attribute("width"), look.get_attribute("height")) == ("480", "480")
    sizes = page.evaluate(
        """() => performance.getEntriesByType("resource")
            .filter((each) => each.name.includes("thumbnail"))
            .map((each) => each.encodedBodySize)"""
    )
    assert len(sizes) == 3
    assert max(sizes) < 60_000


def test_a_scene_ends_in_another_picture_and_in_its_own_again(
    site: Served, browse: OpenPage, board: str, tmp_path: Path
) -> None:
    Image.fromarray(np.full((50, 80, 3), 200, np.uint8)).save(tmp_path / "last.png")
    page = open_board(browse, board)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Last picture for scene 1", exact=True).click()
    chooser.value.set_files(tmp_path / "last.png")
    last = panel(page, 1).get_by_alt_text("Picture that scene 1 ends in")
    expect(last).to_have_js_property("naturalWidth", 80)
    assert scenes_of(site.app, board)[0].last_picture_key is not None
    page.get_by_role("button", name="No last picture for scene 1").click()
    expect(last).to_have_count(0)
    assert scenes_of(site.app, board)[0].last_picture_key is None
    expect(page.get_by_role("button", name="Last picture for scene 1", exact=True)).to_be_focused()


def test_a_film_is_given_its_looks_beside_the_scenes(
    site: Served, browse: OpenPage, board: str, tmp_path: Path
) -> None:
    page = open_board(browse, board)
    fade = page.get_by_label("Into black, s")
    expect(fade).to_have_value("1")
    fade.fill("2.5")
    fade.press("Enter")
    expect(page.locator("[data-voice]")).to_have_text("The video will look so.")
    page.wait_for_function("() => document.getElementById('fade-out').defaultValue === '2.5'")
    assert board_of(site.app, board).looks.fade_out_s == Decimal("2.5")
    Image.new("RGBA", (80, 40), (255, 255, 255, 128)).save(tmp_path / "logo.png")
    page.get_by_label("Watermark").set_input_files(tmp_path / "logo.png")
    expect(page.get_by_alt_text("logo.png")).to_have_js_property("naturalWidth", 80)
    page.get_by_label("Corner").select_option("Top left")
    expect(page.locator("#mark-corner option[selected]")).to_have_attribute("value", "top_left")
    page.get_by_label("Opacity, %").fill("35")
    page.get_by_label("Opacity, %").press("Enter")
    page.wait_for_function("() => document.getElementById('mark-opacity').defaultValue === '35'")
    mark = board_of(site.app, board).looks.watermark
    assert mark is not None
    assert (mark.corner, mark.opacity, mark.width_share) == (Corner.TOP_LEFT, 0.35, 0.12)
    assert page.evaluate(LOOK) == []
    page.get_by_role("button", name="Remove watermark").click()
    expect(page.get_by_label("Corner")).to_have_count(0)
    assert board_of(site.app, board).looks.watermark is None
    page.get_by_label("Size").select_option("4K, 2160p")
    expect(page.get_by_label("Looks")).to_contain_text("too few pixels for 2160x2160")
    fade.fill("4")
    fade.press("Enter")
    expect(page.locator(".toast")).to_contain_text("fade_out_s")
    expect(fade).to_have_value("2.5")


def test_a_number_that_is_half_written_stays_until_it_is_said(browse: OpenPage, board: str) -> None:
    page = open_board(browse, board)
    fade = page.get_by_label("Out of black, s")
    fade.fill("2")
    with page.expect_response(lambda answer: "/parts/" in answer.url):
        page.evaluate(
            """() => {
                const id = document.getElementById("state").dataset.job;
                const detail = { id, state: "completed", total: 1, done: 1 };
                document.dispatchEvent(new CustomEvent("job", { detail }));
            }"""
        )
    page.wait_for_timeout(300)
    expect(fade).to_have_value("2")
    expect(fade).to_be_focused()
    with page.expect_response(lambda answer: answer.url.endswith("/side")):
        fade.press("Enter")


def test_what_is_no_picture_is_refused_in_words(
    browse: OpenPage, board: str, tmp_path: Path
) -> None:
    (tmp_path / "own.png").write_text("<html>")
    page = open_board(browse, board)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Own picture for scene 1").click()
    chooser.value.set_files(tmp_path / "own.png")
    expect(page.locator(".toast")).to_contain_text("file type")


def test_a_scene_without_its_picture_cannot_be_approved(
    site: Served, browse: OpenPage, board: str
) -> None:
    with site.app.services.catalog.begin() as conn:
        scene = scenes.of_board(conn, board)[1]
        scenes.set_picture(conn, scene.id, PictureStatus.FAILED, error="Out of memory")
    page = open_board(browse, board)
    expect(panel(page, 2)).to_contain_text("Out of memory")
    expect(page.get_by_role("button", name="Approve")).to_be_disabled()
    expect(page.locator("#state")).to_contain_text("Scene 2 has no picture")


def test_scenes_and_boards_are_deleted_after_a_question(browse: OpenPage, board: str) -> None:
    page = open_board(browse, board)
    page.get_by_role("button", name="Delete scene 3").click()
    page.get_by_role("button", name="Go back").click()
    expect(page.locator(".panel")).to_have_count(3)
    page.get_by_role("button", name="Delete scene 3").click()
    page.get_by_role("button", name="Delete the scene").click()
    expect(page.locator(".panel")).to_have_count(2)
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("button", name="Delete the storyboard").click()
    page.wait_for_url("**/storyboards")
    expect(page.locator(f"#board-{board}")).to_have_count(0)


@pytest.fixture(scope="module")
def in_every_state(site: Served) -> tuple[str, str, str]:
    """Boards to be looked at: one that waits for approval, one at work, one that failed."""
    waiting, working, failed = (drafted(site.app, aspect_ratio="1:1") for _ in range(3))
    for each in (waiting, working, failed):
        completed(site.app, each)
    states = {
        working: {"status": VideoStatus.GENERATING_STORYBOARD},
        failed: {"status": VideoStatus.FAILED, "error_message": "The provider failed. " * 12},
    }
    with site.app.services.catalog.begin() as conn:
        for each, told in states.items():
            boards.change(conn, each, now=site.app.services.clock(), **told)
    return waiting, working, failed


@pytest.mark.parametrize("width", [360, 1280], ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_can_be_read_and_used_by_everybody(
    site: Served, browse: OpenPage, in_every_state: tuple[str, str, str], scheme: str, width: int
) -> None:
    board, working, failed = in_every_state
    page = browse("/storyboards", width=width, color_scheme=scheme, reduced_motion="reduce")
    faults = {}
    for path in ("", f"/{board}", f"/{working}", f"/{failed}"):
        page.goto(f"{site.url}/storyboards{path}")
        expect(page.locator("html[data-storyboards]")).to_be_attached()
        if found := page.evaluate(LOOK):
            faults[path] = found
    page.goto(f"{site.url}/storyboards/{board}")
    expect(page.locator("html[data-storyboards]")).to_be_attached()
    panel(page, 1).locator("summary").click()
    faults |= {"form": found} if (found := page.evaluate(LOOK)) else {}
    page.keyboard.press("Escape")
    page.get_by_role("button", name="New picture for scene 1").click()
    faults |= {"dialog": found} if (found := page.evaluate(LOOK)) else {}
    assert faults == {}


def test_a_finished_board_can_be_read_by_everybody(
    site: Served, browse: OpenPage, board: str
) -> None:
    approve(site.app, board)
    completed(site.app, rendered(site.app, board) and board)
    assert board_of(site.app, board).status is VideoStatus.COMPLETED
    page = open_board(browse, board, color_scheme="dark", reduced_motion="reduce")
    expect(page.get_by_role("link", name="Download")).to_be_visible()
    still = page.locator("#player").get_attribute("poster") or ""
    answer = page.request.get(f"{site.url}{still}")
    assert (answer.status, answer.headers["content-type"]) == (200, "image/jpeg")
    assert page.evaluate(LOOK) == []


def test_a_person_says_what_the_provider_cannot_tell(
    site: Served, browse: OpenPage, board: str
) -> None:
    entry = next(each for each in entries_of(site.app) if each.board_id == board)
    with site.app.services.catalog.begin() as conn:
        ledger.change(conn, entry.id, state=EntryState.UNDECIDED)
    page = open_board(browse, board)
    notice = page.locator(f'[data-entry="{entry.id}"]')
    expect(notice).to_contain_text("cannot tell whether it took the request for a picture")
    notice.get_by_role("button", name="It was not").click()
    expect(notice).to_have_count(0)
    after = next(each for each in entries_of(site.app) if each.id == entry.id)
    assert after.state is EntryState.VOID


def test_an_answer_that_was_overtaken_is_not_shown(browse: OpenPage, board: str) -> None:
    page = open_board(browse, board)
    page.evaluate(
        """async () => {
            const { refresh } = await import("/static/parts.js");
            const answers = [["old", 300], ["new", 10]];
            window.fetch = () => {
                const [text, wait] = answers.shift();
                const answer = new Response(`<p id="told">${text}</p>`);
                return new Promise((done) => setTimeout(done, wait, answer));
            };
            const region = document.getElementById("scenes");
            await Promise.all([refresh(region), refresh(region)]);
        }"""
    )
    expect(page.locator("#told")).to_have_text("new")


def test_a_render_is_stopped_and_the_board_can_go_on(
    site: Served, browse: OpenPage, board: str
) -> None:
    with site.app.services.catalog.begin() as conn:
        for scene in scenes.of_board(conn, board):
            scenes.rewrite(conn, replace(scene, duration=Decimal(60)))
    approve(site.app, board)
    page = open_board(browse, board)
    page.get_by_role("button", name="Render the video").click()
    expect(page.locator("#state [data-words]")).to_contain_text("of 5,400", timeout=LONG_MS)
    expect(page.locator(".grip")).to_have_count(0)
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Stop it").click()
    expect(page.get_by_role("button", name="Go on")).to_be_visible(timeout=LONG_MS)
    expect(page.locator("#state")).to_contain_text("Canceled")
    assert board_of(site.app, board).status is VideoStatus.CANCELED


def test_a_board_is_drafted_of_pictures_of_ones_own(browse: OpenPage, tmp_path: Path) -> None:
    names = [tmp_path / name for name in ("one.png", "two.png")]
    for width, name in zip((70, 90), names, strict=True):
        Image.fromarray(np.full((50, width, 3), 200, np.uint8)).save(name)
    page = browse("/storyboards")
    expect(page.locator("html[data-storyboards]")).to_be_attached()
    page.get_by_label("What is the video about?").fill("Two pictures and one more")
    page.get_by_label("Length, seconds").fill("5")
    page.get_by_label("Pictures of your own").set_input_files(names)
    page.get_by_role("button", name="Draft the storyboard").click()
    expect(page.locator(".panel-look img")).to_have_count(3, timeout=LONG_MS)
    widths = page.locator(".panel-look img").evaluate_all(
        "all => Promise.all(all.map(x => x.decode().then(() => x.naturalWidth)))"
    )
    assert widths[:2] == [70, 90]
    assert widths[2] == THUMBNAIL_PX
