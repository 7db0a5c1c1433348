"""What goes wrong while a board is drawn and rendered: told in the old words, paid for once."""

from decimal import Decimal

import pytest
from tests.pipelines.storyboards.gallery import (
    approve,
    board_of,
    entries_of,
    scenes_of,
)
from tests.pipelines.storyboards.theatre import Theatre

from reelmill.accounts.caller import LOCAL
from reelmill.app import App
from reelmill.engine.inline import run_inline
from reelmill.errors import ReelmillError
from reelmill.pipelines.storyboards.bank import Bank
from reelmill.pipelines.storyboards.providers.simulator.faults import Call, Fault, Scheduled
from reelmill.pipelines.storyboards.records import EntryState
from reelmill.pipelines.storyboards.refusals import (
    BudgetSpent,
    PersonMustDecide,
    RenderFailed,
    RenderTimedOut,
    UploadGone,
)
from reelmill.pipelines.storyboards.settings import Waits
from reelmill.pipelines.storyboards.settling import settle_open
from reelmill.pipelines.storyboards.spec import (
    PictureStatus,
    RenderSpec,
    StoryboardsSpec,
    VideoStatus,
)
from reelmill.pipelines.storyboards.tables import boards, scenes
from reelmill.pipelines.storyboards.workflow import make


def test_a_draft_and_a_render_say_what_they_do_in_order(theatre: Theatre) -> None:
    board_id = theatre.drafted()
    assert theatre.said == [
        "Parsing prompt...",
        *(f"Generating image for scene {number} of 3..." for number in (1, 2, 3)),
    ]
    approve(theatre.app, board_id)
    assert theatre.render(board_id).cost_usd == Decimal("0.5")
    assert theatre.said == [
        "Rendering video from images...",
        "Rendering video (attempt 1)...",
        "Downloading video...",
        "Finalizing...",
        "Video rendering complete!",
    ]
    theatre.balance()


@pytest.mark.parametrize(
    "more", [{"waits": {"poll_s": 0.01, "render_retry_s": (0.03, 0.09)}}], ids=["short waits"]
)
def test_a_render_is_tried_three_times_with_waits_between(theatre: Theatre) -> None:
    board_id = theatre.approved()
    theatre.plan(Call.WORK, Fault.FAILS, Fault.STOPPED)
    theatre.render(board_id)
    assert theatre.said[1:7] == [
        "Rendering video (attempt 1)...",
        "Retrying in 0.03s...",
        "Rendering video (attempt 2)...",
        "Retrying in 0.09s...",
        "Rendering video (attempt 3)...",
        "Downloading video...",
    ]
    assert theatre.films == [("failed", "0.25"), ("canceled", "0.25"), ("succeeded", "0.5")]
    theatre.balance()


def test_the_waits_are_30_and_90_seconds_unless_somebody_chooses_others() -> None:
    waits = Waits()
    assert (waits.render_retry_s, waits.image_retry_s) == ((30, 90), (2, 4))
    assert (waits.poll_s, waits.video_limit_s, waits.stalled_s) == (5, 600, 900)


def test_a_render_that_fails_three_times_has_failed(theatre: Theatre) -> None:
    board_id = theatre.approved()
    theatre.plan(Call.WORK, *[Fault.FAILS] * 3)
    error = theatre.failing(board_id, RenderFailed)
    assert error.message == "Failed after 3 attempts: CUDA out of memory"
    board = board_of(theatre.app, board_id)
    assert (board.status, board.error_message) == (VideoStatus.FAILED, error.message)
    assert [state for state, _ in theatre.films] == ["failed"] * 3
    theatre.balance()


@pytest.mark.parametrize("fault", [Fault.LOST_AFTER, Fault.BROKEN_AFTER])
def test_an_answer_that_was_lost_is_looked_up_and_nothing_is_bought_again(
    theatre: Theatre, fault: Fault
) -> None:
    board_id = theatre.approved()
    theatre.plan(Call.CREATE, fault)
    theatre.render(board_id)
    posts = [path for method, path, _ in theatre.provider.answered if method == "POST"]
    assert len([path for path in posts if "skyreels" in path]) == 1
    assert theatre.films == [("succeeded", "0.5")]
    theatre.balance()


