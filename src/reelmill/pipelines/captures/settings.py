"""What an operator may choose for captures: `[pipelines.captures]`."""

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from reelmill.config import BadSettings, Settings
from reelmill.pipelines.captures.manifest.online import Vision
from reelmill.pipelines.captures.spec import MAX_TAR_BYTES
from reelmill.services import Services


class CapturesSettings(BaseModel):
    """Where captures and records lie, and what is asked of others."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    source_bucket: str = Field(default="game-data", min_length=1)
    """Store of the TARs: a folder, or a URL: `s3://bucket`, `s3://bucket/prefix`."""

    manifest_bucket: str = Field(default="game-data-manifest", min_length=1)
    """Store of the records, as `source_bucket`."""

    manifest: str = Field(default="manifest.parquet", min_length=1)
    """The manifest that commands write and pages show: a path or the URL of an object."""

    max_tar_bytes: int = Field(default=MAX_TAR_BYTES, gt=0)
    """Larger TARs are skipped."""

    vision: Vision = Vision()
    """The model that is asked about menus, where that is chosen."""


def chosen_in(settings: Settings) -> CapturesSettings:
    """What the operator chose, before anything is opened.

    Raises:
        BadSettings: the section cannot be used.
    """
    try:
        return CapturesSettings.model_validate(settings.pipelines.get("captures", {}))
    except ValidationError as error:
        problems = "; ".join(problem["msg"] for problem in error.errors())
        raise BadSettings(section="pipelines.captures", problem=problems) from error


def settings_of(here: Services) -> CapturesSettings:
    """What the operator chose."""
    chosen: CapturesSettings = here.pipeline_settings["captures"]
    return chosen
