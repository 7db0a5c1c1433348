"""Videos of several boards as people ask for them, in a real Chromium, with films made here."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.browsing import OpenPage
from tests.pipelines.storyboards.gallery import approve, completed, drafted, gallery, rendered
from tests.web.reels import Served, serving

from reelmill.children import Children
from reelmill.media.frames import planes

pytestmark = [pytest.mark.chromium, pytest.mark.ffmpeg]

LOOK = (Path(__file__).parents[2] / "web" / "look.js").read_text()

#: What a video on a machine that does much else may take, milliseconds.
LONG_MS = 120_000

#: What the boards are about; the newest is shown first.
NAMES = ("A calm sea.", "A tall tower.", "A green hill.")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, warm: Children) -> Iterator[Served]:
    """A site whose node works, with three finished boards and one that is none."""
    home = tmp_path_factory.mktemp("home")
    with gallery(home, children=warm, beat_s=1) as app, app.node(), serving(app) as served:
        for name, ratio in zip(NAMES, ("1:1", "9:16", "1:1"), strict=True):
            board_id = drafted(app, prompt=f"{name} It is there.", aspect_ratio=ratio)
            completed(app, board_id)
            approve(app, board_id)
            rendered(app, board_id)
            completed(app, board_id)
        completed(app, drafted(app, prompt="A draft alone. It is there."))
        yield served


def open_boards(browse: OpenPage, **look: object) -> Page:
    page = browse("/storyboards", **look)
    expect(page.locator("html[data-storyboards]")).to_be_attached()
    return page


def choose(page: Page, *names: str) -> None:
    for name in names:
        page.get_by_label(f"Combine {name}").check()


def queue(page: Page) -> list[str]:
    return page.locator("#combine li [data-name]").all_inner_texts()


def part(page: Page, name: str) -> Locator:
    return page.locator("#combine li", has_text=name)


def test_chosen_videos_are_put_in_order_combined_watched_and_deleted(
    browse: OpenPage, tmp_path: Path
) -> None:
    page = open_boards(browse)
    expect(page.get_by_label("Combine A draft alone.")).to_have_count(0)
    sea, tall, hill = NAMES
    choose(page, tall)
    expect(page.locator("#combine-told")).to_have_text("Choose another one")
    expect(page.get_by_role("button", name="Combine", exact=True)).to_be_disabled()
    choose(page, sea, hill)
    expect(page.locator("#combine-told")).to_have_text("3 videos, 0:15")

    page.get_by_role("button", name=f"Move {tall}").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-voice]")).to_have_text(f"{tall} is now at place 2 of 3.")
    assert queue(page) == [sea, tall, hill]
    page.wait_for_timeout(800)
    page.reload()
    expect(page.locator("#combine-told")).to_have_text("3 videos, 0:15")
    expect(page.get_by_label(f"Combine {hill}")).to_be_checked()
    assert queue(page) == [sea, tall, hill]
    page.get_by_role("button", name=f"Leave out {tall}").press("Enter")
    expect(page.get_by_label(f"Combine {tall}")).not_to_be_checked()

    page.get_by_label("Each follows by").select_option("crossfade")
    page.get_by_role("button", name="Combine", exact=True).click()
    page.wait_for_url("**/storyboards/combined")
    watch = page.get_by_role("link", name="Watch the video of 2 storyboards")
    expect(watch).to_be_visible(timeout=LONG_MS)
    expect(page.locator(".shows li")).to_have_text([sea, hill])
    expect(page.locator("#combined")).to_contain_text("Crossfade · MP4")
    with page.expect_download() as saved:
        page.get_by_role("link", name="Download").click()
    saved.value.save_as(tmp_path / "both.mp4")
    assert sum(1 for _ in planes(tmp_path / "both.mp4")) == 300

    watch.click()
    player = page.locator("#watch video")
    expect(player).to_have_js_property("paused", value=False)
    page.get_by_role("button", name="Close").click()
    expect(player).to_be_hidden()
    page.get_by_role("button", name="Delete the video of 2 storyboards").click()
    page.get_by_role("button", name="Delete the video", exact=True).click()
    expect(page.locator("#combined")).to_contain_text("No combined video yet")
    page.goto(page.url.removesuffix("/combined"))
    expect(page.locator("#combine")).to_be_hidden()


def test_videos_are_put_in_order_by_dragging(browse: OpenPage) -> None:
    page = open_boards(browse)
    sea, tall, hill = NAMES
    choose(page, sea, tall, hill)
    part(page, hill).locator(".grip").hover()
    page.mouse.down()
    box = part(page, sea).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 60, box["y"] + box["height"] * 1.2, steps=6)
    page.mouse.move(box["x"] + 60, box["y"] + 4, steps=4)
    page.mouse.up()
    assert queue(page) == [hill, sea, tall]
    expect(page.locator("[data-voice]")).to_have_text(f"{hill} is now at place 1 of 3.")
    page.get_by_role("button", name="Choose none").click()
    expect(page.locator("#combine")).to_be_hidden()


def test_what_cannot_be_combined_is_said_where_it_was_asked(site: Served, browse: OpenPage) -> None:
    page = open_boards(browse)
    choose(page, *NAMES[:2])
    chosen = page.evaluate("sessionStorage.getItem('storyboards-to-combine')")
    gone = "0" * 32
    first = page.locator("#combine li").first.get_attribute("data-board")
    page.evaluate(
        "told => sessionStorage.setItem('storyboards-to-combine', told)",
        chosen.replace(first, gone),
    )
    page.reload()
    page.get_by_role("button", name="Combine", exact=True).click()
    expect(page.locator("#combine-problem")).to_have_text(f"Job {gone} not found")
    assert site.http.get("/v1/storyboards/combinations").json()["combinations"] == []


@pytest.mark.parametrize("width", [360, 1280], ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_both_pages_can_be_read_and_used_by_everybody(
    browse: OpenPage, scheme: str, width: int
) -> None:
    page = open_boards(browse, width=width, color_scheme=scheme, reduced_motion="reduce")
    choose(page, NAMES[0], NAMES[2])
    faults = {"choosing": found} if (found := page.evaluate(LOOK)) else {}
    page.get_by_role("button", name="Combine", exact=True).click()
    page.wait_for_url("**/storyboards/combined")
    expect(page.locator("html[data-storyboards]")).to_be_attached()
    watch = page.get_by_role("link", name="Watch the video of 2 storyboards")
    expect(watch).to_be_visible(timeout=LONG_MS)
    faults |= {"combined": found} if (found := page.evaluate(LOOK)) else {}
    watch.click()
    faults |= {"watching": found} if (found := page.evaluate(LOOK)) else {}
    assert faults == {}
