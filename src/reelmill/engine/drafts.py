"""A file of a step -> the store: as a draft that is published later, or at once, whole."""

from pathlib import Path

from reelmill.engine.words import ArtifactMade
from reelmill.errors import Conflict
from reelmill.services import attempt, draft_key, services
from reelmill.storage.store import MissingObject
from reelmill.units import StoreKey


class DraftLost(Conflict):
    """The draft of the video is gone before it was published."""


def keep_draft(file: Path, kind: str, content_type: str, size: tuple[int, int]) -> ArtifactMade:
    """Give a file of this step to the store; a second attempt overwrites it.

    Args:
        file: Nobody needs it afterwards; its name names the draft.
        kind: What it is to the pipeline.
        content_type: As HTTP wants it.
        size: Width and height in pixels.
    """
    key = draft_key(attempt().job_id, file.name)
    return publish_file(file, key, kind, content_type, size)


def publish_file(
    file: Path, to: StoreKey, kind: str, content_type: str, size: tuple[int, int] | None = None
) -> ArtifactMade:
    """Give a file of this step to the store under its final key, in one act.

    For a step that both makes and publishes: done again, it puts the same in the same place. It
    asks `attempt().holds()` before, for what lies there may be another attempt's.

    Args:
        file: Nobody needs it afterwards.
        to: Where it is looked for; what lies there is replaced.
        kind: What it is to the pipeline.
        content_type: As HTTP wants it.
        size: Width and height in pixels, of pictures and videos.
    """
    width, height = size or (None, None)
    stored = services().store.take(to, file, content_type=content_type)
    return ArtifactMade(
        kind=kind,
        key=to,
        content_type=content_type,
        size_bytes=stored.size_bytes,
        sha256=stored.sha256,
        width=width,
        height=height,
    )


def publish_draft(draft: ArtifactMade, to: StoreKey) -> ArtifactMade:
    """Move a draft to where it is looked for; one that was moved before a restart stays there.

    Raises:
        DraftLost: it is neither here nor there.
    """
    store = services().store
    try:
        store.move(draft.key, to)
    except MissingObject:
        if not store.exists(to) or store.stat(to).size_bytes != draft.size_bytes:
            raise DraftLost(key=draft.key, hint="Retry the job: it is made again.") from None
    return draft.model_copy(update={"key": to})
