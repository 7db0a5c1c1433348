"""Something that was bought -> the entry that wants it, or an entry of its own.

A node that is paused between its last look and its request may wake when another has long gone on
in its place, and ask all the same. No provider can be told not to take that; so it is found.
"""

from datetime import datetime
from typing import Final
from uuid import uuid4

from reelmill.catalog.database import Transaction
from reelmill.pipelines.storyboards.providers.provider import PredictionId
from reelmill.pipelines.storyboards.records import STRAY, Entry, EntryState, NewEntry
from reelmill.pipelines.storyboards.tables import ledger

#: What an entry of its own says until it is known what it cost.
LATE: Final = "its request left late"

#: Where an entry knows of no prediction.
_UNNAMED: Final = frozenset({EntryState.RESERVED, EntryState.UNDECIDED, EntryState.VOID})


def enter(
    conn: Transaction, entry_id: str, prediction_id: PredictionId, made_at: datetime
) -> Entry | None:
    """Write down what was bought under the key of an entry.

    Returns:
        The stray, when it got an entry of its own now; None when an entry names it.
    """
    ledger.hold(conn)
    entry = ledger.find(conn, entry_id)
    assert entry is not None, "entries are never deleted"
    if ledger.of_prediction(conn, entry.provider, prediction_id) is not None:
        return None
    if _wants(conn, entry):
        told = {"state": EntryState.SUBMITTED, "prediction_id": prediction_id, "error": ""}
        ledger.change(conn, entry.id, **told, settled_at=None, leaves_until=None)
        return None
    new = _stray(conn, entry, made_at)
    ledger.add(conn, new)
    told = {"state": EntryState.SUBMITTED, "prediction_id": prediction_id, "error": LATE}
    ledger.change(conn, new.id, **told, posted_at=made_at)
    return ledger.find(conn, new.id)


def _wants(conn: Transaction, entry: Entry) -> bool:
    """Whether an entry can take what was bought under its key: it is the last word on its thing."""
    is_last = ledger.of_purpose(conn, entry.purpose)[-1].id == entry.id
    return entry.prediction_id is None and entry.state in _UNNAMED and is_last


def _stray(conn: Transaction, entry: Entry, made_at: datetime) -> NewEntry:
    purpose = f"{STRAY}{entry.purpose}"
    return NewEntry(
        id=uuid4().hex,
        board_id=entry.board_id,
        owner=entry.owner,
        job_id=entry.job_id,
        purpose=purpose,
        attempt=len(ledger.of_purpose(conn, purpose)) + 1,
        provider=entry.provider,
        model=entry.model,
        terms=entry.terms,
        estimated=entry.estimated,
        held=entry.held,
        reserved_at=made_at,
    )
