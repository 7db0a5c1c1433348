"""Addresses and places in a list."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmill.catalog.jobs import Place
from reelmill.units import JobId
from reelmill.web.deps import BadCursor, address, cursor_of, place_of

MOMENTS = st.datetimes(timezones=st.just(UTC))
IDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)


@given(MOMENTS, IDS)
def test_a_cursor_leads_back_to_its_place(moment: datetime, key: str) -> None:
    place = Place(moment, JobId(f"reels/{key}"))
    assert place_of(cursor_of(place)) == place


@given(st.text(max_size=60))
def test_any_other_text_is_refused_and_never_breaks(text: str) -> None:
    with pytest.raises(BadCursor):
        place_of(text)


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
