"""Damaged replays: each is rendered or refused with a reason, within bounded memory."""

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from tests.pipelines.replays.mutants import mutants

from reelmill.children import Children
from reelmill.pipelines.replays.film import make_film
from reelmill.pipelines.replays.spec import BrokenReplay, NotAReplay, ReplaySpec

pytestmark = pytest.mark.ffmpeg

#: Resident memory that no child may pass.
MAX_CHILD_BYTES = 500 * 1024 * 1024

#: Seconds that no mutant may take.
LIMIT_S = 60


@pytest.fixture
def children() -> Iterator[Children]:
    pool = Children(1, log_level="error")
    yield pool
    pool.close()


@pytest.mark.parametrize(
    ("seed", "count"),
    [
        pytest.param(1, 60, id="some"),
        pytest.param(2, 1000, id="a thousand", marks=pytest.mark.campaign),
    ],
)
def test_a_damaged_replay_is_rendered_or_refused(
    children: Children, seed: int, count: int, tmp_path: Path
) -> None:
    ended = {"rendered": 0, "refused": 0}
    for name, data in mutants(seed, count):
        how = _ending(children, name, data, tmp_path)
        ended[how] += 1
        assert _largest_child() < MAX_CHILD_BYTES, name
    assert sum(ended.values()) == count
    assert min(ended.values()) > 0, "the mutants are all of one kind"


def _ending(children: Children, name: str, data: bytes, folder: Path) -> str:
    path = folder / "mutant.json"
    path.write_bytes(data)
    spec = ReplaySpec(game_id="mutant", replay_key="mutant.json", fps=10)
    try:
        film = children.run(make_film, path, folder, spec, timeout_s=LIMIT_S)
    except (NotAReplay, BrokenReplay) as refusal:
        told = refusal.message
    else:
        assert film.frames > 0, name
        return "rendered"
    assert told.strip(), name
    assert "\n" not in told, name
    return "refused"


def _largest_child() -> int:
    return max(
        (child.memory_info().rss for child in psutil.Process().children(recursive=True)), default=0
    )
