"""The tables on both databases: as the migrations make them, paged as sorted, money to the cent."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from tests.pipelines.storyboards.gallery import Clock, board_of, chosen, drafted, gallery

from reelmill.app import App
from reelmill.catalog.job import Place
from reelmill.children import Children
from reelmill.engine.words import VideoMade
from reelmill.pipelines import migrations
from reelmill.pipelines.storyboards import budgets
from reelmill.pipelines.storyboards.breaker import Breaker
from reelmill.pipelines.storyboards.budgets import Payer
from reelmill.pipelines.storyboards.combined import NewCombination
from reelmill.pipelines.storyboards.looks import Looks, LooksWish, Watermark
from reelmill.pipelines.storyboards.records import (
    Asset,
    AssetKind,
    Costs,
    EntryState,
    NewEntry,
    Picture,
    SceneRow,
)
from reelmill.pipelines.storyboards.refinement import Refinement
from reelmill.pipelines.storyboards.refusals import BudgetSpent, ProviderResting
from reelmill.pipelines.storyboards.spec import (
    PictureStatus,
    Transition,
    VideoFormat,
    VideoStatus,
)
from reelmill.pipelines.storyboards.tables import (
    assets,
    boards,
    combinations,
    ledger,
    providers,
    refinements,
    scenes,
)
from reelmill.pipelines.storyboards.tables.boards import Wanted
from reelmill.pipelines.storyboards.tables.definitions import metadata
from reelmill.units import JobId, StoreKey

AT = datetime(2026, 11, 30, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def app(
    request: pytest.FixtureRequest, tmp_path: Path, warm: Children, clock: Clock
) -> Iterator[App]:
    """An app on each database, whose node never starts."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else ""
    section = chosen(budgets={"user_hard_usd": 10, "day_hard_usd": 15})
    with gallery(
        tmp_path / "home", section, clock=clock, children=warm, database_url=url
    ) as opened:
        yield opened


def entry(owner: str = "ann", usd: str = "1", *, at: datetime = AT) -> NewEntry:
    return NewEntry(
        id=uuid4().hex,
        board_id="b",
        owner=owner,
        job_id=JobId("storyboards/x"),
        purpose="film-b",
        attempt=1,
        provider="replicate",
        model="skyreels-2",
        terms="{}",
        estimated=Decimal(usd),
        held=Decimal(usd) * 2,
        reserved_at=at,
    )


def test_the_pipeline_brings_its_migrations() -> None:
    assert migrations()["storyboards"].name == "migrations"


def test_the_definitions_are_what_the_migrations_make(app: App) -> None:
    with app.services.catalog.read() as conn:
        inspector = sa.inspect(conn)
        for table in metadata.sorted_tables:
            made = {
                column["name"]: column["nullable"] for column in inspector.get_columns(table.name)
            }
            assert made == {column.name: column.nullable for column in table.c}


def test_boards_are_paged_without_gap(app: App) -> None:
    made = [drafted(app, owner="ann") for _ in range(5)]
    drafted(app, owner="bob")
    seen: list[str] = []
    before = None
    with app.services.catalog.read() as conn:
        while page := boards.page(conn, Wanted(owner="ann"), limit=2, before=before):
            seen += [board.id for board in page]
            before = Place(page[-1].created_at, JobId(page[-1].id))
        assert len(boards.page(conn, Wanted(), limit=9)) == 6
        assert boards.counts(conn) == {VideoStatus.PENDING: 6}
        assert boards.beginning_with(conn, made[0][:12], limit=2) == [made[0]]
        assert boards.beginning_with(conn, "%", limit=2) == []
    assert seen == made[::-1]


