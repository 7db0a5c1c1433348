"""Boards drawn and rendered by the real engine: over HTTP at the simulator, and here."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from tests.pipelines.storyboards.gallery import (
    approve,
    board_of,
    chosen,
    completed,
    drafted,
    entries_of,
    gallery,
    rendered,
    scenes_of,
)

from reelmill.app import App
from reelmill.children import Children
from reelmill.pipelines.storyboards.providers.simulator.server import Provider, serving
from reelmill.pipelines.storyboards.spec import PictureStatus, VideoStatus


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def app(
    request: pytest.FixtureRequest, tmp_path: Path, provider: Provider, warm: Children
) -> Iterator[App]:
    """An app whose node works, on each database."""
    given = {"database_url": ""}
    if request.param == "postgres":
        given["database_url"] = request.getfixturevalue("postgres_url")
    with (
        serving(provider) as url,
        gallery(tmp_path / "home", chosen(url), children=warm, **given) as opened,
        opened.node(),
    ):
        yield opened


def test_a_prompt_becomes_a_board_and_an_approved_board_a_video(
    app: App, provider: Provider
) -> None:
    board_id = drafted(app)
    completed(app, board_id)
    board, rows = board_of(app, board_id), scenes_of(app, board_id)
    assert board.status is VideoStatus.STORYBOARD_READY
    assert board.message == "Storyboard complete, awaiting approval"
    assert [row.picture_status for row in rows] == [PictureStatus.COMPLETED] * 3
    approve(app, board_id)
    rendered(app, board_id)
    job = completed(app, board_id)
    board = board_of(app, board_id)
    assert (board.status, board.message) == (VideoStatus.COMPLETED, "Video rendering complete!")
    assert board.film is not None
    assert (board.film.frames, board.film.width) == (150, 320)
    assert app.services.store.exists(board.film.key)
    entries = entries_of(app)
    assert [str(entry.actual) for entry in entries] == ["0.003", "0.003", "0.003", "0.5"]
    assert sum(entry.actual or 0 for entry in entries) == provider.books.total_usd
    assert Decimal(str(job.cost_usd)) == Decimal("0.5")
