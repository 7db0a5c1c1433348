"""What is spent and what is open, at `/metrics`."""

from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import httpx
from tests.pipelines.storyboards.gallery import gallery
from tests.web.reels import serving

from reelmill.app import App
from reelmill.children import Children
from reelmill.pipelines.storyboards.measures import gauges
from reelmill.pipelines.storyboards.records import EntryState, NewEntry
from reelmill.pipelines.storyboards.tables import ledger
from reelmill.units import JobId


def _entered(app: App, state: EntryState, held: str, actual: str | None = None) -> None:
    new = NewEntry(
        id=uuid4().hex,
        board_id="b" * 32,
        owner="ann",
        job_id=JobId("storyboards/x"),
        purpose="film-x",
        attempt=1,
        provider="replicate",
        model="skyreels-2",
        terms="{}",
        estimated=Decimal(held),
        held=Decimal(held),
        reserved_at=app.services.clock(),
    )
    told = {} if actual is None else {"actual": Decimal(actual)}
    with app.services.catalog.begin() as conn:
        ledger.add(conn, new)
        ledger.change(conn, new.id, state=state, **told)


def test_money_and_purchases_are_told(tmp_path: Path, warm: Children) -> None:
    with gallery(tmp_path, children=warm) as app, serving(app) as served:
        _entered(app, EntryState.SUBMITTED, "2.4")
        _entered(app, EntryState.UNDECIDED, "0.5")
        _entered(app, EntryState.FAILED, "2.4", actual="1.25")
        told = {(one.name, *one.labels.values()): one.value for one in gauges(app.services)}
        assert told["spent_today_usd",] == 4.15
        assert told["held_usd",] == 2.9
        assert told["budget_today_usd",] == 150
        assert told["open_purchases", "undecided"] == 1
        assert told["open_purchases", "reserved"] == 0
        assert told["boards", "failed"] == 0
        assert told["provider_resting",] == 0
        assert told["purchases_today", "film", "failed"] == 1
        assert told["purchases_today_usd", "film", "failed"] == 1.25
        page = httpx.get(f"{served.url}/metrics").text
    assert "reelmill_storyboards_spent_today_usd 4.15" in page
    assert 'reelmill_storyboards_boards{status="rendering"} 0.0' in page
