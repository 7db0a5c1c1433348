"""Places in a list."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmill.catalog.jobs import Place
from reelmill.units import JobId
from reelmill.web.lists import BadCursor, cursor_of, next_cursor, place_of

MOMENTS = st.datetimes(timezones=st.just(UTC))
IDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)


@given(MOMENTS, IDS)
def test_a_cursor_leads_back_to_its_place(moment: datetime, key: str) -> None:
    place = Place(moment, JobId(f"reels/{key}"))
    assert place_of(cursor_of(place)) == place


@given(st.text(min_size=1, max_size=60))
def test_any_other_text_is_refused_and_never_breaks(text: str) -> None:
    with pytest.raises(BadCursor):
        place_of(text)


def test_a_list_begins_where_nobody_says_otherwise() -> None:
    assert place_of(None) is place_of("") is None


@pytest.mark.parametrize(
    ("found", "follows"),
    [
        pytest.param(2, False, id="fewer than a page"),
        pytest.param(3, False, id="just a page"),
        pytest.param(4, True, id="one more"),
    ],
)
def test_a_page_follows_where_one_more_was_found(found: int, follows: bool) -> None:  # noqa: FBT001
    rows = [
        Place(datetime(2025, 1, day, tzinfo=UTC), JobId(f"a/{day}")) for day in range(1, 1 + found)
    ]
    cursor = next_cursor(rows, 3)
    assert place_of(cursor) == (rows[2] if follows else None)
