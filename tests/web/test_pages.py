"""The dashboard without its script: reading and acting."""

import re

import pytest
from tests.web.reels import Served, attach, enter, furnish, progress, told

from reelmill.catalog.jobs import JobState
from reelmill.catalog.steps import StepOutcome

PAGE = {"Accept": "text/html"}


@pytest.mark.parametrize("path", ["/", "/jobs", "/jobs?state=failed", "/pipelines/reels"])
def test_an_empty_house_says_what_to_do(site: Served, path: str) -> None:
    page = site.http.get(path, headers=PAGE)
    assert page.status_code == 200
    assert "No jobs yet" in page.text or "Nothing matches" in page.text


def test_a_list_without_script_is_filtered_and_paged_by_links(site: Served) -> None:
    for number in range(55):
        enter(site.app, f"job-{number:02}")
    first = site.http.get("/jobs?text=job").text
    assert "job-54" in first
    assert "job-04<" not in first
    following = re.search(r'id="next-page" href="([^"]+)"', first)
    assert following
    second = site.http.get(following[1].replace("&amp;", "&")).text
    assert "job-04<" in second
    assert "job-54" not in second
    assert 'href="/jobs?text=job"' in second, "and back to the newest, with the filter kept"


def test_a_filter_that_makes_no_sense_is_told(house: Served) -> None:
    answer = house.http.get("/jobs?state=odd", headers=PAGE)
    assert answer.status_code == 400
    assert "No such state: odd." in answer.text


def test_a_failed_job_says_why_and_what_to_do(site: Served) -> None:
    furnish(site.app)
    page = site.http.get("/jobs/reels/torn").text
    for words in (
        "The film is torn (frame=7)",
        "Splice it and send it again.",
        "torn_film",
        "Run again",
    ):
        assert words in page


def test_a_finished_job_shows_its_film_its_files_and_its_steps(site: Served) -> None:
    enter(site.app, "a", state=JobState.COMPLETED)
    told(site.app, "a", StepOutcome.OK, StepOutcome.OK, command=("ffmpeg", "-i", "a b.mp4"))
    attach(site.app, "a", "a.mp4", b"x" * 2048, "video/mp4", width=1280, height=720, duration_s=2.0)
    attach(site.app, "a", "a.jpg", b"y", "image/jpeg")
    page = site.http.get("/jobs/reels/a").text
    film = re.search(r'<video [^>]*src="([^"]+)"', page)
    poster = re.search(r'poster="([^"]+)"', page)
    assert film
    assert poster
    assert site.http.get(film[1].replace("&amp;", "&")).content == b"x" * 2048
    assert site.http.get(poster[1].replace("&amp;", "&")).content == b"y"
    for words in (
        "1280 \N{MULTIPLICATION SIGN} 720",
        "2.0 KB",
        "ffmpeg -i &#39;a b.mp4&#39;",
        "shoot",
        "print",
    ):
        assert words in page


def test_a_job_is_stopped_and_repeated_by_plain_forms(site: Served) -> None:
    site.http.post("/v1/reels", json={"name": "a"})
    stopped = site.http.post("/jobs/reels/a/cancel", follow_redirects=True)
    assert "This job was canceled." in stopped.text
    again = site.http.post("/jobs/reels/a/retry", follow_redirects=True)
    assert "run 2" in again.text.lower() or ">2" in again.text
    assert site.app.jobs.find("reels/a").run == 2


def test_pressing_a_button_too_late_is_no_error(site: Served) -> None:
    enter(site.app, "done", state=JobState.COMPLETED)
    enter(site.app, "waiting")
    assert site.http.post("/jobs/reels/done/cancel").status_code == 303
    assert site.http.post("/jobs/reels/waiting/retry").status_code == 303


def test_another_site_cannot_press_a_button(site: Served) -> None:
    enter(site.app, "waiting")
    answer = site.http.post(
        "/jobs/reels/waiting/cancel", headers={"Origin": "http://evil.example", **PAGE}
    )
    assert answer.status_code == 403
    assert site.app.jobs.find("reels/waiting").state is JobState.PENDING


def test_whatever_a_job_is_called_it_stays_text(site: Served) -> None:
    evil = '<img src=x onerror="alert(1)">'
    enter(site.app, evil, state=JobState.FAILED, error_message=evil, error_hint=evil)
    progress_key = "ü/ñ?#&"
    enter(site.app, progress_key, state=JobState.IN_PROGRESS)
    progress(site.app, progress_key, 1, 2)
    for path in ("/", "/jobs", "/jobs/reels/%3Cimg%20src%3Dx%20onerror%3D%22alert(1)%22%3E"):
        page = site.http.get(path, headers=PAGE)
        assert page.status_code == 200
        assert "<img src=x" not in page.text
    listed = site.http.get("/jobs").text
    for address in re.findall(r'href="(/jobs/reels/[^"]+)"', listed):
        assert site.http.get(address, headers=PAGE).status_code == 200


def test_pages_ask_nothing_of_the_outside(site: Served) -> None:
    furnish(site.app)
    for path in ("/", "/jobs", "/jobs/reels/torn", "/pipelines/reels", "/nope"):
        page = site.http.get(path, headers=PAGE).text
        sources = re.findall(r'(?:src|href|action|poster)="([^"]*)"', page)
        assert sources
        assert not [one for one in sources if not one.startswith(("/", "#"))]
        assert "style=" not in page
        assert not re.findall(r"<script(?![^>]*src=)", page)
