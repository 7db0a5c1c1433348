"""The tables on both databases: as the migrations make them, and paged as they are sorted."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.pipelines.shorts.theatre import Clock, open_theatre, ready_video

from reelmill.app import App
from reelmill.catalog.job import Place
from reelmill.pipelines import migrations
from reelmill.pipelines.shorts.records import Origin, Scene
from reelmill.pipelines.shorts.tables import exports, scenes, videos
from reelmill.pipelines.shorts.tables.definitions import metadata


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[App]:
    """An app on each database."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else ""
    with open_theatre(tmp_path / "home", Clock(), database_url=url) as opened:
        yield opened


def test_the_pipeline_brings_its_migrations() -> None:
    assert migrations()["shorts"].name == "migrations"


def test_the_definitions_are_what_the_migrations_make(app: App) -> None:
    with app.services.catalog.read() as conn:
        inspector = sa.inspect(conn)
        for table in metadata.sorted_tables:
            made = {
                column["name"]: column["nullable"] for column in inspector.get_columns(table.name)
            }
            assert made == {column.name: column.nullable for column in table.c}


def test_videos_are_paged_without_gap_also_those_of_one_moment(app: App) -> None:
    made = {ready_video(app, "ann")[0] for _ in range(5)}
    moment = datetime(2026, 11, 21, 12, tzinfo=UTC)
    with app.services.catalog.begin() as conn:
        conn.execute(
            sa.text("UPDATE shorts_videos SET created_at = :at"), {"at": told(app, moment)}
        )
    ready_video(app, "bob")
    seen: list[str] = []
    before = None
    with app.services.catalog.read() as conn:
        while page := videos.page(conn, owner="ann", limit=2, before=before):
            seen += [video.id for video in page]
            before = Place(page[-1].created_at, page[-1].job_id.__class__(page[-1].id))
            assert page[-1].created_at == moment
        assert len(videos.page(conn, owner=None, limit=9)) == 6
    assert (len(seen), set(seen)) == (5, made)
    assert seen == sorted(seen, reverse=True)


def told(app: App, moment: datetime) -> object:
    """A moment as plain SQL wants it."""
    if app.services.catalog.dialect == "postgresql":
        return moment
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f")


def test_scenes_come_in_the_order_of_their_times(app: App) -> None:
    video, _ = ready_video(app, spans=((5.0, 9.0),))
    with app.services.catalog.begin() as conn:
        for at, end in ((0.0, 5.0), (0.0, 2.0)):
            scenes.add(conn, [scene(video, at, end)])
        found = scenes.of_video(conn, video)
        assert scenes.count(conn, video) == 3
    assert [(one.start_s, one.end_s) for one in found] == [(0.0, 2.0), (0.0, 5.0), (5.0, 9.0)]


def scene(video: str, start_s: float, end_s: float) -> Scene:
    return Scene(
        id=f"{start_s}-{end_s}",
        video_id=video,
        start_s=start_s,
        end_s=end_s,
        thumbnail_key=None,
        origin=Origin.MANUAL,
        created_at=datetime.now(UTC),
    )


def test_a_forgotten_video_takes_its_scenes_along(app: App) -> None:
    video, _ = ready_video(app)
    now = app.services.clock()
    with app.services.catalog.begin() as conn:
        videos.forget(conn, video)
        assert scenes.count(conn, video) == 3
        assert videos.delete(conn, video, now=now)
        assert not videos.delete(conn, video, now=now)
        assert videos.deleted_before(conn, now) == []
        later = now + timedelta(seconds=1)
        assert [one for one, _ in videos.deleted_before(conn, later)] == [video]
        videos.forget(conn, video)
        assert scenes.count(conn, video) == 0


def test_an_owner_who_has_nothing_has_taken_nothing(app: App) -> None:
    with app.services.catalog.begin() as conn:
        exports.hold(conn, "ann")
        assert exports.taken_since(conn, "ann", datetime.now(UTC)) == (0, None)
        assert exports.find(conn, "none") is None
        assert exports.past(conn, datetime.now(UTC), deleted_before=datetime.now(UTC)) == []
