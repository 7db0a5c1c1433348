"""The language of an answer, and the switch that chooses it."""

import httpx
import pytest
from tests.web.people import PAGE, PASSWORD, person
from tests.web.reels import Served, enter

KOREAN = PAGE | {"Accept-Language": "ko-KR,ko;q=0.9,en;q=0.5"}


def test_a_page_is_in_the_language_that_the_browser_asks_for(house: Served) -> None:
    page = house.http.get("/", headers=KOREAN)
    assert '<html lang="ko">' in page.text
    assert ">개요</h1>" in page.text
    assert page.headers["Content-Language"] == "ko"
    assert page.headers["Vary"] == "Accept-Language, Cookie"
    assert '<html lang="en">' in house.http.get("/", headers=PAGE).text


def test_the_switch_goes_before_and_leads_back(house: Served) -> None:
    with httpx.Client(base_url=house.url, headers=PAGE) as http:
        form = {"language": "ko", "next": "/jobs?state=failed"}
        answer = http.post("/language", data=form)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/jobs?state=failed")
        cookie = answer.headers["Set-Cookie"]
        assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
        page = http.get("/jobs?state=failed").text
        assert '<html lang="ko">' in page
        assert '<input type="hidden" name="next" value="/jobs?state=failed">' in page
        http.post("/language", data={"language": "en"})
        assert '<html lang="en">' in http.get("/", headers=KOREAN).text


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:a"])
def test_the_switch_leads_nowhere_else(house: Served, elsewhere: str) -> None:
    answer = house.http.post("/language", data={"language": "ko", "next": elsewhere})
    assert answer.headers["Location"] == "/"
    house.http.cookies.clear()


def test_what_nobody_speaks_is_not_to_be_chosen(house: Served) -> None:
    for answer in (
        house.http.post("/language", data={"language": "../ko"}),
        house.http.get("/catalogues/xx.js"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_language")


def test_scripts_find_their_words_beside_the_page(house: Served) -> None:
    page = house.http.get("/", headers=KOREAN).text
    address = page.partition('<script defer src="')[2].partition('"')[0]
    words = house.http.get(address)
    assert words.headers["Content-Type"].startswith("text/javascript")
    assert "\\ubc29\\uae08 \\uc804" in words.text
    assert "/catalogues/" not in house.http.get("/", headers=PAGE).text


def test_the_door_speaks_to_whoever_is_not_known_yet(site: Served) -> None:
    with person(site, "ann"):
        page = site.http.get("/sign-in?next=%2Fjobs", headers=KOREAN).text
        assert ">로그인</h1>" in page
        assert page.count('<input type="hidden" name="next" value="/jobs">') == 2
        form = {"name": "ann", "password": f"not {PASSWORD}"}
        refused = site.http.post("/sign-in", data=form, headers=KOREAN)
        assert refused.status_code == 401
        assert "이름 또는 비밀번호가 올바르지 않습니다." in refused.text
        assert site.http.post("/language", data={"language": "ko"}).status_code == 303
        assert site.http.get("/catalogues/ko.js").status_code == 200


def test_programs_are_answered_in_english_and_people_in_words(house: Served) -> None:
    address = "/v1/jobs/reels/none"
    told = house.http.get(address, headers={"Accept-Language": "ko"}).json()
    assert (told["code"], told["title"]) == ("unknown_job", "There is no such job.")
    page = house.http.get("/jobs/reels/none", headers=KOREAN)
    assert page.status_code == 404
    assert "페이지를 찾을 수 없습니다." in page.text


def test_events_tell_people_in_the_language_of_their_page(house: Served) -> None:
    job = enter(house.app, "told")
    with house.http.stream(
        "GET", f"/v1/jobs/{job.id}/events", headers={"Accept-Language": "ko"}
    ) as stream:
        told = next(line for line in stream.iter_lines() if line.startswith("data:"))
    assert '"label":"대기 중"' in told
