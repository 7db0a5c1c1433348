"""A job that begins or ends -> where its board stands, written in the same transaction."""

from decimal import Decimal
from typing import Any

from reelmill.catalog.database import Transaction
from reelmill.catalog.jobs import Job, JobState
from reelmill.pipelines.storyboards import rules
from reelmill.pipelines.storyboards.combined import NewCombination
from reelmill.pipelines.storyboards.house import is_made_here, prices_of, settings_of
from reelmill.pipelines.storyboards.keys import type_of
from reelmill.pipelines.storyboards.looks import looks_of
from reelmill.pipelines.storyboards.plan import estimate, missing_pictures
from reelmill.pipelines.storyboards.records import Board, Film, NewBoard
from reelmill.pipelines.storyboards.refusals import BoardNotFound, NotApproved, NotExportable
from reelmill.pipelines.storyboards.results import StoryboardsResult
from reelmill.pipelines.storyboards.spec import (
    CombineSpec,
    DraftSpec,
    ExportSpec,
    PictureSpec,
    PictureStatus,
    RenderSpec,
    StoryboardsSpec,
    VideoStatus,
)
from reelmill.pipelines.storyboards.tables import boards, combinations, scenes
from reelmill.services import Services


def entering(here: Services, conn: Transaction, job: Job) -> None:
    """Write where a board stands when work on it is asked for, or refuse the work.

    Raises:
        BoardNotFound, BoardBusy, NotApproved, NothingToRender, PictureMissing, NotExportable,
            NotCombinable: as they say.
    """
    spec = StoryboardsSpec.model_validate(job.spec).root
    if isinstance(spec, CombineSpec):
        _enter_combination(here, conn, job, spec)
        return
    if isinstance(spec, DraftSpec) and job.run == 1:
        boards.add(conn, _new_board(here, spec, job))
        return
    board = boards.hold(conn, spec.board_id)
    if board is None:
        raise BoardNotFound(board_id=spec.board_id)
    match spec:
        case ExportSpec(edition=edition):
            _admit_export(board, edition)
        case RenderSpec(edition=edition):
            _admit_render(conn, board, edition)
            _begin(here, conn, job, VideoStatus.RENDERING, board)
        case PictureSpec(scene_id=scene_id):
            rules.admit_change(board)
            scenes.set_picture(conn, scene_id, PictureStatus.PENDING)
            _begin(here, conn, job, VideoStatus.GENERATING_STORYBOARD, board)
        case DraftSpec():
            rules.admit_change(board)
            _begin(here, conn, job, VideoStatus.PENDING, board)


def ended(here: Services, conn: Transaction, job: Job, result: StoryboardsResult | None) -> None:
    """Write how the work on a board ended: with a result, with an error, or by being stopped."""
    spec = StoryboardsSpec.model_validate(job.spec).root
    if isinstance(spec, CombineSpec):
        if result is not None and result.video is not None:
            combinations.give_video(conn, spec.combination_id, result.video)
        return
    board = boards.hold(conn, spec.board_id)
    if isinstance(spec, ExportSpec) or board is None or board.job_id != job.id:
        return
    if result is None:
        _end_badly(here, conn, job, spec)
        return
    told = {"status": result.status, "message": result.message, "error_message": ""}
    boards.change(conn, board.id, now=here.clock(), **told, eta_at=None)
    if result.video is not None:
        kind = type_of(result.video.key)
        film = Film(
            **result.video.model_dump(),
            content_type=kind,
            edition=board.edition,
            differs=result.differs,
        )
        boards.give_film(conn, board.id, film)


def _new_board(here: Services, spec: DraftSpec, job: Job) -> NewBoard:
    chosen, asked = settings_of(here), spec.request
    image, video = prices_of(chosen, chosen.provider, asked.tier)
    return NewBoard(
        id=spec.board_id,
        owner=job.owner,
        prompt=asked.prompt,
        duration_s=asked.duration,
        style=asked.style,
        aspect_ratio=asked.aspect_ratio,
        client_id=asked.client_id,
        campaign_id=asked.campaign_id,
        platform=asked.platform,
        tier=asked.tier,
        group_id=spec.group_id,
        variation=spec.variation,
        variations=asked.variations,
        brand_guidelines=asked.brand_guidelines,
        voice_asset_id=asked.voice_asset_id,
        music_asset_id=asked.music_asset_id,
        looks=looks_of(asked.looks, made_here=is_made_here(chosen, chosen.provider, asked.tier)),
        provider=chosen.provider,
        estimated=estimate(
            images=missing_pictures(asked, spec.given),
            seconds=Decimal(asked.duration),
            image_model=image,
            video_model=video,
        ),
        job_id=job.id,
        created_at=job.created_at,
    )


def _enter_combination(here: Services, conn: Transaction, job: Job, spec: CombineSpec) -> None:
    for named in spec.films:
        board = boards.find(conn, named.board_id)
        if board is None:
            raise BoardNotFound(board_id=named.board_id)
        rules.admit_combination(board, named.edition)
    combinations.put(
        conn,
        NewCombination(
            id=spec.combination_id,
            owner=job.owner,
            job_id=job.id,
            board_ids=tuple(named.board_id for named in spec.films),
            transition=spec.transition,
            format=spec.format,
            created_at=here.clock(),
        ),
    )


def _admit_export(board: Board, edition: int) -> None:
    if board.film is None or board.film.edition != edition:
        raise NotExportable(status=board.status.value)


def _admit_render(conn: Transaction, board: Board, edition: int) -> None:
    rules.admit_render(board, scenes.of_board(conn, board.id))
    if board.edition != edition:
        raise NotApproved(hint="The storyboard was changed since: approve it again.")


def _begin(here: Services, conn: Transaction, job: Job, to: VideoStatus, board: Board) -> None:
    told: dict[str, Any] = {"job_id": job.id, "status": to, "message": "", "error_message": ""}
    boards.change(conn, board.id, now=here.clock(), **told, eta_at=None)


def _end_badly(
    here: Services, conn: Transaction, job: Job, spec: DraftSpec | PictureSpec | RenderSpec
) -> None:
    is_canceled = job.state is JobState.CANCELED
    why = "Canceled" if is_canceled else job.error_message
    if not isinstance(spec, RenderSpec):
        _leave_pictures(conn, spec.board_id, why)
    status = VideoStatus.CANCELED if is_canceled else VideoStatus.FAILED
    if isinstance(spec, PictureSpec):
        # The rest of the board is as it was: it can be worked on.
        status = VideoStatus.STORYBOARD_READY
    problem = "" if status is VideoStatus.STORYBOARD_READY else why[:1000]
    told = {"status": status, "message": why[:200], "error_message": problem}
    boards.change(conn, spec.board_id, now=here.clock(), **told, eta_at=None)


def _leave_pictures(conn: Transaction, board_id: str, why: str) -> None:
    """What was to be drawn will not be."""
    for scene in scenes.of_board(conn, board_id):
        if scene.picture_status in {PictureStatus.PENDING, PictureStatus.GENERATING}:
            scenes.set_picture(conn, scene.id, PictureStatus.FAILED, error=why[:500])
