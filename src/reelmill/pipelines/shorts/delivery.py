"""A finished export -> links to its files."""

from datetime import timedelta

from reelmill.catalog.artifacts import artifact_id
from reelmill.catalog.job import JobState
from reelmill.pipelines.shorts.keys import export_keys
from reelmill.pipelines.shorts.ledger import settings_of
from reelmill.pipelines.shorts.records import Export
from reelmill.services import Services
from reelmill.units import StoreKey


def download_link(here: Services, export: Export) -> str | None:
    """A link that works for a while for whoever has it, made anew each time; None before the end.

    Returns:
        The store's own, where the store can sign; otherwise a path of this site.
    """
    if export.state is not JobState.COMPLETED or not export.key:
        return None
    now = here.clock()
    left_s = max(0, int((export.expires_at - now).total_seconds()))
    seconds = min(settings_of(here).link_s, left_s)
    name = f"{export.id}.mp4"
    if link := here.store.presign(StoreKey(export.key), seconds, name):
        return link
    made = artifact_id(export.job_id, StoreKey(export.key))
    return here.signer.sign(f"/files/{made}/{name}?download=1", now + timedelta(seconds=seconds))


def shown_at(export: Export) -> tuple[str | None, str | None]:
    """Where a page of our own shows the film and its poster; None before the end."""
    if export.state is not JobState.COMPLETED:
        return None, None
    film, poster = (
        f"/v1/artifacts/{artifact_id(export.job_id, key)}?redirect=0"
        for key in export_keys(export.owner, export.id)
    )
    return film, poster
