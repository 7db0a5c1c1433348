"""A picture that was bought a short while ago -> the same again, for nothing.

Content-addressed: what is asked of a model, and not for which scene, tells whether it is the same.
"""

import hashlib
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Final

from reelmill.catalog.database import Transaction
from reelmill.pipelines.storyboards.house import settings_of
from reelmill.pipelines.storyboards.keys import PICTURE_ENDINGS, picture_key
from reelmill.pipelines.storyboards.providers.provider import (
    STORED,
    Offer,
    PictureRequest,
    ProviderRequest,
)
from reelmill.pipelines.storyboards.records import Entry, EntryState, NewEntry
from reelmill.pipelines.storyboards.tables import ledger
from reelmill.services import Services
from reelmill.units import StoreKey

#: What does not change the picture of a model: for which of how many scenes it is, of which film.
_OUTSIDE: Final = {"number", "scenes", "resolution"}


def digest_of(offer: Offer, request: ProviderRequest) -> str:
    """The checksum of what is asked for; empty for what is never used again.

    That is for videos, which are made of one edition of one board, and for what is free.
    """
    if not isinstance(request, PictureRequest) or not offer.usd:
        return ""
    asked = f"{offer.model}\n{request.model_dump_json(exclude=_OUTSIDE)}"
    return hashlib.sha256(asked.encode()).hexdigest()


def used_again(conn: Transaction, here: Services, new: NewEntry) -> Entry | None:
    """Write down that something is used again, where it was bought a short while ago."""
    hours = settings_of(here).reuse_hours
    if not new.digest or not hours:
        return None
    since = new.reserved_at - timedelta(hours=hours)
    for entry in ledger.made_before(conn, new.owner, new.digest, since):
        if key := _key_of(here, entry):
            return _written(conn, new, key)
    return None


def _key_of(here: Services, entry: Entry) -> StoreKey | None:
    """Where the picture lies that was bought; None when it is gone."""
    keys = (picture_key(entry.board_id, entry.id, ending) for ending in PICTURE_ENDINGS)
    return next((key for key in keys if here.store.exists(key)), None)


def _written(conn: Transaction, new: NewEntry, key: StoreKey) -> Entry | None:
    free = replace(new, digest="", estimated=Decimal(0), held=Decimal(0))
    ledger.add(conn, free)
    told = {"state": EntryState.SUCCEEDED, "outputs": [f"{STORED}{key}"], "actual": Decimal(0)}
    ledger.change(conn, new.id, **told, settled_at=new.reserved_at)
    return ledger.find(conn, new.id)