@pytest.mark.parametrize("fault", [Fault.BROKEN, Fault.HUNG_UP])
def test_what_the_provider_never_took_is_asked_for_again_under_the_same_entry(
    theatre: Theatre, fault: Fault
) -> None:
    board_id = theatre.approved()
    theatre.plan(Call.CREATE, fault)
    theatre.render(board_id)
    assert theatre.films == [("succeeded", "0.5")]
    theatre.balance()


def test_when_the_provider_cannot_tell_a_person_must_decide(theatre: Theatre) -> None:
    board_id = theatre.approved()
    theatre.provider.faults = theatre.provider.books.faults = Scheduled(
        {Call.CREATE: [Fault.LOST_AFTER], Call.LIST: [Fault.FORGOT]}
    )
    error = theatre.failing(board_id, PersonMustDecide)
    assert error.message.endswith("a person must decide")
    assert theatre.films == [("undecided", "None")]
    bought = len(theatre.provider.books.purchases)
    assert theatre.failing(board_id, PersonMustDecide).facts == error.facts
    assert len(theatre.provider.books.purchases) == bought
    bank = _bank(theatre.app)
    (entry,) = bank.undecided()
    bank.decide(entry.id, theatre.provider.books.purchases[-1].id)
    theatre.render(board_id)
    assert theatre.films == [("succeeded", "0.5")]
    theatre.balance()


def test_a_person_may_say_that_nothing_was_bought(theatre: Theatre) -> None:
    board_id = theatre.approved()
    theatre.provider.faults = theatre.provider.books.faults = Scheduled(
        {Call.CREATE: [Fault.BROKEN], Call.LIST: [Fault.FORGOT]}
    )
    theatre.failing(board_id, PersonMustDecide)
    bank = _bank(theatre.app)
    bank.decide(bank.undecided()[0].id, None)
    theatre.render(board_id)
    assert theatre.films == [("void", "0"), ("succeeded", "0.5")]
    theatre.balance()


def _bank(app: App) -> Bank:
    return Bank(here=app.services, caller=LOCAL)


def test_a_picture_that_a_person_decided_about_is_gone_on_with(theatre: Theatre) -> None:
    theatre.provider.faults = theatre.provider.books.faults = Scheduled(
        {Call.CREATE: [Fault.LOST_AFTER], Call.LIST: [Fault.FORGOT]}
    )
    board_id = theatre.drafted()
    scene = scenes_of(theatre.app, board_id)[0]
    assert scene.error.endswith("a person must decide")
    bank = _bank(theatre.app)
    (entry,) = bank.undecided()
    bank.decide(entry.id, theatre.provider.books.purchases[0].id)
    theatre.app.jobs.retry(board_of(theatre.app, board_id).job_id)
    theatre.carry_out(board_id)
    assert scenes_of(theatre.app, board_id)[0].has_picture
    assert len(entries_of(theatre.app)) == 3
    theatre.balance()


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (Fault.EMPTY, "Downloaded file is empty"),
        (Fault.TINY, "Downloaded file is too small (100 bytes)"),
        (Fault.HTML, "Not a valid video"),
    ],
)
def test_a_download_that_is_no_video_is_told_and_never_bought_again(
    theatre: Theatre, fault: Fault, text: str
) -> None:
    board_id = theatre.approved()
    theatre.plan(Call.OUTPUT, *[fault] * 4)
    assert theatre.failing(board_id, ReelmillError).message == text
    assert board_of(theatre.app, board_id).error_message == text
    assert theatre.films == [("succeeded", "0.5")]
    assert not list(theatre.app.services.scratch_root.glob("*"))
    theatre.render(board_id)
    assert theatre.films == [("succeeded", "0.5")]
    theatre.balance()


@pytest.mark.parametrize(
    "fault", [Fault.HTML, Fault.EMPTY, Fault.TRUNCATED, Fault.CUT_SHORT, Fault.BROKEN]
)
def test_a_download_that_goes_wrong_once_is_tried_again(theatre: Theatre, fault: Fault) -> None:
    board_id = theatre.approved()
    theatre.plan(Call.OUTPUT, fault)
    theatre.render(board_id)
    film = board_of(theatre.app, board_id).film
    assert film is not None
    assert film.frames == 150
    theatre.balance()


