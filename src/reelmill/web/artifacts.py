"""Artifacts, told: what they are, where their content is shown, what a download is called."""

from datetime import datetime, timedelta
from typing import Final, Self

from pydantic import BaseModel, ConfigDict

from reelmill.app import App
from reelmill.catalog.artifacts import Artifact

#: Digits of a checksum that tell one edition of a file from the next.
EDITION_DIGITS: Final = 16

#: How long a signed link works.
LINK_WORKS: Final = timedelta(hours=1)


class ArtifactOut(BaseModel):
    """A file that a job made."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    id: str
    """Keeps its meaning when the job runs again."""

    kind: str
    """What it is to the pipeline: `video`, `poster`, `manifest`."""

    content_type: str
    """As HTTP writes it."""

    size_bytes: int
    """Its size."""

    sha256: str
    """Its checksum, hexadecimal."""

    width: int | None
    """Pixels."""

    height: int | None
    """Pixels."""

    duration_s: float | None
    """Seconds."""

    frames: int | None
    """Frames of a video."""

    created_at: datetime
    """When it was recorded."""

    url: str
    """The content, for whoever may use this API."""

    link: str
    """The content, for whoever has this link, for one hour."""

    @classmethod
    def of(cls, artifact: Artifact, app: App) -> Self:
        """A record of the catalog, told, with a fresh link."""
        plain = {
            name: getattr(artifact, name)
            for name in cls.model_fields
            if name not in {"url", "link"}
        }
        return cls(
            **plain,
            url=f"/v1/artifacts/{artifact.id}",
            link=app.services.link_to(artifact, LINK_WORKS),
        )


def shown_at(artifact: Artifact) -> str:
    """Where a page of our own shows the content; another address when the content is another."""
    return f"/v1/artifacts/{artifact.id}?redirect=0&edition={artifact.sha256[:EDITION_DIGITS]}"


def file_name(artifact: Artifact) -> str:
    """What a download is called: the last part of the key."""
    return artifact.key.rpartition("/")[2]
