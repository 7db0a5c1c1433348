"""The pages of the shorts in Korean, in a real Chromium: nothing on the way is said in English."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browsing import OpenPage
from tests.pipelines.shorts.theatre import LONG_S, end_job, export, open_theatre, ready_video
from tests.web.reels import Served, serving

from reelmill.catalog.jobs import JobState
from reelmill.media.probe import probe

pytestmark = pytest.mark.chromium

#: What takes a worker, and a page that waits for one, milliseconds.
LONG_MS = LONG_S * 1000

#: What is called the same in Korean: names, units, and what the tests have brought in.
SAME = {"Reelmill", "YouTube", "API", "English", "UTC", "fps", "A", "talk", "Talk"}
SAME |= {"ms", "B", "KB", "MB", "GB", "x", "SRT", "WebVTT", "EDL"}

#: Everything that a page says: text, and what is said beside it.
SAID = """() => {
    const shown = (part) => part.checkVisibility?.() && !part.closest("code, script, style");
    const all = [...document.querySelectorAll("body *")].filter(shown);
    const texts = all.flatMap((part) => [...part.childNodes].filter((node) => node.nodeType === 3))
        .map((node) => node.data);
    const named = all.flatMap((part) => ["aria-label", "alt", "title", "placeholder"]
        .map((name) => part.getAttribute(name) ?? ""));
    return [document.title, ...texts, ...named];
}"""


def english_on(page: Page) -> set[str]:
    """What a page says in Latin letters, but for what is called so in Korean too."""
    said = [re.sub(r"https?://\S+|[\w-]+\.\w+|0\.\d+\S*", "", text) for text in page.evaluate(SAID)]
    return {text for text in said if set(re.findall(r"[A-Za-z]+", text)) - SAME}


@pytest.fixture
def site(working_site: Served) -> Served:
    return working_site


@pytest.fixture
def idle_site(tmp_path: Path) -> Iterator[Served]:
    """A site whose node never starts, so that jobs stay as a test puts them."""
    with open_theatre(tmp_path / "home") as app, serving(app) as served:
        yield served


def look(page: Page, name: str) -> None:
    """Keep a picture of a page, where somebody wants to look at it."""
    if folder := os.environ.get("REELMILL_TEST_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_a_clip_becomes_a_short_and_a_reel_in_korean(
    browse: OpenPage, clip: Path, tmp_path: Path
) -> None:
    page = browse("/shorts", locale="ko-KR")
    expect(page.locator("html[data-shorts]")).to_be_attached()
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    assert english_on(page) == set()
    look(page, "1-videos")
    page.get_by_label("영상 파일").set_input_files(clip)
    page.get_by_role("button", name="업로드").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("A talk", timeout=LONG_MS)
    expect(page.locator("#state .badge")).to_have_text("완료", timeout=LONG_MS)
    page.get_by_role("button", name="쇼츠로 내보내기").first.click()
    expect(page.locator("#export-left")).to_have_text("남은 내보내기 10/10 (오늘)")
    page.get_by_role("radio", name="스마트 자르기").check()
    expect(page.locator("[data-plan-told]")).to_contain_text("확신도", timeout=LONG_MS)
    assert english_on(page) == set()
    look(page, "2-dialog")
    page.get_by_role("button", name="내보내기", exact=True).click()
    expect(page.locator(".toast")).to_have_text("내보내기를 시작했습니다! 완료되면 알려 드릴게요.")
    expect(page.locator("#export [data-badge]")).to_have_text("완료", timeout=LONG_MS)
    expect(page.locator("[data-expires-view]")).to_have_text("23시간 후 만료")
    assert english_on(page) == set()
    look(page, "3-ready")
    with page.expect_download() as began:
        page.get_by_role("link", name="영상 다운로드").first.click()
    began.value.save_as(tmp_path / "short.mp4")
    assert probe(tmp_path / "short.mp4").video[0].size == (1080, 1920)

    page.keyboard.press("Escape")
    for button in page.locator("[data-act=pick]").all():
        button.click()
    page.get_by_label("제목").fill("A talk")
    page.locator("#reel-export").click()
    expect(page.locator("[data-reel-words]")).to_have_text("완료", timeout=LONG_MS)
    assert english_on(page) == set()
    look(page, "4-reel")
    page.get_by_role("link", name="내보내기 목록").click()
    expect(page.locator(".made .badge")).to_have_text(["완료", "완료"])
    assert english_on(page) == set()
    look(page, "5-history")


class TestWithoutAWorker:
    @pytest.fixture
    def site(self, idle_site: Served) -> Served:
        return idle_site

    def test_limit_and_failure_are_told_in_korean(self, site: Served, browse: OpenPage) -> None:
        spans = tuple((float(at), float(at + 1)) for at in range(11))
        video, scenes = ready_video(site.app, spans=spans)
        made = [export(site.http, scene).json() for scene in scenes[:10]]
        page = browse(f"/shorts/videos/{video}", locale="ko-KR")
        expect(page.locator("html[data-shorts]")).to_be_attached()
        page.locator(f"#export-{scenes[10]}").click()
        expect(page.locator("#export-limit")).to_contain_text(
            "일일 내보내기 한도(하루 10회)에 도달했습니다. 24시간 후에 다시 시도해 주세요."
        )
        assert english_on(page) == set()
        look(page, "6-limit")
        why = {
            "error_code": "timed_out",
            "error_message": "The work took longer than it is allowed to.",
        }
        end_job(site.app, made[0]["job_id"], JobState.FAILED, **why)
        page.keyboard.press("Escape")
        page.locator(f"#export-{scenes[0]}").click()
        expect(page.locator("[data-failed-words]")).to_have_text(
            "영상 변환에 실패했습니다: 작업이 제한 시간을 초과했습니다."
        )
        assert english_on(page) == set()
        page.goto(f"{site.url}/shorts/exports")
        expect(page.locator("main")).to_contain_text("작업이 제한 시간을 초과했습니다.")
        assert english_on(page) == set()

    def test_the_switch_on_the_page_changes_its_language(
        self, site: Served, browse: OpenPage
    ) -> None:
        video, _ = ready_video(site.app)
        page = browse(f"/shorts/videos/{video}")
        page.get_by_role("button", name="한국어").click()
        expect(page.locator("html")).to_have_attribute("lang", "ko")
        expect(page.get_by_role("button", name="쇼츠로 내보내기").first).to_be_visible()
        assert page.url.endswith(video)
        page.get_by_role("button", name="English").click()
        expect(page.get_by_role("button", name="Export to Short").first).to_be_visible()
