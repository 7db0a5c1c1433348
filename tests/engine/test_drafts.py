"""A file of a step on its way to where it is looked for, also when the way is begun twice."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from workshop import Desk

from reelmill.engine.drafts import DraftLost, keep_draft, publish_draft, publish_file
from reelmill.engine.words import ArtifactMade
from reelmill.services import Attempt, working
from reelmill.units import JobId, StoreKey

FINAL = StoreKey("films/a.mp4")


@pytest.fixture
def desk(shop: Desk) -> Iterator[Desk]:
    """A step is at work."""
    with working(shop.services, Attempt(job_id=JobId("bench/a"))):
        yield shop


@pytest.fixture
def draft(desk: Desk, tmp_path: Path) -> ArtifactMade:
    made = keep_draft(film(tmp_path), "video", "video/mp4", (16, 9))
    assert desk.store.read(made.key) == b"film"
    return made


def film(folder: Path, content: bytes = b"film") -> Path:
    path = folder / "video.mp4"
    path.write_bytes(content)
    return path


def test_a_draft_lies_where_nobody_looks_and_is_told_whole(desk: Desk, draft: ArtifactMade) -> None:
    assert draft.key.startswith("drafts/bench/a/")
    assert (draft.kind, draft.content_type, draft.size_bytes) == ("video", "video/mp4", 4)
    assert (draft.width, draft.height, len(draft.sha256)) == (16, 9, 64)
    assert not desk.store.exists(FINAL)


def test_a_second_attempt_puts_its_own_in_the_same_place(
    desk: Desk, draft: ArtifactMade, tmp_path: Path
) -> None:
    again = keep_draft(film(tmp_path, b"another"), "video", "video/mp4", (16, 9))
    assert again.key == draft.key
    assert desk.store.read(draft.key) == b"another"


def test_what_is_published_is_moved_once_however_often_the_step_runs(
    desk: Desk, draft: ArtifactMade
) -> None:
    first = publish_draft(draft, FINAL)
    assert publish_draft(draft, FINAL) == first == draft.model_copy(update={"key": FINAL})
    assert desk.store.read(FINAL) == b"film"
    assert not desk.store.exists(draft.key)


@pytest.mark.parametrize("there", [None, b"something else"])
def test_a_draft_that_is_gone_is_said_and_nothing_else_taken_for_it(
    there: bytes | None, desk: Desk, draft: ArtifactMade
) -> None:
    desk.store.delete(draft.key)
    if there is not None:
        desk.store.put_bytes(FINAL, there)
    with pytest.raises(DraftLost):
        publish_draft(draft, FINAL)
    assert desk.store.exists(FINAL) is (there is not None)


def test_a_file_is_published_at_once_in_the_place_of_what_was_there(
    desk: Desk, tmp_path: Path
) -> None:
    for content in (b"first", b"second"):
        made = publish_file(film(tmp_path, content), FINAL, "video", "video/mp4", (16, 9))
        assert (made.key, made.size_bytes) == (FINAL, len(content))
        assert desk.store.read(FINAL) == content