def test_a_board_comes_back_as_it_was_written_and_is_gone_when_it_is_deleted(app: App) -> None:
    brand = {"colours": ["#fff", None], "tone": {"warm": True}}
    board_id = drafted(app, style="noir", client_id="acme", brand_guidelines=brand)
    board = board_of(app, board_id)
    assert (board.style, board.client_id, board.brand_guidelines) == ("noir", "acme", brand)
    assert (board.edition, board.is_approved, board.film, board.estimated) == (1, False, None, 0)
    with app.services.catalog.begin() as conn:
        boards.count_download(conn, board_id)
        boards.count_download(conn, board_id)
        found = boards.find(conn, board_id)
        assert found is not None
        assert found.download_count == 2
        boards.delete(conn, board_id, now=AT)
        assert boards.find(conn, board_id) is None
        assert boards.hold(conn, board_id) is None


def scene(board_id: str, number: int) -> SceneRow:
    return SceneRow(
        id=f"{board_id}-{number}",
        board_id=board_id,
        number=number,
        description="The sea",
        duration=Decimal("1.67"),
        image_prompt="The sea, wide",
        transition=Transition.FADE,
        title="",
        picture_key=None,
        picture_status=PictureStatus.PENDING,
        error="",
    )


def test_scenes_come_in_their_order_and_keep_hundredths(app: App) -> None:
    board_id = drafted(app)
    rows = [scene(board_id, number) for number in (1, 2, 3)]
    with app.services.catalog.begin() as conn:
        scenes.replace(conn, board_id, rows[::-1])
        assert scenes.of_board(conn, board_id) == rows
        scenes.renumber(conn, {rows[0].id: 3, rows[2].id: 1})
        assert [row.id for row in scenes.of_board(conn, board_id)] == [
            row.id for row in (rows[2], rows[1], rows[0])
        ]
        key = StoreKey("a/b.png")
        scenes.set_picture(conn, rows[1].id, PictureStatus.COMPLETED, picture=Picture(key, 8, 9))
        scenes.set_picture(conn, rows[1].id, PictureStatus.FAILED, error="no")
        kept = scenes.of_boards(conn, [board_id, "none"])
        assert (kept["none"], kept[board_id][1].picture_key) == ([], key)
        assert kept[board_id][1].has_picture is False


def test_refinements_are_kept_in_their_order(app: App) -> None:
    board_id = drafted(app)
    made = [
        Refinement(
            id=uuid4().hex,
            board_id=board_id,
            scene_number=number,
            old_image_prompt="a",
            new_image_prompt="b",
            old_description="c",
            new_description="d",
            cost=Decimal("0.02"),
            made_at=AT + timedelta(seconds=number),
        )
        for number in (1, 2)
    ]
    with app.services.catalog.begin() as conn:
        for one in reversed(made):
            refinements.add(conn, one)
        assert refinements.of_board(conn, board_id) == made


def combination(app: App, *, owner: str = "ann", at: datetime = AT) -> NewCombination:
    """One of two boards, whose job is that of the first."""
    board_ids = (drafted(app, owner=owner), drafted(app, owner=owner))
    return NewCombination(
        id=uuid4().hex,
        owner=owner,
        job_id=board_of(app, board_ids[0]).job_id,
        board_ids=board_ids,
        transition=Transition.FADE,
        format=VideoFormat.WEBM,
        created_at=at,
    )


def test_a_combination_comes_back_as_it_was_written_and_is_put_anew(app: App) -> None:
    new = combination(app)
    later = combination(app, at=AT + timedelta(seconds=1))
    others = combination(app, owner="bob")
    key = StoreKey("a/b.webm")
    video = VideoMade(key=key, width=64, height=36, duration_s=2, frames=60, size_bytes=9)
    with app.services.catalog.begin() as conn:
        for one in (new, later, others):
            combinations.put(conn, one)
        combinations.give_video(conn, new.id, video)
        found = combinations.find(conn, new.id)
        assert found is not None
        assert (found.board_ids, found.transition, found.format, found.video) == (
            *(new.board_ids, Transition.FADE, VideoFormat.WEBM, video),
        )
        newest, *rest = combinations.page(conn, owner="ann", limit=9)
        assert ([newest.id], [one.id for one in rest]) == ([later.id], [new.id])
        place = Place(newest.created_at, JobId(newest.id))
        (second,) = combinations.page(conn, owner="ann", limit=9, before=place)
        assert second.id == new.id
        assert len(combinations.page(conn, owner=None, limit=9)) == 3
        combinations.put(conn, replace(new, transition=Transition.CUT))
        again = combinations.find(conn, new.id)
        assert again is not None
        assert (again.transition, again.video) == (Transition.CUT, None)


