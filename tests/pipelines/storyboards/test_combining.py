"""Videos of several boards, when something happens between the request and the work."""

from dataclasses import replace

import pytest
from tests.pipelines.storyboards.gallery import board_of
from tests.pipelines.storyboards.theatre import Theatre

from reelmill.accounts.caller import LOCAL
from reelmill.catalog.job import JobState
from reelmill.errors import LimitReached
from reelmill.pipelines.storyboards.bodies import CombineWish
from reelmill.pipelines.storyboards.combinations import Combinations
from reelmill.pipelines.storyboards.combined import CombinationNotFound, NotCombinable
from reelmill.pipelines.storyboards.combining import limit_of
from reelmill.pipelines.storyboards.refusals import BoardNotFound, OnlyElsewhere, VideoNotReady
from reelmill.pipelines.storyboards.spec import Transition
from reelmill.pipelines.storyboards.studio import Studio
from reelmill.pipelines.storyboards.tables import boards

pytestmark = pytest.mark.ffmpeg

Boards = tuple[str, str]


@pytest.fixture
def two(theatre: Theatre) -> Boards:
    """Two boards with their videos."""
    first, second = theatre.approved(), theatre.approved()
    for board_id in (first, second):
        theatre.render(board_id)
    return first, second


@pytest.fixture
def combinations(theatre: Theatre) -> Combinations:
    return Combinations(here=theatre.app.services, jobs=theatre.app.jobs, caller=LOCAL)


def test_a_board_that_is_deleted_before_its_video_is_shown_lets_the_job_fail(
    theatre: Theatre, two: Boards, combinations: Combinations
) -> None:
    asked = combinations.combine(CombineWish(board_ids=two))
    Studio(here=theatre.app.services, jobs=theatre.app.jobs, caller=LOCAL).delete(two[1])
    with pytest.raises(BoardNotFound):
        theatre.do(asked.job_id)
    found = combinations.find(asked.id)
    assert (found.job_state, found.video) == (JobState.FAILED, None)
    assert found.error_message == f"Job {two[1]} not found"
    assert combinations.prompts([found]).keys() == {two[0]}
    with pytest.raises(VideoNotReady):
        combinations.video(asked.id)
    with pytest.raises(BoardNotFound):
        combinations.combine(CombineWish(board_ids=two))


def test_a_board_that_was_changed_since_shows_no_other_video(
    theatre: Theatre, two: Boards, combinations: Combinations
) -> None:
    asked = combinations.combine(CombineWish(board_ids=two))
    with theatre.app.services.catalog.begin() as conn:
        boards.change(conn, two[0], now=theatre.clock(), film_edition=2)
    with pytest.raises(NotCombinable):
        theatre.do(asked.job_id)


def test_what_failed_is_begun_again_and_what_was_made_is_not(
    theatre: Theatre, two: Boards, combinations: Combinations
) -> None:
    wish = CombineWish(board_ids=two, transition=Transition.CROSSFADE)
    asked = combinations.combine(wish)
    with theatre.app.services.catalog.begin() as conn:
        boards.change(conn, two[0], now=theatre.clock(), film_edition=2)
    with pytest.raises(NotCombinable):
        theatre.do(asked.job_id)
    with theatre.app.services.catalog.begin() as conn:
        boards.change(conn, two[0], now=theatre.clock(), film_edition=1)
    again = combinations.combine(wish)
    assert (again.id, again.job_state) == (asked.id, JobState.PENDING)
    theatre.do(again.job_id)
    video = combinations.video(asked.id)
    assert (video.frames, video.width, video.height) == (300, 320, 180)
    assert combinations.combine(wish, admit=_refuse).video == video
    with pytest.raises(LimitReached):
        combinations.combine(CombineWish(board_ids=two), admit=_refuse)
    theatre.app.services.store.delete(video.key)
    assert combinations.combine(wish).job_state is JobState.PENDING, "its file was lost"


def _refuse() -> None:
    raise LimitReached


def test_large_videos_may_take_longer(two: Boards, theatre: Theatre) -> None:
    film = board_of(theatre.app, two[0]).film
    assert film is not None
    large = replace(film, width=3840, height=2160)
    assert limit_of([film, film]) == pytest.approx(300 + 8 * 10, abs=1)
    assert limit_of([film, large]) == pytest.approx(300 + 4 * 8 * 10, abs=1)


def test_one_that_is_deleted_while_it_waits_is_not_made(
    theatre: Theatre, two: Boards, combinations: Combinations
) -> None:
    asked = combinations.combine(CombineWish(board_ids=two))
    combinations.delete(asked.id)
    assert theatre.app.jobs.find(asked.job_id).state is JobState.CANCELED
    with pytest.raises(CombinationNotFound):
        combinations.find(asked.id)
    again = combinations.combine(CombineWish(board_ids=two))
    assert (again.id, again.job_state) == (asked.id, JobState.PENDING)


def test_a_video_whose_file_is_not_here_is_not_combined(
    theatre: Theatre, two: Boards, combinations: Combinations
) -> None:
    with theatre.app.services.catalog.read() as conn:
        board = boards.find(conn, two[1])
    assert board is not None
    assert board.film is not None
    theatre.app.services.store.delete(board.film.key)
    with pytest.raises(OnlyElsewhere):
        combinations.combine(CombineWish(board_ids=two))
