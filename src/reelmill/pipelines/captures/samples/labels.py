"""What is true of a set of fake captures; written beside them as `labels.json`. Pure."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

#: Name of the file beside the captures.
LABELS_NAME = "labels.json"


class Outcome(StrEnum):
    """What becomes of a capture when it is extracted."""

    RECORDS = "records"
    """Every video in it becomes a record."""

    SKIPPED = "skipped"
    """It is not looked into."""

    FAILED = "failed"
    """It cannot be used, and the reason is told."""


class RecordLabels(BaseModel):
    """What is true of one recording."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    s3_key: str
    """Key of the TAR; `<key>/<base>` for one group of a bundle."""

    video_id: str
    """Stem of the video's name."""

    flags: tuple[str, ...]
    """Flags that are true, by their columns in the manifest, in order; all others are false."""

    duration_s: float
    """Seconds of the video."""

    corrupt_rows: int = 0
    """Rows of `inputs.csv` of which nothing can be made."""


class CaptureLabels(BaseModel):
    """What is true of one TAR."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    """Where it lies."""

    kind: str
    """Which kind it is of."""

    about: str
    """The kind in a few words."""

    outcome: Outcome
    """What becomes of it."""

    records: tuple[RecordLabels, ...]
    """One for each video that can be used."""


class Labels(BaseModel):
    """What is true of a whole set."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seed: int
    """What the set was made from."""

    captures: tuple[CaptureLabels, ...]
    """In the order in which they were made."""

    @property
    def records(self) -> dict[str, RecordLabels]:
        """All recordings, by their keys."""
        return {each.s3_key: each for capture in self.captures for each in capture.records}
