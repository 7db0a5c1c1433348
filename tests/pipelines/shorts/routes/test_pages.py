"""The pages of the shorts, as the server writes them."""

import httpx
import pytest
from tests.pipelines.shorts.theatre import Clock, end_job, export, ready_video
from tests.web.people import PAGE, person
from tests.web.reels import Served, open_app, serving

from reelmill.catalog.jobs import JobState
from reelmill.engine.words import VideoMade
from reelmill.units import StoreKey

MADE = VideoMade(
    key=StoreKey("exports/a"), width=1080, height=1920, duration_s=2.0, frames=60, size_bytes=1
)


def test_the_pages_stand_in_the_navigation(site: Served) -> None:
    for path in ("/", "/shorts", "/shorts/exports"):
        assert '<a href="/shorts"' in site.http.get(path).text
    assert 'aria-current="page">Shorts</a>' in site.http.get("/shorts").text


def test_no_page_and_no_link_without_the_pipeline(tmp_path_factory: pytest.TempPathFactory) -> None:
    with open_app(tmp_path_factory.mktemp("other")) as app, serving(app) as other:
        assert "/shorts" not in other.http.get("/").text
        assert other.http.get("/shorts").status_code == 404
        assert other.http.get("/static/shorts/shorts.js").status_code == 404


@pytest.mark.parametrize("name", ["shorts.css", "shorts.js", "dialog.js"])
def test_its_files_are_served_and_nothing_beside_them(site: Served, name: str) -> None:
    answer = site.http.get(f"/static/shorts/{name}")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-cache"
    assert site.http.get(f"/static/shorts/%2e%2e/{name}").status_code == 404
    assert site.http.get("/static/shorts/../spec.py").status_code == 404


def test_a_page_and_its_region_tell_the_same(site: Served) -> None:
    video, (scene, *_) = ready_video(site.app)
    export(site.http, scene)
    for path in ("/shorts", f"/shorts/videos/{video}", "/shorts/exports"):
        region = site.http.get(f"/parts{path}").text
        assert region.strip() in site.http.get(path).text


def test_what_a_caller_names_is_text_on_the_page(site: Served) -> None:
    video, (scene, *_) = ready_video(site.app)
    scenes = [{"scene_id": scene, "video_id": video, "start_s": 0, "end_s": 1}]
    form = {"scenes": scenes, "title": "<script>alert(1)</script>"}
    assert site.http.post("/v1/highlights/export", json=form).status_code == 202
    page = site.http.get("/shorts/exports").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_failure_is_told_where_it_is_looked_for(site: Served) -> None:
    video, (scene, *_) = ready_video(site.app)
    made = export(site.http, scene).json()
    why = {"error_code": "torn_film", "error_message": "The film is torn."}
    end_job(site.app, made["job_id"], JobState.FAILED, **why)
    assert "Failed" in site.http.get(f"/shorts/videos/{video}").text
    assert "The film is torn." in site.http.get("/shorts/exports").text


def test_how_long_an_export_is_kept_is_told_without_a_script(site: Served, clock: Clock) -> None:
    _, (scene, *_) = ready_video(site.app)
    end_job(site.app, export(site.http, scene).json()["job_id"], JobState.FAILED)
    assert "Expires in 23h" in site.http.get("/shorts/exports").text
    clock.move(hours=23.5)
    assert " min</span>" in site.http.get("/shorts/exports").text


def test_an_operator_alone_is_told_how_long_everybody_waits(site: Served, clock: Clock) -> None:
    _, (scene, *_) = ready_video(site.app)
    assert "No export has ended in this time." in told(site.http, "/shorts/exports")
    job_id = export(site.http, scene).json()["job_id"]
    clock.move(minutes=2)
    end_job(site.app, job_id, JobState.COMPLETED, made=MADE)
    page = told(site.http, "/shorts/exports")
    assert "100.0 % made" in page
    assert '<td>Until it was ready</td><td class="num nowrap">2 min 0' in page
    with person(site, "ann") as ann:
        assert "Until it was ready" not in told(ann.http, "/shorts/exports")


def test_somebody_elses_videos_and_exports_are_nowhere(site: Served) -> None:
    with person(site, "ann") as ann, person(site, "bob") as bob:
        video, (scene, *_) = ready_video(site.app, ann.id)
        export(ann.http, scene)
        assert video in told(ann.http, "/shorts")
        assert video in told(ann.http, "/shorts/exports")
        assert video not in told(bob.http, "/shorts")
        assert video not in told(bob.http, "/shorts/exports")
        for path in (f"/shorts/videos/{video}", f"/parts/shorts/videos/{video}"):
            assert bob.http.get(path, headers=PAGE).status_code == 404
        nobody = site.http.get("/shorts", headers=PAGE, follow_redirects=False)
        assert nobody.headers["Location"].startswith("/sign-in")


def test_a_long_list_goes_on_on_the_next_page(site: Served) -> None:
    videos = [ready_video(site.app)[0] for _ in range(51)]
    first = told(site.http, "/shorts")
    assert videos[0] not in first
    following = first.partition('id="next-page" href="')[2].partition('"')[0]
    rest = told(site.http, following)
    assert videos[0] in rest
    assert videos[1] not in rest


def told(http: httpx.Client, path: str) -> str:
    answer = http.get(path, headers=PAGE)
    assert answer.status_code == 200
    return answer.text
