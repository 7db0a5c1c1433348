"""The door: signing in and out over HTTP."""

import io
import logging
import re
from http.cookies import SimpleCookie
from pathlib import Path

import jwt
import pytest
import structlog
from tests.accounts.provider import AUDIENCE, SECRET, claims
from tests.web.people import PAGE, PASSWORD, sign_in
from tests.web.reels import Served, open_app, serving

from reelmill import logs
from reelmill.accounts.keys import new_key
from reelmill.web.who import COOKIE

NEW_PASSWORD = "another battery staple"


@pytest.fixture(autouse=True)
def _ann(site: Served) -> None:
    site.app.accounts.add_user("ann", password=PASSWORD)


def test_who_signs_in_goes_on_and_stays_known(site: Served) -> None:
    filled = {"name": "ann", "password": PASSWORD, "next": "/jobs?state=failed"}
    answer = site.http.post("/sign-in", data=filled)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/jobs?state=failed")
    page = site.http.get("/jobs", headers=PAGE)
    assert 'href="/account"' in page.text
    assert ">ann</a>" in page.text.replace("</span>", ">")
    assert site.http.get("/sign-in?next=/jobs").headers["Location"] == "/jobs"


def test_the_cookie_is_out_of_reach_and_lasts_thirty_days(site: Served) -> None:
    (cookie,) = SimpleCookie(sign_in(site, "ann").headers["Set-Cookie"]).values()
    assert cookie.key == COOKIE
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "lax"
    assert cookie["path"] == "/"
    assert cookie["max-age"] == str(30 * 24 * 3600)
    assert cookie["secure"] == "", "http has no other way"


def test_behind_tls_the_cookie_never_leaves_it(site: Served) -> None:
    filled = {"name": "ann", "password": PASSWORD}
    far = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
    answer = site.http.post("/sign-in", data=filled, headers=far)
    assert "; Secure" in answer.headers["Set-Cookie"]


def test_signing_out_ends_the_session_itself(site: Served) -> None:
    sign_in(site, "ann")
    kept = site.http.cookies[COOKIE]
    answer = site.http.post("/sign-out", headers=PAGE)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")
    assert COOKIE not in site.http.cookies
    site.http.cookies.set(COOKIE, kept)
    assert site.http.get("/v1/me").status_code == 401, "a copy of the cookie is worth nothing"


def test_each_signing_in_is_a_session_of_its_own(site: Served) -> None:
    sign_in(site, "ann")
    first = site.http.cookies[COOKIE]
    site.http.cookies.clear()
    sign_in(site, "ann")
    assert site.http.cookies[COOKIE] != first


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_nobody_is_sent_to_another_site(site: Served, wanted: str) -> None:
    filled = {"name": "ann", "password": PASSWORD, "next": wanted}
    assert site.http.post("/sign-in", data=filled).headers["Location"] == "/"
    assert site.http.get("/sign-in", params={"next": wanted}).headers["Location"] == "/"


def test_whatever_is_wrong_the_page_is_the_same(site: Served) -> None:
    site.app.accounts.add_user("robot")
    said = set()
    for name, password in (("ann", "wrong"), ("robot", PASSWORD), ("nobody", PASSWORD), ("", "")):
        answer = sign_in(site, name, password)
        assert answer.status_code == 401
        assert "Set-Cookie" not in answer.headers
        assert password not in answer.text or not password
        said.add(re.sub(r'name="name" value="[^"]*"', "", answer.text))
    assert len(said) == 1
    assert "Name and password do not fit." in said.pop()


def test_a_name_stays_text(site: Served) -> None:
    evil = '"><script>alert(1)</script>'
    assert "<script>alert" not in sign_in(site, evil, "x").text
    assert "<script>alert" not in site.http.get("/sign-in", params={"next": evil}).text


def test_too_many_tries_are_told_when_to_come_back(site: Served) -> None:
    for _ in range(5):
        assert sign_in(site, "ann", "wrong").status_code == 401
    answer = sign_in(site, "ann")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 901
    assert "That was tried too often." in answer.text


def test_another_sites_form_signs_nobody_in_or_out(site: Served) -> None:
    filled = {"name": "ann", "password": PASSWORD}
    evil = {"Origin": "http://evil.example", **PAGE}
    assert site.http.post("/sign-in", data=filled, headers=evil).status_code == 403
    sign_in(site, "ann")
    assert site.http.post("/sign-out", headers=evil).status_code == 403
    assert site.http.get("/v1/me").status_code == 200


def test_a_form_that_is_no_form_is_refused(site: Served) -> None:
    assert site.http.post("/sign-in", data={"name": "x" * 300}).status_code == 422
    assert site.http.post("/sign-in", content=b"\0\xff").status_code in {401, 422}


def test_no_secret_is_ever_logged_or_told_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """All that can be done with secrets, right and wrong, at the most talkative level."""
    said = io.StringIO()
    logs.set_up("debug", "json")
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(said))
    caplog.set_level(logging.DEBUG)
    # The browser of this test, in the same process, tells what it gets.
    caplog.set_level(logging.WARNING, logger="httpcore")
    section = {"jwt_secret": SECRET, "jwt_audience": AUDIENCE}
    token = jwt.encode(claims(), SECRET, algorithm="HS256")
    late = jwt.encode(claims(exp=1), SECRET, algorithm="HS256")
    forged = new_key()
    with open_app(tmp_path, accounts=section) as app, serving(app) as site:
        app.accounts.add_user("ann", password=PASSWORD)
        sign_in(site, "ann", NEW_PASSWORD)
        sign_in(site, "ann")
        cookie = site.http.cookies[COOKIE]
        made = site.http.post("/v1/keys", json={"label": "ci"}).json()["key"]
        for bearer in (made, token, late, forged.text):
            site.http.get("/v1/me", headers={"Authorization": f"Bearer {bearer}"})
            site.http.get("/v1/me", headers={"X-API-Key": bearer})
        site.http.post("/v1/keys", json={"label": "x" * 200})
        listed = site.http.get("/v1/keys").text + site.http.get("/account").text
        changed = {"old": PASSWORD, "new": NEW_PASSWORD}
        assert site.http.post("/account/password", data=changed).status_code == 303
        shown = repr(app.settings) + str(app.settings)
    text = said.getvalue() + caplog.text
    assert "signed in" in text
    assert "sign-in refused" in text
    secrets = (PASSWORD, NEW_PASSWORD, SECRET, cookie, token, late, forged.secret)
    for secret in (*secrets, made.rpartition("_")[2]):
        assert secret not in text
        assert secret not in listed
        assert secret not in shown
