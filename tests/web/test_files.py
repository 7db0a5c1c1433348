"""Files over HTTP: whole, in parts, by link."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from tests.web.reels import Served, attach, enter, open_app, serving

from reelmill.catalog import artifacts
from reelmill.web.artifacts import LINK_WORKS, shown_at

FILM = bytes(range(256)) * 1200


@pytest.fixture
def film(house: Served) -> str:
    """Address of a film of some 300 KB."""
    enter(house.app, "a", state="completed")
    artifact_id = attach(house.app, "a", "night film.mp4", FILM, "video/mp4")
    return f"/v1/artifacts/{artifact_id}"


def test_a_film_comes_whole_with_what_a_player_needs(house: Served, film: str) -> None:
    answer = house.http.get(film)
    assert (answer.status_code, answer.content) == (200, FILM)
    assert answer.headers["Content-Type"] == "video/mp4"
    assert answer.headers["Content-Length"] == str(len(FILM))
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["ETag"].startswith('"')
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [("bytes=0-99", 0, 100), ("bytes=200000-", 200000, None), ("bytes=-7", -7, None)],
)
def test_a_part_of_it(house: Served, film: str, asked: str, start: int, end: int | None) -> None:
    answer = house.http.get(film, headers={"Range": asked})
    assert (answer.status_code, answer.content) == (206, FILM[start:end])
    assert answer.headers["Content-Range"].endswith(f"/{len(FILM)}")
    assert answer.headers["Content-Length"] == str(len(answer.content))


def test_a_part_that_is_not_there(house: Served, film: str) -> None:
    answer = house.http.get(film, headers={"Range": f"bytes={len(FILM)}-"})
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{len(FILM)}"


def test_the_headers_alone(house: Served, film: str) -> None:
    whole = house.http.head(film)
    assert (whole.status_code, whole.content) == (200, b"")
    assert whole.headers["Content-Length"] == str(len(FILM))
    part = house.http.head(film, headers={"Range": "bytes=0-9"})
    assert (part.status_code, part.headers["Content-Length"]) == (206, "10")


def test_a_part_of_another_edition_is_the_whole_new_one(house: Served, film: str) -> None:
    tag = house.http.head(film).headers["ETag"]
    kept = house.http.get(film, headers={"Range": "bytes=0-1", "If-Range": tag})
    changed = house.http.get(film, headers={"Range": "bytes=0-1", "If-Range": '"old"'})
    assert (kept.status_code, changed.status_code) == (206, 200)
    assert changed.content == FILM


def test_what_the_browser_has_is_not_sent_again(house: Served, film: str) -> None:
    tag = house.http.head(film).headers["ETag"]
    assert house.http.get(film, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize(
    ("content_type", "query", "shown"),
    [
        ("video/mp4", "", True),
        ("image/jpeg", "", True),
        ("video/mp4", "?download=1", False),
        ("text/html", "", False),
        ("image/svg+xml", "", False),
        ("application/json", "", False),
    ],
)
def test_only_what_cannot_run_is_shown(
    house: Served, content_type: str, query: str, *, shown: bool
) -> None:
    enter(house.app, "a", state="completed")
    artifact_id = attach(house.app, "a", "file.bin", b"<script>", content_type)
    answer = house.http.get(f"/v1/artifacts/{artifact_id}{query}")
    assert answer.headers["Content-Disposition"].startswith("inline" if shown else "attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_an_address_that_names_the_bytes_may_be_kept(house: Served, film: str) -> None:
    with house.app.services.catalog.read() as conn:
        artifact = artifacts.find(conn, film.rpartition("/")[2])
    assert artifact is not None
    assert "immutable" in house.http.get(shown_at(artifact)).headers["Cache-Control"]
    for wrong in ("", "0" * 16, artifact.sha256[:3]):
        answer = house.http.get(film, params={"edition": wrong})
        assert answer.headers["Cache-Control"] == "private, no-cache"


def test_a_file_that_left_the_store_is_not_found(house: Served, film: str) -> None:
    house.app.services.store.delete("reels/night film.mp4")
    assert house.http.get(film).status_code == 404


class TestLinks:
    """Links that work without asking who one is, for a while."""

    def link(self, house: Served, film: str) -> str:
        with house.app.services.catalog.read() as conn:
            artifact = artifacts.find(conn, film.rpartition("/")[2])
        assert artifact is not None
        return house.app.services.link_to(artifact, LINK_WORKS)

    def test_work_in_parts_too(self, house: Served, film: str) -> None:
        answer = house.http.get(self.link(house, film), headers={"Range": "bytes=5-9"})
        assert (answer.status_code, answer.content) == (206, FILM[5:10])

    def test_name_the_download(self, house: Served, film: str) -> None:
        answer = house.http.get(self.link(house, film))
        said = answer.headers["Content-Disposition"]
        assert said == "attachment; filename*=UTF-8''night%20film.mp4"

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            pytest.param("night", "other", id="another name"),
            pytest.param("expires=1", "expires=2", id="a later end"),
            pytest.param("signature=", "signature=A", id="another signature"),
            pytest.param("download=1", "download=0", id="another query"),
            pytest.param("/files/", "/files/0", id="another file"),
        ],
    )
    def test_are_worth_nothing_when_changed(
        self, house: Served, film: str, old: str, new: str
    ) -> None:
        link = self.link(house, film)
        assert old in link
        assert house.http.get(link.replace(old, new, 1)).status_code == 404

    def test_end(self, house: Served, film: str) -> None:
        path = self.link(house, film).partition("&")[0]
        moment = house.app.services.clock() - timedelta(seconds=1)
        answer = house.http.get(house.app.services.signer.sign(path, moment))
        assert (answer.status_code, answer.json()["code"]) == (404, "link_expired")

    def test_last_as_long_as_promised(self, house: Served, film: str) -> None:
        link = httpx.URL(self.link(house, film))
        left = int(link.params["expires"]) - house.app.services.clock().timestamp()
        assert abs(left - LINK_WORKS.total_seconds()) < 5


@pytest.fixture
def clouded(s3_url: str, tmp_path: Path) -> Iterator[Served]:
    """A site whose files lie in S3."""
    with open_app(tmp_path / "home", store_url=s3_url) as app, serving(app) as site:
        yield site


def test_a_store_that_signs_gives_its_own_link(clouded: Served) -> None:
    enter(clouded.app, "a", state="completed")
    address = f"/v1/artifacts/{attach(clouded.app, 'a', 'a.mp4', FILM, 'video/mp4')}"
    answer = clouded.http.get(address)
    assert answer.status_code == 307
    assert httpx.get(answer.headers["Location"]).content == FILM
    from_here = clouded.http.get(address, params={"redirect": "0"})
    assert (from_here.status_code, from_here.content) == (200, FILM)


def test_our_own_links_lead_through_us_to_any_store(clouded: Served) -> None:
    enter(clouded.app, "a", state="completed")
    attach(clouded.app, "a", "a.mp4", FILM, "video/mp4")
    (made,) = clouded.http.get("/v1/jobs/reels/a/artifacts").json()
    answer = clouded.http.get(made["link"], headers={"Range": "bytes=100-199"})
    assert (answer.status_code, answer.content) == (206, FILM[100:200])
