"""What is asked of a capture, what comes back, and what can be wrong with it. Pure."""

import hashlib
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from reelmill.engine.words import ArtifactMade
from reelmill.errors import BadMedia, NotFound, Refused
from reelmill.units import StoreKey

#: Largest TAR that is looked into, bytes. Source: the documented pipeline.
MAX_TAR_BYTES: Final = 1024**3

#: Letters of a job's key that tell people which TAR it is about.
MAX_SHOWN: Final = 80


class NotATar(BadMedia):
    """The file is not a TAR that can be read."""


class RefusedMember(BadMedia):
    """The TAR holds something that no capture has: a link, a device, or a name that climbs."""


class NoVideo(BadMedia):
    """The TAR holds no video."""


class NotASession(BadMedia):
    """The session's document is not JSON of any recorder."""


class NotARecord(BadMedia):
    """The .pt file is not a record of a capture."""


class UnsafeRecord(BadMedia):
    """The .pt file asks for something that data never needs; nothing of it was carried out."""


class RecordTooLarge(BadMedia):
    """The .pt file is larger than a record may be."""


class MissingTaskList(NotFound):
    """There is no such task list."""


class UnreadableTaskList(Refused):
    """The task list is not text."""


class CaptureSpec(BaseModel):
    """One TAR of recorded gameplay, and where its records go."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: Annotated[str, Field(min_length=1)]
    """URL of the store that holds the TAR."""

    key: StoreKey
    """The TAR."""

    target: Annotated[str, Field(min_length=1)]
    """URL of the store that the records go to."""

    key_frames: bool = False
    """Sample the key frames that are nearest to the wanted times: much faster, less exact."""

    skip_existing: bool = True
    """Leave records alone that are there already."""

    max_bytes: Annotated[int, Field(gt=0)] = MAX_TAR_BYTES
    """Larger TARs are skipped."""

    @property
    def job_key(self) -> str:
        """Natural key of the job: the same TAR to the same place in the same way.

        >>> CaptureSpec(source="file:///a", key=StoreKey("d/0a.tar"), target="file:///b").job_key
        'd/0a.tar-235781a2'
        """
        asked = f"{self.source}\n{self.key}\n{self.target}\n{self.key_frames}\n{self.max_bytes}"
        return f"{self.key[-MAX_SHOWN:]}-{hashlib.sha256(asked.encode()).hexdigest()[:8]}"


class RecordMade(BaseModel):
    """A record that a job wrote or found."""

    model_config = ConfigDict(frozen=True)

    s3_key: str
    """Key of the TAR; `<key>/<base>` for one group of a bundle."""

    record_key: StoreKey
    """Where the record lies in the target."""

    frames: dict[str, int] = Field(default_factory=dict)
    """Sampled frames by series; empty when it was there already."""

    size_bytes: int = 0
    """Size of the record; 0 when it was there already."""

    existing: bool = False
    """Whether it was there already and left alone."""


class Failure(BaseModel):
    """Why a TAR or a group of a bundle has no record; kept in the target at `failure_key`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    s3_key: str
    """Key of the TAR; `<key>/<base>` for one group of a bundle."""

    code: str
    """Kind of error."""

    message: str
    """One line for people."""

    hint: str = ""
    """What to do about it."""


class CaptureResult(BaseModel):
    """What became of a TAR."""

    model_config = ConfigDict(frozen=True)

    records: tuple[RecordMade, ...] = ()
    """One; several for a bundle."""

    failures: tuple[Failure, ...] = ()
    """Groups of a bundle that have no record; a TAR that holds only one fails as a job."""

    skipped: str = ""
    """Why the TAR was not looked into; empty when it was."""

    read_bytes: int = 0
    """Bytes of the TAR that were read."""

    artifacts: tuple[ArtifactMade, ...] = ()
    """None: records lie in a store of their own."""
