"""Captions that come with a request for an export."""

import pytest
from tests.pipelines.shorts.theatre import export, ready_video
from tests.web.reels import Served

SRT = "1\n00:00:01,000 --> 00:00:03,000\nin both\n\n2\n00:04:00,000 --> 00:04:01,000\nlate\n"


def test_what_is_shown_in_the_scene_goes_with_the_job(site: Served) -> None:
    _, (first, second, _) = ready_video(site.app)
    told = [export(site.http, scene, captions=SRT).json()["job_id"] for scene in (first, second)]
    shown = [site.app.jobs.find(job_id).spec["captions"] for job_id in told]
    assert shown == [
        [{"start_s": 1.0, "end_s": 2.0, "text": "in both"}],
        [{"start_s": 0.0, "end_s": 1.0, "text": "in both"}],
    ]


def test_other_captions_are_another_export_and_the_same_the_same(site: Served) -> None:
    _, (scene, *_) = ready_video(site.app)
    wishes = [{}, {"captions": SRT}, {"captions": SRT.replace("both", "one")}, {"captions": SRT}]
    ids = [export(site.http, scene, **wish).json()["export_id"] for wish in wishes]
    assert len(set(ids[:3])) == 3
    assert ids[1] == ids[3]


@pytest.mark.parametrize(
    ("captions", "code", "told"),
    [
        pytest.param(
            "a text", "BAD_SUBTITLES", {"problem": "no caption is in it"}, id="no captions"
        ),
        pytest.param(
            "1\n00:00:01,000 --> then\na",
            "BAD_SUBTITLES",
            {"line": 2, "problem": "that is no time", "found": "00:00:01,000 --> then"},
            id="a time that is none",
        ),
        pytest.param(
            "1\n00:09:00,000 --> 00:09:01,000\na",
            "NO_CAPTIONS",
            {"start_s": 0.0, "end_s": 2.0},
            id="all of them elsewhere",
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused_before_a_slot_is_taken(
    site: Served, captions: str, code: str, told: dict[str, object]
) -> None:
    _, (scene, *_) = ready_video(site.app)
    answer = export(site.http, scene, captions=captions)
    assert (answer.status_code, answer.json()["error_code"]) == (400, code)
    assert answer.json()["details"] == told
    assert site.http.get("/v1/exports/limits").json()["used"] == 0


def test_a_text_without_an_end_is_refused(site: Served) -> None:
    _, (scene, *_) = ready_video(site.app)
    assert export(site.http, scene, captions="a" * 400_001).status_code == 422


def test_more_captions_than_can_be_read_are_refused(site: Served) -> None:
    _, (scene, *_) = ready_video(site.app)
    many = "".join(f"00:01.{at:03} --> 00:01.{at + 1:03}\na\n\n" for at in range(999)) * 2
    shifted = many.replace("00:01.", "00:00.", 999)
    answer = export(site.http, scene, captions=shifted)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "BAD_SUBTITLES")
