"""What a node does with exports, seen by those who asked for them: waits, neighbours, outages."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from tests.pipelines.shorts.theatre import ended, export, open_theatre, ready_video
from tests.web.people import person
from tests.web.reels import PATIENCE_S, Served, serving, until

from reelmill.pipelines.shorts.keys import export_keys

pytestmark = pytest.mark.ffmpeg

SPANS = ((0.2, 0.8), (2.2, 2.8))


@pytest.fixture
def working(tmp_path: Path) -> Iterator[Served]:
    """A site of its own whose node carries out jobs."""
    with (
        open_theatre(tmp_path / "home", beat_s=1, children=2) as app,
        app.node(),
        serving(app) as served,
    ):
        yield served


@contextmanager
def no_folder_for_exports(site: Served) -> Iterator[None]:
    """A file lies where the store must make a folder."""
    in_the_way = site.app.settings.home / "store" / "exports"
    in_the_way.write_bytes(b"")
    yield
    in_the_way.unlink()


def test_what_waits_for_a_node_is_made_when_one_comes(site: Served, talk: Path) -> None:
    _, (scene, _) = ready_video(site.app, spans=SPANS, source=talk)
    told = export(site.http, scene, output_quality="medium").json()
    address = told["links"]["self"]
    assert site.http.get(address).json()["status"] == "pending"
    with site.app.node():
        assert ended(site.http, address)["status"] == "completed"


def test_people_who_export_at_once_get_each_their_own(working: Served, talk: Path) -> None:
    with ExitStack() as stack:
        people = [stack.enter_context(person(working, name)) for name in ("ann", "bob", "cid")]
        asked = []
        for one in people:
            _, scenes = ready_video(working.app, one.id, spans=SPANS, source=talk)
            asked += [(one, scene) for scene in scenes]
        with ThreadPoolExecutor(len(asked)) as threads:
            answers = list(
                threads.map(
                    lambda pair: export(pair[0].http, pair[1], output_quality="medium"), asked
                )
            )
        assert [answer.status_code for answer in answers] == [202] * len(asked)
        for (one, scene), answer in zip(asked, answers, strict=True):
            short = ended(one.http, answer.headers["Location"])
            assert (short["status"], short["scene_id"]) == ("completed", scene)
            assert len(one.http.get(short["download_url"]).content) == short["file_size_bytes"]
            film, still = export_keys(one.id, short["export_id"])
            assert working.app.services.store.exists(film)
            assert working.app.services.store.exists(still)
        for one in people:
            assert one.http.get("/v1/exports/limits").json()["used"] == len(SPANS)


def test_a_short_that_cannot_be_stored_fails_frees_its_slot_and_leaves_nothing(
    working: Served, talk: Path
) -> None:
    _, (scene, _) = ready_video(working.app, spans=SPANS, source=talk)
    source, scratch = talk.stat().st_size, working.app.services.scratch_root
    with no_folder_for_exports(working):
        answer = export(working.http, scene, output_quality="medium")
        short = ended(working.http, answer.headers["Location"])
    assert short["status"] == "failed"
    assert short["error_message"].startswith("Failed to save export: ")
    assert len(short["error_message"]) <= 500
    assert (short["download_url"], short["file_size_bytes"]) == (None, None)
    assert short["completed_at"] is not None
    # Drafts go a moment after the end is told.
    store = working.app.services.store
    assert until(lambda: [stat.size_bytes for stat in store.list()] == [source], PATIENCE_S)
    assert list(scratch.rglob("*")) == []
    assert working.http.get("/v1/exports/limits").json()["used"] == 0
    retried = working.http.post(f"{short['links']['self']}/retry")
    assert retried.status_code == 202
    assert ended(working.http, short["links"]["self"])["status"] == "completed"
