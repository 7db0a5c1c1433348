"""Everything at a glance."""

import re
from datetime import UTC, datetime, timedelta

from tests.web.reels import Served, furnish

from reelmill.catalog import jobs
from reelmill.catalog.jobs import Ended, JobState
from reelmill.web.overview import CHART_MIN, TALLEST, rate_of

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_the_overview_counts_what_is_there(site: Served) -> None:
    furnish(site.app)
    page = site.http.get("/").text
    tiles = re.findall(r'href="/jobs\?state=(\w+)".*?tile-count">([\d,]+)<', page)
    assert dict(tiles) == {
        "pending": "5",
        "in_progress": "2",
        "completed": "24",
        "failed": "1",
        "canceled": "1",
    }
    assert "The film is torn (frame=7)" in page


def test_ends_of_jobs_are_columns_by_the_minute(site: Served) -> None:
    furnish(site.app)
    now = site.app.services.clock()
    with site.app.services.catalog.read() as conn:
        ended = jobs.ended_since(conn, now.replace(year=2000))
    rate = rate_of(ended, now)
    assert rate.words.startswith("24 completed, 2 not")
    assert all(0 <= column.x < 2 * CHART_MIN for column in rate.columns)
    assert max(column.good + column.bad for column in rate.columns) <= 38
    assert rate_of([], now).words == "none yet"


def test_the_busiest_minute_is_the_tallest_and_a_single_job_is_still_seen() -> None:
    busy = [Ended(NOON - timedelta(seconds=130), JobState.COMPLETED)] * 99
    lone = [Ended(NOON - timedelta(seconds=10), JobState.FAILED)]
    early, late = rate_of([*lone, *busy], NOON).columns
    assert (early.good, early.bad) == (TALLEST, 0)
    assert late.good == 0
    assert late.bad > 1
    assert late.x - early.x == 4


def test_what_ended_before_the_hour_or_by_a_fast_clock_breaks_no_chart() -> None:
    odd = [
        Ended(NOON - timedelta(hours=2), JobState.COMPLETED),
        Ended(NOON + timedelta(seconds=90), JobState.COMPLETED),
    ]
    assert [column.x for column in rate_of(odd, NOON).columns] == [2.0 * (CHART_MIN - 1)]
