"""What an operator may choose about shorts: `[pipelines.shorts]`. Pure."""

from pydantic import BaseModel, ConfigDict, Field


class ShortsSettings(BaseModel):
    """Limits of uploads, exports and links."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    daily_exports: int = Field(default=10, ge=1)
    """Exports that one user may ask for in any 24 hours."""

    keep_hours: float = Field(default=24.0, gt=0)
    """Hours from the end of an export until its file is deleted."""

    link_s: int = Field(default=3600, ge=1, le=7 * 24 * 3600)
    """Seconds that a download link works."""

    max_upload_gb: float = Field(default=10.0, gt=0)
    """Largest video that is taken in, in units of 1,000,000,000 bytes."""

    @property
    def max_upload_bytes(self) -> int:
        """Largest video that is taken in."""
        return int(self.max_upload_gb * 1e9)
