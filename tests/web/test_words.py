"""What people read."""

from datetime import UTC, datetime, timedelta

import pytest

from reelmill.web import words

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("size_bytes", "said"),
    [(0, "0 B"), (1023, "1023 B"), (1024, "1.0 KB"), (1024**3, "1.0 GB"), (5e15, "4,547.5 TB")],
)
def test_sizes(size_bytes: float, said: str) -> None:
    assert words.size(size_bytes) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, words.NOTHING),
        (0, "0 ms"),
        (59.94, "59.9 s"),
        (60, "1 min 00 s"),
        (7260, "2 h 01 min"),
    ],
)
def test_durations(seconds: float | None, said: str) -> None:
    assert words.took(seconds) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-3, "just now"),
        (7, "7 s ago"),
        (3599, "59 min ago"),
        (7200, "2 h ago"),
        (200000, "2 d ago"),
    ],
)
def test_ages(seconds: int, said: str) -> None:
    assert words.ago(NOON - timedelta(seconds=seconds), NOON) == said


def test_one_failure_among_thousands_is_still_seen_on_the_strip() -> None:
    frames = words.strip({"completed": 99_999, "failed": 1})
    assert [frame.state for frame in frames] == ["completed", "failed"]
    assert frames[1].width > 1
    assert sum(frame.width for frame in frames) == pytest.approx(100)


def test_a_strip_without_jobs_is_one_empty_frame() -> None:
    assert words.strip({"completed": 0}) == (words.Frame("", 0.0, 100.0),)


@pytest.mark.parametrize(
    ("done", "total", "said"), [(0, 0, ""), (0, 3, "0 %"), (3, 3, "100 %"), (9, 3, "100 %")]
)
def test_shares(done: int, total: int, said: str) -> None:
    assert words.share(done, total) == said
