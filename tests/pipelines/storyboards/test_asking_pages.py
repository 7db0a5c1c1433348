"""Boards asked for on their page, in a real Chromium: variations, platforms, pairs, properties."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browsing import OpenPage
from tests.pipelines.storyboards.gallery import (
    board_of,
    chosen,
    completed,
    drafted,
    gallery,
    scenes_of,
)
from tests.pipelines.storyboards.routes.site import OFTEN, picture
from tests.web.reels import Served, serving

from reelmill.children import Children
from reelmill.pipelines.storyboards.spec import VideoStatus
from reelmill.pipelines.storyboards.tables import boards, scenes

pytestmark = [pytest.mark.chromium, pytest.mark.ffmpeg]

LONG_MS = 120_000


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, warm: Children) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("home")
    section = chosen(rates=OFTEN)
    with gallery(home, section, children=warm, beat_s=1) as app, app.node(), serving(app) as served:
        yield served


def opened(browse: OpenPage, path: str = "/storyboards") -> Page:
    page = browse(path)
    expect(page.locator("html[data-storyboards]")).to_be_attached()
    return page


def board_id_of(page: Page) -> str:
    page.wait_for_url("**/storyboards/*")
    return page.url.rpartition("/")[2]


def files(folder: Path, names: list[str]) -> list[Path]:
    paths = [folder / name for name in names]
    for number, path in enumerate(paths):
        path.write_bytes(picture((64 + number, 64)))
    return paths


def test_variations_are_asked_for_and_stand_side_by_side(site: Served, browse: OpenPage) -> None:
    page = opened(browse)
    page.get_by_label("What is the video about?").fill("A lake. Mist rises.")
    page.get_by_label("Length, seconds").fill("5")
    page.get_by_label("Variations").select_option("2")
    expect(page.locator("#quote")).to_contain_text("2 boards of 3 scenes")
    page.get_by_label("Campaign").fill("spring")
    page.get_by_role("button", name="Draft the storyboard").click()
    board_id = board_id_of(page)
    expect(page.locator(".panel-look img")).to_have_count(3, timeout=LONG_MS)
    assert board_of(site.app, board_id).campaign_id == "spring"
    page.get_by_role("link", name="Variation 2").click()
    expect(page.get_by_text("Variation 2", exact=True)).to_have_attribute("aria-current", "page")
    expect(page.locator(".panel-look img")).to_have_count(3, timeout=LONG_MS)
    assert board_of(site.app, board_id_of(page)).group_id == board_id
    page = opened(browse)
    expect(page.locator(".tile-board", has_text="of 2")).to_have_count(2)


def test_only_shapes_that_a_platform_shows_can_be_chosen(browse: OpenPage) -> None:
    page = opened(browse)
    page.get_by_label("Shown on").select_option("youtube_shorts")
    expect(page.locator("input[value='9:16']")).to_be_checked()
    expect(page.locator("input[value='16:9']")).to_be_disabled()
    expect(page.locator("input[value='1:1']")).to_be_enabled()
    page.get_by_label("What is the video about?").fill("A lake. Mist rises.")
    page.get_by_label("Length, seconds").fill("200")
    page.get_by_role("button", name="Draft the storyboard").click()
    expect(page.locator("#draft-problem")).to_contain_text("5 to 180")
    page.get_by_label("Shown on").select_option("")
    expect(page.locator("input[value='16:9']")).to_be_enabled()


def test_pairs_of_pictures_are_handed_over(site: Served, browse: OpenPage, tmp_path: Path) -> None:
    page = opened(browse)
    page.get_by_label("Made of").select_option("from-image-pairs")
    expect(page.get_by_label("Style")).to_be_hidden()
    names = files(tmp_path, ["b.png", "a.png", "c.png", "d.png"])
    page.get_by_label("Pictures of your own").set_input_files(names[:3])
    page.get_by_role("button", name="Draft the storyboard").click()
    expect(page.locator("#draft-problem")).to_contain_text("in pairs")
    page.get_by_label("Pictures of your own").set_input_files(names)
    page.get_by_label("Length, seconds").fill("8")
    page.get_by_role("button", name="Draft the storyboard").click()
    board_id = board_id_of(page)
    expect(page.locator(".panel-look img.panel-last")).to_have_count(2, timeout=LONG_MS)
    rows = scenes_of(site.app, board_id)
    assert [(row.description, row.duration) for row in rows] == [
        ("From a to b", 4),
        ("From c to d", 4),
    ]


def test_photos_of_a_property_are_handed_over(browse: OpenPage, tmp_path: Path) -> None:
    page = opened(browse)
    page.get_by_label("Made of").select_option("from-property-photos")
    photos = files(tmp_path, [f"kitchen {number}.png" for number in range(14)])
    page.get_by_label("Pictures of your own").set_input_files(photos[:13])
    page.get_by_role("button", name="Draft the storyboard").click()
    expect(page.locator("#draft-problem")).to_contain_text("Fourteen photos")
    page.get_by_label("Pictures of your own").set_input_files(photos)
    full = {"status": 429, "headers": {"Retry-After": "1"}, "body": "{}"}
    page.route("**/v1/storyboards/assets", lambda route: route.fulfill(**full), times=1)
    page.get_by_role("button", name="Draft the storyboard").click()
    expect(page.locator("#quote")).to_contain_text("picture 1 of 14 waits 1 s")
    expect(page.locator(".panel")).to_have_count(7, timeout=LONG_MS)
    expect(page.locator(".panel-title").first).to_have_text("Kitchen")


def test_all_that_failed_goes_on_by_one_button(site: Served, browse: OpenPage) -> None:
    board_id = drafted(site.app)
    completed(site.app, board_id)
    with site.app.services.catalog.begin() as conn:
        now = site.app.services.clock()
        scenes.replace(conn, board_id, [])
        boards.change(conn, board_id, now=now, status=VideoStatus.FAILED, error_message="No")
    page = opened(browse)
    page.get_by_role("button", name="Go on with all that failed").click()
    expect(page.locator("[data-voice]")).to_have_text("1 storyboard went on.")
    completed(site.app, board_id)
    assert board_of(site.app, board_id).status is VideoStatus.STORYBOARD_READY


def test_what_was_refined_and_the_pieces_of_work_are_told(site: Served, browse: OpenPage) -> None:
    board_id = drafted(site.app)
    completed(site.app, board_id)
    wish = {"scene_number": 1, "new_image_prompt": "A lighthouse in a storm"}
    answer = site.http.post(f"/v1/storyboards/{board_id}/refine", json=wish)
    assert answer.status_code == 200, answer.text
    completed(site.app, board_id)
    page = opened(browse, f"/storyboards/{board_id}")
    page.get_by_text("What was refined").click()
    expect(page.locator("#history")).to_contain_text("A lighthouse in a storm")
    page.get_by_text("4 pieces of work").click()
    expect(page.locator("#pieces li")).to_have_count(4)
