"""What every answer about boards has in common: its form, money, addresses."""

from decimal import Decimal
from typing import Annotated
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, PlainSerializer

from reelmill.units import JobId

#: Dollars as a number of JSON, whose digits are exact.
Dollars = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json")]


class Said(BaseModel):
    """What the API says; each field has its description."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


def address(board_id: str) -> str:
    """The path of a board."""
    return f"/v1/storyboards/{board_id}"


def links_to(own: str, job_id: JobId) -> dict[str, str]:
    """Where something is, and its job with its events."""
    job = f"/v1/jobs/{quote(job_id)}"
    return {"self": own, "job": job, "events": f"{job}/events"}


def links_of(board_id: str, job_id: JobId) -> dict[str, str]:
    """Where a board is, and the job that works on it with its events."""
    return links_to(address(board_id), job_id)
