"""What all answers have in common."""

from urllib.parse import quote

from pydantic import BaseModel, ConfigDict


class Said(BaseModel):
    """What the API says; each field has its description."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class ProgressOut(Said):
    """How far something is."""

    stage: str
    """What is being done; empty before it begins."""

    done: int
    """Units done so far."""

    total: int
    """Units in all, 0 when unknown."""

    message: str = ""
    """One line for people."""


class FailureOut(Said):
    """Why something failed."""

    code: str
    """For programs."""

    message: str
    """For people."""


def links_of(own: str, job_id: str) -> dict[str, str]:
    """Where something is, and its job with its events."""
    job = f"/v1/jobs/{quote(job_id)}"
    return {"self": own, "job": job, "events": f"{job}/events"}
