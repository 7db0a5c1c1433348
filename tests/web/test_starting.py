"""A form for each pipeline."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.web.reels import REELS, Served, enter, open_app, serving

PAGE = {"Accept": "text/html"}


def test_a_form_becomes_a_job(site: Served) -> None:
    page = site.http.get("/pipelines/reels").text
    for label in ("Name", "Act", "Frames", "Loop", "Notes", "How many pictures it has."):
        assert label in page
    answer = site.http.post("/pipelines/reels", data={"name": "new", "act": "make", "loop": "on"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/jobs/reels/new")
    assert site.app.jobs.find("reels/new").spec["loop"] is True


@pytest.mark.parametrize(
    ("filled", "words"),
    [
        pytest.param({"name": "No!"}, "String should match pattern", id="a name with a bang"),
        pytest.param({}, "Field required", id="no name"),
        pytest.param({"name": "a", "frames": "many"}, "valid integer", id="words for a number"),
        pytest.param({"name": "a", "notes": "{"}, "This is not JSON", id="broken JSON"),
        pytest.param({"spec_json": "{"}, "This is not JSON", id="broken JSON for all"),
        pytest.param({"spec_json": "[]"}, "valid dictionary", id="a list for all"),
    ],
)
def test_a_form_that_cannot_be_started_says_where(
    house: Served, filled: dict[str, str], words: str
) -> None:
    answer = house.http.post("/pipelines/reels", data=filled or {"act": "make"})
    assert answer.status_code == 422
    assert words in answer.text
    assert 'aria-invalid="true"' in answer.text
    for value in filled.values():
        assert value.replace('"', "&#34;") in answer.text, "what was filled in is still there"


def test_a_form_that_the_pipeline_refuses_says_why(house: Served) -> None:
    answer = house.http.post("/pipelines/reels", data={"name": "a", "act": "full"})
    assert answer.status_code == 429
    assert "Come back after the show." in answer.text


def test_another_job_like_this_one_starts_from_its_spec(site: Served) -> None:
    enter(site.app, "a")
    page = site.http.get("/pipelines/reels?like=reels/a").text
    assert "&#34;name&#34;: &#34;a&#34;" in page
    assert site.http.get("/pipelines/reels?like=reels/none", headers=PAGE).status_code == 404


@pytest.fixture
def closed_house(tmp_path: Path) -> Iterator[Served]:
    """A site whose pipeline makes its specs itself."""
    own = replace(REELS, takes_specs=False)
    with open_app(tmp_path / "home", own) as app, serving(app) as served:
        yield served


def test_a_pipeline_that_takes_no_specs_has_a_page_without_a_form(closed_house: Served) -> None:
    enter(closed_house.app, "a")
    page = closed_house.http.get("/pipelines/reels").text
    assert "A name becomes a reel." in page
    assert "/jobs/reels/a" in page
    for place in ("/pipelines/reels", "/", "/jobs/reels/a"):
        page = closed_house.http.get(place).text
        assert 'method="post" action="/pipelines/reels"' not in page
        assert "/pipelines/reels#start" not in page
        assert "like=reels" not in page


def test_a_pipeline_that_takes_no_specs_gets_none(closed_house: Served) -> None:
    spec = {"name": "new", "act": "make"}
    assert closed_house.http.post("/v1/reels", json=spec).status_code == 404
    refused = closed_house.http.post("/pipelines/reels", data=spec)
    assert refused.status_code == 400
    assert refused.json()["code"] == "takes_no_specs"
    assert "/v1/reels" not in closed_house.http.get("/openapi.json").json()["paths"]
    assert closed_house.app.jobs.counts() == {}