def test_a_network_that_breaks_off_every_download_is_told(theatre: Theatre) -> None:
    board_id = theatre.approved()
    theatre.plan(Call.OUTPUT, *[Fault.TRUNCATED] * 4)
    message = theatre.failing(board_id, ReelmillError).message
    assert message.startswith("Network error: ")


def test_an_output_that_has_expired_is_lost_and_bought_anew_only_when_asked_for(
    theatre: Theatre,
) -> None:
    board_id = theatre.approved()
    theatre.plan(Call.OUTPUT, Fault.EXPIRED)
    message = theatre.failing(board_id, ReelmillError).message
    assert message == "The output has expired at the provider"
    theatre.render(board_id)
    assert theatre.films == [("succeeded", "0.5"), ("succeeded", "0.5")]


@pytest.mark.parametrize(
    "more",
    [{"waits": {"poll_s": 0.01, "video_limit_s": 0.2, "image_limit_s": 60}}],
    ids=["a fifth of a second"],
)
def test_a_video_that_takes_too_long_is_stopped_and_paid_as_far_as_it_came(
    theatre: Theatre,
) -> None:
    board_id = theatre.approved()
    theatre.provider.books.looks = 10_000
    assert theatre.failing(board_id, RenderTimedOut).message == "Video rendering timeout"
    assert theatre.films == [("canceled", "0.25")]
    theatre.balance()


def test_a_picture_is_tried_three_times_and_the_others_are_made_all_the_same(
    theatre: Theatre,
) -> None:
    theatre.plan(Call.WORK, Fault.FAILS, None, Fault.FAILS, Fault.FAILS, Fault.FAILS, None)
    board_id = theatre.drafted()
    rows = scenes_of(theatre.app, board_id)
    assert [row.picture_status for row in rows] == [
        PictureStatus.COMPLETED,
        PictureStatus.FAILED,
        PictureStatus.COMPLETED,
    ]
    assert rows[1].error == "CUDA out of memory"
    assert len(entries_of(theatre.app)) == 6
    theatre.balance()


def test_a_picture_that_is_a_page_is_fetched_again_and_not_bought_again(theatre: Theatre) -> None:
    theatre.plan(Call.OUTPUT, Fault.HTML, Fault.TRUNCATED, Fault.CUT_SHORT)
    theatre.drafted()
    assert len(entries_of(theatre.app)) == 3
    theatre.balance()


@pytest.mark.parametrize(
    ("approval", "scenes_left", "text"),
    [
        pytest.param(None, True, "Storyboard must be approved before rendering video", id="no"),
        pytest.param(1, False, "No storyboard data available", id="no scenes"),
    ],
)
def test_a_board_that_changed_before_its_render_began_is_not_rendered(
    theatre: Theatre, approval: int | None, *, scenes_left: bool, text: str
) -> None:
    board_id = theatre.approved()
    spec = StoryboardsSpec(RenderSpec(board_id=board_id, edition=1))
    theatre.app.jobs.submit("storyboards", spec)
    with theatre.app.services.catalog.begin() as conn:
        boards.change(conn, board_id, now=theatre.clock(), approved_edition=approval)
        if not scenes_left:
            scenes.replace(conn, board_id, [])
    with pytest.raises(ReelmillError) as caught:
        theatre.carry_out(board_id)
    assert caught.value.message == text


def test_a_board_without_scenes_after_changes_is_empty(theatre: Theatre) -> None:
    board_id = theatre.approved()
    spec = StoryboardsSpec(RenderSpec(board_id=board_id, edition=1))
    theatre.app.jobs.submit("storyboards", spec)
    with theatre.app.services.catalog.begin() as conn:
        boards.change(conn, board_id, now=theatre.clock(), edition=2, approved_edition=2)
        scenes.replace(conn, board_id, [])
    again = StoryboardsSpec(RenderSpec(board_id=board_id, edition=2))
    with pytest.raises(ReelmillError) as caught:
        run_inline(make, again, here=theatre.app.services)
    assert caught.value.message == "Storyboard data is empty or invalid"


