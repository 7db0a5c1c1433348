"""Addresses of jobs."""

import pytest

from reelmill.units import JobId
from reelmill.web.deps import address


@pytest.mark.parametrize(
    ("job_id", "path"),
    [
        ("reels/a", "/v1/jobs/reels/a"),
        ("reels/a/b", "/v1/jobs/reels/a/b"),
        ("reels/a b?c#d%", "/v1/jobs/reels/a%20b%3Fc%23d%25"),
        ("reels/\N{SNAKE}", "/v1/jobs/reels/%F0%9F%90%8D"),
    ],
)
def test_whatever_a_key_holds_it_has_an_address(job_id: str, path: str) -> None:
    assert address(JobId(job_id)) == path
