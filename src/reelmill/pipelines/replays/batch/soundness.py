"""What the catalog says of a finished job, held against what lies in the store."""

import hashlib

from reelmill.catalog import artifacts
from reelmill.catalog.artifacts import Artifact
from reelmill.services import Services
from reelmill.storage.store import MissingObject, Store
from reelmill.units import JobId

#: Bytes read at once for a checksum.
CHUNK_BYTES = 1 << 20


def fault_of_videos(here: Services, job_id: JobId) -> str:
    """What is wrong with what a completed job made; empty when all of it is there and sound."""
    with here.catalog.read() as conn:
        made = artifacts.of_job(conn, job_id)
    if not made:
        return "the catalog has no video of it"
    return next((fault for fault in (_fault(here.store, each) for each in made) if fault), "")


def _fault(store: Store, made: Artifact) -> str:
    try:
        size_bytes = store.stat(made.key).size_bytes
    except MissingObject:
        return f"the {made.kind} was gone"
    if size_bytes != made.size_bytes:
        return f"the {made.kind} had the wrong size"
    return "" if _same_bytes(store, made) else f"the {made.kind} was damaged"


def _same_bytes(store: Store, made: Artifact) -> bool:
    """Whether the checksum holds; asked only where reading costs no transfer."""
    path = store.local_path(made.key)
    if path is None:
        return True
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest() == made.sha256
