"""Numbers for Prometheus."""

from tests.web.reels import Served, enter


def test_numbers_count_jobs_and_answers_by_route(site: Served) -> None:
    enter(site.app, "a", state="failed")
    enter(site.app, "b")
    site.http.get("/v1/jobs/reels/a")
    site.http.get("/v1/some/strangers/path")
    numbers = site.http.get("/metrics").text
    assert 'reelmill_jobs{pipeline="reels",state="failed"} 1.0' in numbers
    assert 'reelmill_queue_depth{pipeline="reels"} 1.0' in numbers
    assert 'route="/v1/jobs/{pipeline}/{key:path}",status="200"' in numbers
    assert "strangers" not in numbers
    assert "reelmill_build_info" in numbers


def test_a_working_house_counts_its_node(studio: Served) -> None:
    assert "reelmill_nodes 1.0" in studio.http.get("/metrics").text
    assert all(check["ok"] for check in studio.http.get("/readyz").json()["checks"])
