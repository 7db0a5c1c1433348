"""A form for each pipeline."""

import pytest
from tests.web.reels import Served, enter

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
