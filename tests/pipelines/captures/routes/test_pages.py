"""The pages of the captures as operators use them, in a real Chromium; and what they read."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect
from tests.browsing import OpenPage
from tests.pipelines.captures.hall import open_hall
from tests.pipelines.captures.manifest.library import ROWS, fill, made, put, sound
from tests.web.reels import Served, serving

from reelmill.pipelines.captures.manifest.parquet import publish
from reelmill.storage.folder import FolderStore

pytestmark = pytest.mark.chromium

LOOK = (Path(__file__).parents[3] / "web" / "look.js").read_text()

#: Captures that are dark, so that their sheet has two pages.
DARK = 50


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("captures")
    store = FolderStore(home / "records")
    fill(store)
    for number in range(1, DARK):
        put(store, sound(f"night/{number:02d} <b>.tar", number % 3, count=2, light=0.05))
    publish(made(store).table, str(home / "manifest.parquet"))
    chosen = {"manifest": str(home / "manifest.parquet"), "manifest_bucket": str(home / "records")}
    with (
        open_hall(home / "home", pipelines={"captures": chosen}) as app,
        serving(app) as served,
    ):
        yield served


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "path",
    [
        "/captures",
        "/captures?where=is_video_frozen",
        "/captures?where=nonsense",
        "/captures/sheet?flag=is_video_mostly_dark",
        "/captures/sheet?flag=error",
        "/captures/record?record=day/0.pt",
        "/captures/record?record=day/8.pt",
    ],
)
def test_every_page_can_be_read_by_everybody(browse: OpenPage, path: str, scheme: str) -> None:
    assert browse(path, color_scheme=scheme).evaluate(LOOK) == []


@pytest.mark.parametrize(
    "path", ["/captures", "/captures/sheet?flag=error", "/captures/record?record=day/0.pt"]
)
def test_every_page_fits_a_phone(browse: OpenPage, path: str) -> None:
    page = browse(path, width=360, height=640)
    assert page.evaluate(LOOK) == []


def test_a_survey_leads_to_the_sheet_of_a_flag_and_to_a_capture(browse: OpenPage) -> None:
    page = browse("/captures")
    expect(page.get_by_text(f"{ROWS + DARK - 1}", exact=True).first).to_be_visible()
    expect(page.locator("figure svg").first).to_be_visible()
    page.get_by_role("link", name="Video mostly dark").click()
    expect(page.locator(".exhibit")).to_have_count(48)
    picture = page.locator(".exhibit img").first
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 107
    page.get_by_role("link", name="Further").click()
    expect(page.locator(".exhibit")).to_have_count(DARK - 48)
    page.locator(".exhibit a").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(".tar")
    expect(page.get_by_text("is_video_mostly_dark")).to_be_visible()


def test_rows_are_chosen_in_sql_by_keyboard_alone(browse: OpenPage) -> None:
    page = browse("/captures/sheet")
    page.get_by_label("Only rows for which, in SQL").focus()
    page.keyboard.type("error IS NOT NULL AND s3_key LIKE 'day/%'")
    page.keyboard.press("Enter")
    expect(page.locator(".exhibit")).to_have_count(2)
    page.get_by_role("link", name="Survey").click()
    expect(page.get_by_label("Only rows for which, in SQL")).to_have_value(
        "error IS NOT NULL AND s3_key LIKE 'day/%'"
    )


def test_a_condition_that_reaches_out_is_refused_in_words(browse: OpenPage) -> None:
    page = browse("/captures?where=EXISTS(SELECT 1 FROM read_text('/etc/passwd'))")
    expect(page.get_by_role("alert")).to_contain_text("cannot be answered")
    expect(page.get_by_label("Only rows for which, in SQL")).to_have_attribute(
        "aria-invalid", "true"
    )
    assert "root:" not in page.content()


def test_frames_are_pictures_of_the_manifests_records_alone(site: Served) -> None:
    answer = site.http.get(
        "/v1/captures/still", params={"record": "day/0.pt", "frame": "stride-3_chw[2]"}
    )
    assert answer.headers["content-type"] == "image/jpeg"
    assert Image.open(BytesIO(answer.content)).size == (107, 60)
    for record, frame in (
        ("day/0.pt", "stride-3_chw[99]"),
        ("day/0.pt", "../../etc/passwd"),
        ("day/0.pt", "other[0]"),
        ("day/77.pt", "stride-3_chw[0]"),
        ("../secret", "stride-3_chw[0]"),
    ):
        asked = {"record": record, "frame": frame}
        assert site.http.get("/v1/captures/still", params=asked).status_code == 404, asked


def test_what_there_is_not_is_said_to_be_missing(site: Served) -> None:
    for path in ("/captures/sheet?flag=nothing", "/captures/record?record=nothing"):
        assert site.http.get(path).status_code == 404
    assert site.http.get("/captures/sheet?page=0").status_code == 422


def test_without_a_manifest_the_pages_say_how_to_make_one(tmp_path: Path) -> None:
    chosen = {"manifest": str(tmp_path / "none.parquet")}
    with open_hall(tmp_path, pipelines={"captures": chosen}) as app, serving(app) as served:
        for path in ("/captures", "/captures/sheet"):
            answer = served.http.get(path)
            assert answer.status_code == 200
        assert "reelmill captures run" in served.http.get("/captures").text
        assert served.http.get("/captures/record?record=a").status_code == 404


def test_a_page_without_words_of_ones_language_says_that_it_is_in_english(site: Served) -> None:
    page = site.http.get("/captures", headers={"Accept-Language": "ko", "Accept": "text/html"}).text
    assert '<html lang="ko">' in page
    assert '<main id="content" tabindex="-1" lang="en">' in page
