"""Pages of a table, one behind the other."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from reelmill.catalog.paging import newest
from reelmill.catalog.tables import Moment, Words

FILMS = sa.Table(
    "films",
    sa.MetaData(),
    sa.Column("id", Words, primary_key=True),
    sa.Column("owner", Words),
    sa.Column("created_at", Moment),
)
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)

#: Two of one moment, of which the id tells which is newer.
ROWS = (("a", "ann", 0), ("b", "bob", 1), ("c", "ann", 1), ("d", "ann", 2))


@pytest.fixture
def films() -> sa.Engine:
    engine = sa.create_engine("sqlite://")
    with engine.begin() as conn:
        FILMS.create(conn)
        rows = [
            {"id": name, "owner": owner, "created_at": NOON + timedelta(minutes=later)}
            for name, owner, later in ROWS
        ]
        conn.execute(sa.insert(FILMS), rows)
    return engine


def _page(films: sa.Engine, **asked: Any) -> list[tuple[str, datetime]]:
    asked = {"limit": 2, "before": None, **asked}
    with films.connect() as conn:
        found = conn.execute(newest(sa.select(FILMS), FILMS, **asked))
        return [(row.id, row.created_at) for row in found]


@pytest.mark.parametrize(
    ("only", "pages"),
    [
        pytest.param({}, ["dc", "ba"], id="every row once, the newest first"),
        pytest.param({"owner": "ann"}, ["dc", "a"], id="of those that are wanted"),
        pytest.param({"owner": None}, ["dc", "ba"], id="nothing is all that is wanted of a column"),
        pytest.param({"owner": "eve"}, [], id="there are none"),
    ],
)
def test_pages_follow_each_other(films: sa.Engine, only: dict[str, Any], pages: list[str]) -> None:
    found: list[str] = []
    before: tuple[datetime, str] | None = None
    while page := _page(films, before=before, **only):
        found.append("".join(name for name, _ in page))
        name, created_at = page[-1]
        before = (created_at, name)
    assert found == pages


def test_a_place_in_another_zone_is_the_same_place(films: sa.Engine) -> None:
    elsewhere = NOON.astimezone(tz=datetime.strptime("+0530", "%z").tzinfo)
    assert [name for name, _ in _page(films, before=(elsewhere, "b"))] == ["a"]