def test_a_deleted_combination_is_held_for_clearing_when_nobody_works_on_it(app: App) -> None:
    new = combination(app)
    with app.services.catalog.begin() as conn:
        combinations.put(conn, new)
        assert [combinations.are_made_with(conn, one) for one in (*new.board_ids, "0" * 32)] == [
            *(True, True, False)
        ]
        combinations.delete(conn, new.id, now=AT)
        assert combinations.find(conn, new.id) is None
        assert combinations.uncleared(conn, AT) == []
        assert combinations.uncleared(conn, AT + timedelta(seconds=1)) == [new.id]
        assert combinations.hold_uncleared(conn, new.id) is None, "its job has not ended"
    app.jobs.cancel(new.job_id)
    with app.services.catalog.begin() as conn:
        assert combinations.are_made_with(conn, new.board_ids[0]) is False
        assert combinations.hold_uncleared(conn, new.id) == new.job_id
        combinations.clear(conn, new.id, now=AT)
        assert combinations.hold_uncleared(conn, new.id) is None
        assert combinations.uncleared(conn, AT + timedelta(seconds=1)) == []


def test_what_is_open_counts_as_held_and_what_is_settled_as_paid(app: App) -> None:
    first, second = entry(usd="0.003"), entry(usd="0.5")
    with app.services.catalog.begin() as conn:
        for one in (first, second, entry("bob"), entry(at=AT - timedelta(days=1))):
            ledger.add(conn, one)
        assert ledger.spent_on(conn, AT, owner="ann") == Decimal("1.006")
        told = {"state": EntryState.FAILED, "actual": Decimal("0.0015"), "outputs": ["a"]}
        assert ledger.settle(conn, first.id, **told, settled_at=AT) is True
        assert ledger.settle(conn, first.id, state=EntryState.VOID, actual=Decimal(0)) is False
        assert ledger.spent_on(conn, AT, owner="ann") == Decimal("1.0015")
        assert ledger.spent_on(conn, AT) == Decimal("3.0015")
        found = ledger.find(conn, first.id)
        assert found is not None
        assert (found.actual, found.outputs) == (Decimal("0.0015"), ("a",))
        costs = ledger.costs(conn, ["b", "none"])
        assert costs["b"] == Costs(actual=Decimal("0.0015"), held=Decimal(5))
        assert costs["none"] == Costs()
        assert len(ledger.open_entries(conn)) == 3
        assert ledger.spent_by(conn, "storyboards/x") == Decimal("0.0015")


def test_what_was_bought_is_never_taken_for_nothing(app: App) -> None:
    one, other = entry(), entry()
    with app.services.catalog.begin() as conn:
        ledger.add(conn, one)
        ledger.add(conn, other)
        ledger.change(conn, one.id, state=EntryState.SUBMITTED, prediction_id="p")
        assert ledger.void(conn, one.id, why="late", now=AT) is False
        assert ledger.void(conn, other.id, why="refused", now=AT) is True
        assert ledger.void(conn, other.id, why="again", now=AT) is False
        bought, refused = ledger.find(conn, one.id), ledger.find(conn, other.id)
        assert bought is not None
        assert refused is not None
        assert (bought.state, bought.actual) == (EntryState.SUBMITTED, None)
        assert (refused.state, refused.error) == (EntryState.VOID, "refused")
        assert ledger.of_prediction(conn, "replicate", "p") == bought


