"""The page of an account, without its script and in a real Chromium."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.browsing import OpenPage
from tests.web.people import PAGE, PASSWORD, sign_in
from tests.web.reels import Served, enter

LOOK = (Path(__file__).parent / "look.js").read_text()
NEW_PASSWORD = "another battery staple"


@pytest.fixture(autouse=True)
def _ann(site: Served) -> None:
    site.app.accounts.add_user("ann", password=PASSWORD)


def test_a_key_is_made_shown_once_and_revoked_by_plain_forms(site: Served) -> None:
    sign_in(site, "ann")
    made = site.http.post("/account/keys", data={"label": "<b>ci</b>"}, headers=PAGE)
    assert made.status_code == 201
    assert made.headers["Cache-Control"] == "no-store"
    key = re.search(r'<code id="new-key">(rm_\w+)</code>', made.text)
    assert key
    assert "<b>ci" not in made.text
    assert site.http.get("/v1/me", headers={"X-API-Key": key[1]}).status_code == 200
    page = site.http.get("/account", headers=PAGE).text
    assert key[1] not in page, "shown once"
    revoke = re.search(r'action="(/account/keys/\w+/revoke)"', page)
    assert revoke
    assert site.http.post(revoke[1], headers=PAGE).headers["Location"] == "/account#keys"
    assert site.http.get("/v1/me", headers={"X-API-Key": key[1]}).status_code == 401
    assert site.http.post(revoke[1], headers=PAGE).status_code == 404


def test_a_key_without_a_label_is_told_on_the_page(site: Served) -> None:
    sign_in(site, "ann")
    answer = site.http.post("/account/keys", data={"label": " "}, headers=PAGE)
    assert answer.status_code == 400
    assert "That is no label for a key." in answer.text


def test_the_password_is_changed_and_everybody_signs_in_again(site: Served) -> None:
    sign_in(site, "ann")
    for old, new, words in (
        ("wrong", NEW_PASSWORD, "The present password is another."),
        (PASSWORD, "short", "The password is too short or too long."),
    ):
        answer = site.http.post("/account/password", data={"old": old, "new": new}, headers=PAGE)
        assert answer.status_code == 400
        assert words in answer.text
    changed = {"old": PASSWORD, "new": NEW_PASSWORD}
    answer = site.http.post("/account/password", data=changed, headers=PAGE)
    assert answer.status_code == 303
    page = site.http.get(answer.headers["Location"]).text
    assert "The password is changed." in page
    assert sign_in(site, "ann").status_code == 401
    assert sign_in(site, "ann", NEW_PASSWORD).status_code == 303


def test_wrong_old_passwords_have_to_wait_as_well(site: Served) -> None:
    sign_in(site, "ann")
    wrong = {"old": "wrong", "new": NEW_PASSWORD}
    statuses = [site.http.post("/account/password", data=wrong).status_code for _ in range(6)]
    assert statuses == [400] * 5 + [429]


@pytest.mark.chromium
def test_one_signs_in_makes_a_key_revokes_it_and_signs_out(site: Served, browse: OpenPage) -> None:
    enter(site.app, "waiting", owner=site.app.accounts.find("ann").id)
    page = browse("/jobs?text=wait", permissions=["clipboard-read", "clipboard-write"])
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type("ann")
    page.keyboard.press("Tab")
    page.keyboard.type("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("Name and password do not fit.")
    expect(page.get_by_label("Password")).to_be_focused()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(site.url + "/jobs?text=wait")
    expect(page.get_by_role("link", name="waiting")).to_be_visible()
    expect(page.get_by_text("Live", exact=True)).to_be_visible()

    page.get_by_role("link", name="Account of ann").click()
    page.get_by_label("What is the new key for?").fill("nightly")
    page.get_by_role("button", name="Make a key").click()
    key = page.locator("#new-key").inner_text()
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == key
    headers = {"Authorization": f"Bearer {key}"}
    assert site.http.get("/v1/me", headers=headers).json()["name"] == "ann"

    page.get_by_role("button", name="Revoke nightly").click()
    page.get_by_role("button", name="Revoke it").click()
    expect(page.get_by_text("No keys yet.")).to_be_visible()
    assert site.http.get("/v1/me", headers=headers).status_code == 401

    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto(site.url + "/account")
    expect(page).to_have_url(site.url + "/sign-in?next=%2Faccount")


@pytest.mark.chromium
def test_a_page_whose_session_has_ended_leads_to_the_door(site: Served, browse: OpenPage) -> None:
    owner = site.app.accounts.find("ann").id
    page = browse("/sign-in?next=/jobs")
    page.get_by_label("Name").fill("ann")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    site.app.accounts.set_password("ann", NEW_PASSWORD)
    enter(site.app, "news", owner=owner)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.chromium
@pytest.mark.parametrize("width", [360, 1280], ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_can_be_read_and_used_by_everybody(
    site: Served, browse: OpenPage, scheme: str, width: int
) -> None:
    page = browse("/sign-in", width=width, color_scheme=scheme, reduced_motion="reduce")
    faults = {"sign in": page.evaluate(LOOK)}
    page.get_by_label("Name").fill("ann")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    faults["wrong"] = page.evaluate(LOOK)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.goto(site.url + "/account")
    faults["account"] = page.evaluate(LOOK)
    page.get_by_label("What is the new key for?").fill("long " + "x" * 90)
    page.get_by_role("button", name="Make a key").click()
    expect(page.locator("#new-key")).to_be_visible()
    faults["a new key"] = page.evaluate(LOOK)
    page.get_by_label("Present password").fill("wrong")
    page.get_by_label("New password").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Change it").click()
    expect(page.get_by_role("alert")).to_be_visible()
    faults["wrong password"] = page.evaluate(LOOK)
    assert {name: found for name, found in faults.items() if found} == {}
