"""What an operator may choose for the shorts: `[pipelines.shorts]`."""

from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field

#: Bytes of a gigabyte.
GB = 1_000_000_000


class ShortsSettings(BaseModel):
    """Limits, and how long things are kept."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    daily_exports: int = Field(default=10, ge=1, le=100_000)
    """Exports that one user may make in any 24 hours."""

    keep_hours: float = Field(default=24.0, gt=0, le=24 * 365)
    """Hours after its end when all of an export, or of a video that came to nothing, is deleted."""

    max_upload_gb: float = Field(default=4.0, gt=0, le=1000)
    """Largest video that is taken in, gigabytes."""

    link_s: int = Field(default=3600, ge=60, le=7 * 24 * 3600)
    """Seconds that a download link works."""

    @property
    def kept(self) -> timedelta:
        """How long an export is kept after its end."""
        return timedelta(hours=self.keep_hours)

    @property
    def max_upload_bytes(self) -> int:
        """Largest video that is taken in."""
        return int(self.max_upload_gb * GB)