def test_a_hard_budget_holds_also_when_many_ask_at_once(app: App) -> None:
    here = app.services
    refusals: list[BudgetSpent] = []
    gate = threading.Barrier(6)

    def reserve() -> None:
        gate.wait()
        for _ in range(4):
            try:
                with here.catalog.begin() as conn:
                    ledger.hold(conn)
                    budgets.admit(conn, here, Payer("ann"), Decimal(2))
                    ledger.add(conn, entry(at=here.clock()))
            except BudgetSpent as error:
                refusals.append(error)

    threads = [threading.Thread(target=reserve) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with here.catalog.read() as conn:
        assert ledger.spent_on(conn, here.clock(), owner="ann") == 10
    assert len(refusals) == 19


def test_the_day_has_a_budget_beside_those_of_its_users(app: App) -> None:
    here = app.services
    with here.catalog.begin() as conn:
        for owner in ("ann", "bob"):
            for _ in range(3):
                ledger.add(conn, entry(owner, at=here.clock()))
        with pytest.raises(BudgetSpent) as caught:
            budgets.admit(conn, here, Payer("cid"), Decimal(4))
        assert caught.value.facts["whose"] == "day"
        budgets.admit(conn, here, Payer("cid"), Decimal(3))
        budgets.admit(conn, here, Payer("cid"), Decimal(0))


def test_a_provider_rests_after_its_third_failure_in_a_row_for_everybody(
    app: App, clock: Clock
) -> None:
    breaker = Breaker(here=app.services, provider="replicate")
    breaker.failed()
    breaker.failed()
    breaker.answered()
    for _ in range(3):
        with app.services.catalog.read() as conn:
            breaker.admit(conn)
        breaker.failed()
    with app.services.catalog.read() as conn:
        with pytest.raises(ProviderResting) as caught:
            Breaker(here=app.services, provider="replicate").admit(conn)
        Breaker(here=app.services, provider="local").admit(conn)
    assert 299 <= caught.value.facts["retry_after_s"] <= 300
    clock.move(seconds=301)
    with app.services.catalog.read() as conn:
        breaker.admit(conn)
    breaker.failed()
    with app.services.catalog.read() as conn, pytest.raises(ProviderResting):
        breaker.admit(conn)
    breaker.answered()
    with app.services.catalog.read() as conn:
        breaker.admit(conn)
        assert providers.is_well(conn, "replicate")


def test_assets_are_paged_by_kind(app: App) -> None:
    made = [
        Asset(
            id=uuid4().hex,
            owner="ann",
            kind=kind,
            name="a",
            key=StoreKey("a"),
            content_type="image/png",
            size_bytes=1,
            sha256="0" * 64,
            width=None,
            height=None,
            tags=("sea", "dawn"),
            created_at=AT + timedelta(seconds=number),
        )
        for number, kind in enumerate((AssetKind.IMAGE, AssetKind.AUDIO, AssetKind.IMAGE))
    ]
    with app.services.catalog.begin() as conn:
        for one in made:
            assets.add(conn, one)
        found = assets.page(conn, owner="ann", limit=9, kind=AssetKind.IMAGE)
        assert found == [made[2], made[0]]
        place = (made[2].created_at, made[2].id)
        assert assets.page(conn, owner="ann", limit=9, before=place) == [made[1], made[0]]
        assets.delete(conn, made[0].id)
        assert assets.find(conn, made[0].id) is None


def test_a_request_may_leave_while_nothing_is_known_of_its_purchase(app: App) -> None:
    new, later = entry(), AT + timedelta(seconds=30)
    with app.services.catalog.begin() as conn:
        ledger.add(conn, new)
        assert ledger.let_leave(conn, new.id, now=AT, until=later)
        assert ledger.let_leave(conn, new.id, now=later, until=later + timedelta(seconds=10))
        found = ledger.find(conn, new.id)
        assert found is not None
        assert (found.posted_at, found.leaves_until) == (AT, later + timedelta(seconds=10))
        assert [one.id for one in ledger.posted_since(conn, "replicate", AT)] == [new.id]
        assert ledger.posted_since(conn, "replicate", later) == []
        ledger.change(conn, new.id, state=EntryState.SUBMITTED)
        assert not ledger.let_leave(conn, new.id, now=AT, until=later)


def test_what_cost_more_than_was_held_is_found_and_more_is_held_for_its_like(app: App) -> None:
    dear, like, other = entry(), entry(), replace(entry(), model="veo3")
    with app.services.catalog.begin() as conn:
        for new in (dear, like, other):
            ledger.add(conn, new)
        assert ledger.overcharged(conn, "replicate", "skyreels-2") == []
        told = {"state": EntryState.SUCCEEDED, "actual": Decimal(3)}
        ledger.settle(conn, dear.id, **told)
        (found,) = ledger.overcharged(conn, "replicate", "skyreels-2")
        assert found.id == dear.id
        ledger.hold_more(conn, found, Decimal("1.5"))
        held = {one.id: one.held for one in ledger.everything(conn)}
        assert held == {dear.id: 2, like.id: 3, other.id: 2}


def test_purchases_of_a_day_are_summed_by_kind_and_state(app: App) -> None:
    film, late = entry(), replace(entry(), purpose="stray-film-b")
    drawn, again = (replace(entry(), purpose=f"picture-{n}-draft", digest="d") for n in range(2))
    paid = {"state": EntryState.SUCCEEDED, "settled_at": AT, "collected_at": AT}
    with app.services.catalog.begin() as conn:
        for new in (film, late, drawn, again, entry(at=AT - timedelta(days=1))):
            ledger.add(conn, new)
        ledger.change(conn, drawn.id, **paid, actual=Decimal(1), prediction_id="p")
        ledger.change(conn, again.id, **paid, actual=Decimal(0))
        assert ledger.sums_on(conn, AT) == [
            ("film", "reserved", 1, Decimal(2)),
            ("picture", "succeeded", 1, Decimal(1)),
            ("reuse", "succeeded", 1, Decimal(0)),
            ("stray", "reserved", 1, Decimal(2)),
        ]
        costs = ledger.costs(conn, ["b"])["b"]
        assert (costs.strays, costs.strays_usd) == (1, Decimal(2))
        made = ledger.made_before(conn, "ann", "d", AT)
        assert {one.id for one in made} == {drawn.id, again.id}
        assert ledger.made_before(conn, "ann", "d", AT + timedelta(seconds=1)) == []
        assert ledger.made_before(conn, "bob", "d", AT) == []


def test_a_watermark_knows_its_boards(app: App) -> None:
    picture_id = uuid4().hex
    mark = Watermark(asset_id=picture_id)
    marked = drafted(app, looks=LooksWish(watermark=mark))
    drafted(app, looks=LooksWish(watermark=Watermark(asset_id=uuid4().hex)))
    with app.services.catalog.begin() as conn:
        assert boards.made_with(conn, picture_id) == [marked]
        board = boards.find(conn, marked)
        assert board is not None
        assert board.looks == Looks(fade_out_s=Decimal(1), watermark=mark)
        boards.give_looks(conn, marked, Looks())
        assert boards.made_with(conn, picture_id) == []


def test_deleted_boards_are_cleared_once_and_sounds_know_their_boards(app: App) -> None:
    sound = uuid4().hex
    heard, silent = drafted(app, music_asset_id=sound), drafted(app)
    with app.services.catalog.begin() as conn:
        assert boards.made_with(conn, sound) == [heard]
        assert boards.uncleared(conn, AT) == []
        boards.delete(conn, heard, now=AT)
        assert boards.made_with(conn, sound) == []
        later = AT + timedelta(seconds=1)
        assert boards.uncleared(conn, AT) == []
        assert boards.uncleared(conn, later) == [heard]
        boards.change(conn, heard, now=later, cleared_at=later)
        assert boards.uncleared(conn, later + timedelta(days=1)) == []
        assert boards.jobs_of(conn, silent) == [f"storyboards/draft-{silent}"]