def test_a_picture_that_is_missing_at_work_is_told(theatre: Theatre) -> None:
    board_id = theatre.approved()
    spec = StoryboardsSpec(RenderSpec(board_id=board_id, edition=1))
    theatre.app.jobs.submit("storyboards", spec)
    with theatre.app.services.catalog.begin() as conn:
        scene = scenes.of_board(conn, board_id)[1]
        scenes.set_picture(conn, scene.id, PictureStatus.FAILED, error="gone")
    with pytest.raises(ReelmillError) as caught:
        theatre.carry_out(board_id)
    assert caught.value.message == "Scene 2 is missing generated image"


@pytest.mark.parametrize(
    "more", [{"budgets": {"user_hard_usd": "0.60", "user_soft_usd": "0.50"}}], ids=["60 cents"]
)
def test_a_budget_is_never_passed(theatre: Theatre) -> None:
    first, second = theatre.approved(), theatre.approved()
    theatre.failing(first, BudgetSpent)
    board = board_of(theatre.app, first)
    assert board.error_message == (
        "Daily budget exceeded: 0.02 of 0.60 USD spent, 0.60 more are needed"
    )
    theatre.clock.move(days=1)
    theatre.render(first)
    theatre.failing(second, BudgetSpent)
    assert theatre.provider.books.total_usd == Decimal("0.518")


def test_what_no_job_looks_after_is_settled_by_the_sweep(theatre: Theatre) -> None:
    board_id = theatre.approved()
    theatre.provider.faults = theatre.provider.books.faults = Scheduled(
        {Call.CREATE: [Fault.LOST_AFTER], Call.LIST: [Fault.BROKEN] * 9}
    )
    theatre.failing(board_id, RenderFailed)
    assert theatre.films == [("reserved", "None")]
    assert settle_open(theatre.app.services) == 0, "its answer may still be on its way"
    theatre.clock.move(seconds=3600)
    theatre.provider.books.finish(theatre.provider.books.purchases[-1])
    assert settle_open(theatre.app.services) == 1
    assert theatre.films == [("succeeded", "0.5")]
    theatre.render(board_id)
    assert theatre.films == [("succeeded", "0.5")]
    assert entries_of(theatre.app)[-1].state is EntryState.SUCCEEDED
    theatre.balance()


@pytest.mark.parametrize("which", ["voice", "music"])
def test_a_sound_that_is_gone_is_never_left_out_without_a_word(
    theatre: Theatre, which: str
) -> None:
    board_id = theatre.drafted()
    with theatre.app.services.catalog.begin() as conn:
        told = {f"{which}_asset_id": "0" * 32}
        boards.change(conn, board_id, now=theatre.clock(), **told)
    approve(theatre.app, board_id)
    error = theatre.failing(board_id, UploadGone)
    assert error.message == f"The {which} of the storyboard is gone: choose another, or none"
    assert theatre.films == []


class SlowWork(Scheduled):
    """Takes four seconds for each picture, and notes what the board says of the time left."""

    def __init__(self, theatre: Theatre) -> None:
        super().__init__()
        self.theatre, self.left_s = theatre, list[float | None]()

    def next(self, call: Call) -> Fault | None:
        if call is Call.CREATE:
            with self.theatre.app.services.catalog.read() as conn:
                (board_id,) = boards.beginning_with(conn, "", limit=2)
            board = board_of(self.theatre.app, board_id)
            left = board.eta_at and (board.eta_at - self.theatre.clock()).total_seconds()
            self.left_s.append(None if left is None else round(left))
            self.theatre.clock.move(seconds=4)
        return None


def test_the_time_left_is_that_of_a_picture_until_now_for_each_that_is_missing(
    theatre: Theatre,
) -> None:
    work = SlowWork(theatre)
    theatre.provider.faults = theatre.provider.books.faults = work
    board_id = theatre.drafted()
    assert work.left_s == [None, 8, 4]
    assert board_of(theatre.app, board_id).eta_at is None
