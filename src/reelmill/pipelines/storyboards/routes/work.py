"""The work on boards over HTTP: its pieces, and all that is stuck let go on."""

from http import HTTPStatus

from fastapi import APIRouter

from reelmill.pipelines.storyboards.routes.asked import TheStuck, TheStudio, limited
from reelmill.pipelines.storyboards.views.work import RetriedOut, SubJobOut
from reelmill.web.jobs import problem_documents

router = APIRouter(prefix="/storyboards")


@router.post(
    "/retry-all-stuck",
    operation_id="retry_stuck_storyboards",
    status_code=HTTPStatus.ACCEPTED,
    responses=problem_documents(429),
    dependencies=[limited("render", lambda rates: rates.render)],
)
def retry_all_stuck(stuck: TheStuck) -> RetriedOut:
    """Go on with all your boards that failed or stand still; nothing is paid twice."""
    return RetriedOut.of(stuck.retry_all())


@router.get("/{board_id}/sub-jobs", operation_id="list_sub_jobs", responses=problem_documents(404))
def sub_jobs(studio: TheStudio, board_id: str) -> list[SubJobOut]:
    """The pieces of work of a board: its pictures, its video, its copies."""
    return [SubJobOut.of(n, piece) for n, piece in enumerate(studio.pieces(board_id), start=1)]
