"""What the pages of the shorts promise beside their story: targets, colours, links, details."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.browsing import OpenPage
from tests.pipelines.shorts.test_pages import complete, open_dialog, video_page
from tests.pipelines.shorts.theatre import export, ready_video
from tests.web.reels import Served

pytestmark = pytest.mark.chromium

#: Pixels of a side of what is pressed, at least. Source: shorts export, UI.
TARGET_PX = 44

#: What is pressed, but for links inside of sentences, which are as high as these.
PRESSED = (
    "button, select, summary, a.button, .tabs a, .choice, header a, "
    "input:not([type=radio], [type=checkbox], [type=hidden])"
)

#: What of that is smaller.
SMALL = """([pressed, least]) => {
    const tells = (part, box) => `${part.id || part.textContent.trim()} ${box.width}x${box.height}`;
    const on = document.querySelector("dialog[open]") ?? document.body;
    return [...on.querySelectorAll(pressed)].filter((part) => part.checkVisibility())
        .map((part) => [part, part.getBoundingClientRect()])
        .filter(([, box]) => box.height < least - 0.5 || box.width < least - 0.5)
        .map(([part, box]) => tells(part, box));
}"""

#: What the dialog looks like, in the dark. Source: shorts export, UI.
COLOURS = """() => {
    const dialog = document.getElementById("export");
    const of = (name) => getComputedStyle(dialog.querySelector(name));
    return {
        surface: getComputedStyle(dialog).backgroundColor,
        radius: getComputedStyle(dialog).borderRadius,
        width: dialog.getBoundingClientRect().width,
        backdrop: getComputedStyle(dialog, "::backdrop").backgroundColor,
        chosen: of(".choice:has(:checked)").borderTopColor,
        failed: of("#export-too-long").color,
    };
}"""


def small(page: Page) -> list[str]:
    found: list[str] = page.evaluate(SMALL, [PRESSED, TARGET_PX])
    return found


@pytest.mark.parametrize("width", [360, 1280], ids=["phone", "desk"])
def test_whatever_is_pressed_is_large_enough_for_a_finger(
    site: Served, browse: OpenPage, clip: Path, width: int
) -> None:
    video, scenes = ready_video(site.app, source=clip)
    complete(site, export(site.http, scenes[0]).json())
    page = browse("/shorts", width=width)
    found = {"videos": small(page)}
    page.goto(f"{site.url}/shorts/exports")
    found["history"] = small(page)
    page.goto(f"{site.url}/shorts/videos/{video}")
    expect(page.locator("html[data-shorts]")).to_be_attached()
    page.locator(f"#pick-{scenes[0]}").click()
    found["video"] = small(page)
    open_dialog(page, scenes[1])
    found["dialog"] = small(page)
    page.keyboard.press("Escape")
    open_dialog(page, scenes[0])
    expect(page.locator("#export-download")).to_be_visible()
    found["ready"] = small(page)
    assert {name: parts for name, parts in found.items() if parts} == {}


def test_the_dialog_has_the_looks_of_the_system_before_this_one(
    site: Served, browse: OpenPage
) -> None:
    video, scenes = ready_video(site.app)
    page = video_page(browse, video, color_scheme="dark")
    open_dialog(page, scenes[2], "part")
    looks: dict[str, Any] = page.evaluate(COLOURS)
    assert looks == {
        "surface": "rgb(15, 23, 42)",
        "radius": "16px",
        "width": 448,
        "backdrop": "rgba(0, 0, 0, 0.6)",
        "chosen": "rgb(6, 182, 212)",
        "failed": "rgb(239, 68, 68)",
    }


def test_a_link_is_made_anew_before_its_hour_is_over(site: Served, browse: OpenPage) -> None:
    video, (scene, *_) = ready_video(site.app)
    complete(site, export(site.http, scene).json())
    page = browse(f"/shorts/videos/{video}")
    page.clock.install()
    page.reload()
    expect(page.locator("html[data-shorts]")).to_be_attached()
    open_dialog(page, scene)
    link = page.locator("#export-download")
    first = link.get_attribute("href")
    page.clock.fast_forward("00:45:00")
    assert link.get_attribute("href") == first
    site.app.services.clock.move(minutes=55)  # type: ignore[attr-defined]
    page.clock.fast_forward("00:10:00")
    expect(link).not_to_have_attribute("href", first or "")


def test_what_goes_with_a_short_is_copied(site: Served, browse: OpenPage) -> None:
    video, (_, scene, _) = ready_video(site.app)
    complete(site, export(site.http, scene).json())
    page = video_page(browse, video, permissions=["clipboard-read", "clipboard-write"])
    open_dialog(page, scene)
    button = page.locator("#export-copy")
    button.click()
    expect(button).to_have_text("Copied")
    told = page.evaluate("navigator.clipboard.readText()")
    assert told == "Talk · Scene 2\n0:02.0 \N{EN DASH} 0:04.0\n#Shorts"
    expect(button).to_have_text("Copy details")


def test_captions_are_handed_in_with_the_export(
    site: Served, browse: OpenPage, tmp_path: Path
) -> None:
    video, (scene, *_) = ready_video(site.app)
    page = video_page(browse, video)
    open_dialog(page, scene)
    page.locator("#export-more summary").click()
    field = page.get_by_label("File of captions")
    bad, good = tmp_path / "bad.srt", tmp_path / "good.srt"
    bad.write_text("no captions")
    field.set_input_files(bad)
    page.locator("#export-start").click()
    expect(page.locator("#export-problem")).to_contain_text("SRT or WebVTT")
    good.write_text("1\n00:00:00,500 --> 00:00:01,500\n자막\n", encoding="utf-8")
    field.set_input_files(good)
    page.locator("#export-start").click()
    expect(page.locator("#export [data-badge]")).to_have_text("Queued")
    (made,) = site.http.get("/v1/exports").json()["exports"]
    told = site.app.jobs.find(made["job_id"]).spec["captions"]
    assert told == [{"start_s": 0.5, "end_s": 1.5, "text": "자막"}]


def test_without_a_stream_of_events_the_dialog_asks(site: Served, browse: OpenPage) -> None:
    video, (scene, *_) = ready_video(site.app)
    made = export(site.http, scene).json()
    page = browse("/shorts")
    page.route("**/v1/events*", lambda route: route.abort())
    page.goto(f"{site.url}/shorts/videos/{video}")
    expect(page.locator("html[data-shorts]")).to_be_attached()
    open_dialog(page, scene)
    expect(page.locator("#export [data-badge]")).to_have_text("Queued")
    complete(site, made)
    expect(page.locator("#export [data-badge]")).to_have_text("Ready", timeout=10_000)
