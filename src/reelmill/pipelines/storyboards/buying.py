"""The steps in which something is bought: money held, asked for, watched. Each may be repeated.

What goes wrong at the provider is a value here, not an exception: the workflow decides about it.
"""

from datetime import datetime, timedelta
from typing import Final

from pydantic import BaseModel, ConfigDict

from reelmill.catalog.database import Transaction
from reelmill.engine.retry import ON_OUTAGE
from reelmill.engine.words import step
from reelmill.pipelines.storyboards import rules
from reelmill.pipelines.storyboards.dealings import TROUBLE
from reelmill.pipelines.storyboards.house import models_of, settings_of
from reelmill.pipelines.storyboards.opening import provider_of
from reelmill.pipelines.storyboards.plan import eta_s
from reelmill.pipelines.storyboards.providers.provider import (
    FilmRequest,
    PictureRequest,
    Prediction,
    RequestRefused,
)
from reelmill.pipelines.storyboards.purchases import Order, Purchases
from reelmill.pipelines.storyboards.records import FILM, PICTURE, Board, Entry, EntryState, SceneRow
from reelmill.pipelines.storyboards.refusals import (
    BoardNotFound,
    EmptyStoryboard,
    NoStoryboard,
    NotApprovedAtWork,
    ProviderResting,
    UploadGone,
)
from reelmill.pipelines.storyboards.requests import (
    Uploads,
    film_request,
    picture_link,
    picture_request,
)
from reelmill.pipelines.storyboards.spec import PictureStatus, RenderSpec, VideoStatus
from reelmill.pipelines.storyboards.tables import assets, boards, ledger, scenes
from reelmill.services import Progress, Services, attempt, services
from reelmill.units import StoreKey

#: What a draft's pictures are bought for; pictures that are made anew name their edition.
DRAFT: Final = "draft"

#: What stands for no entry: none could be made.
NONE: Final = ""


class Bought(BaseModel):
    """Where a purchase is."""

    model_config = ConfigDict(frozen=True)

    entry_id: str
    """The entry of the ledger; empty when none could be made."""

    state: EntryState
    """Where it is."""

    problem: str = ""
    """Why it came to nothing."""

    is_final: bool = False
    """Whether another attempt would come to the same."""

    is_free: bool = False
    """Whether it cost nothing, so that it may be made again without asking."""

    @property
    def succeeded(self) -> bool:
        """Whether something was made."""
        return self.state is EntryState.SUCCEEDED


@step("storyboards.reserve_picture", retry=ON_OUTAGE)
def reserve_picture(board_id: str, scene_id: str, occasion: str) -> Bought:
    """Hold the money for a picture, or find what was bought of it before.

    Raises:
        BudgetSpent, ModelBarred, PersonMustDecide: as they say.
    """
    here = services()
    board, rows = board_and_scenes(here, board_id)
    scene = _scene(rows, scene_id)
    _tell_drawing(here, board, rows, scene)
    order = Order(
        board.id,
        board.owner,
        attempt().job_id,
        f"{PICTURE}{scene_id}-{occasion}",
        may_reuse=occasion == DRAFT,
    )
    return _reserved(here, board, order, _request(board, rows, scene))


@step("storyboards.submit_picture", retry=ON_OUTAGE)
def submit_picture(board_id: str, scene_id: str, bought: Bought) -> Bought:
    """Ask for a picture, unless that was done before a restart.

    Raises:
        PersonMustDecide: nobody can tell whether it was bought.
    """
    here = services()
    board, rows = board_and_scenes(here, board_id)
    return _submitted(here, board, bought, _request(board, rows, _scene(rows, scene_id)))


@step("storyboards.reserve_film", retry=ON_OUTAGE)
def reserve_film(asked: RenderSpec) -> Bought:
    """Hold the money for a video, or find what was bought of it before.

    Raises:
        BudgetSpent, ModelBarred, PersonMustDecide, OnlyMadeHere: as they say.
    """
    here = services()
    board, rows = approved(here, asked)
    rules.admit_looks(board.looks, models_of(settings_of(here), board.provider, board.tier).video)
    purpose = f"{FILM}{board.id}-{asked.edition}"
    order = Order(board.id, board.owner, attempt().job_id, purpose)
    return _reserved(here, board, order, _film_request(here, board, rows))


@step("storyboards.submit_film", retry=ON_OUTAGE)
def submit_film(asked: RenderSpec, bought: Bought) -> Bought:
    """Ask for a video, unless that was done before a restart.

    Raises:
        PersonMustDecide: nobody can tell whether it was bought.
    """
    here = services()
    board, rows = approved(here, asked)
    return _submitted(here, board, bought, _film_request(here, board, rows))


@step("storyboards.watch", retry=ON_OUTAGE)
def watch(bought: Bought, told: Progress, limit_s: float) -> Bought:
    """Look until it has ended, and write what it cost; a restart goes on looking.

    Raises:
        Canceled: the provider was told to stop.
        PersonMustDecide: the provider does not know it any more.
    """
    here, report = services(), attempt().report
    entry = entry_of(here, bought)

    def on_look(_seen: Prediction) -> None:
        report(told)

    bank = Purchases(here=here, provider=provider_of(here, entry.provider))
    return _bought(bank.watch(entry.id, limit_s, on_look))


@step("storyboards.due")
def due(wait_s: float) -> datetime:
    """When a wait ends that begins now; remembered, so that a restart waits for the rest only."""
    return services().clock() + timedelta(seconds=wait_s)


def pause(wait_s: float) -> None:
    """Wait some seconds, those before a restart counted; the end of the job ends the wait."""
    left_s = (due(wait_s) - services().clock()).total_seconds()
    attempt().canceled.wait(max(0.0, left_s))


def board_and_scenes(here: Services, board_id: str) -> tuple[Board, list[SceneRow]]:
    """A board as it is now.

    Raises:
        BoardNotFound: it was deleted.
    """
    with here.catalog.read() as conn:
        board = boards.find(conn, board_id)
        if board is None:
            raise BoardNotFound(board_id=board_id)
        return board, scenes.of_board(conn, board_id)


def approved(here: Services, asked: RenderSpec) -> tuple[Board, list[SceneRow]]:
    """A board that may be made into a video as it is now.

    Raises:
        NotApprovedAtWork, NoStoryboard, EmptyStoryboard, PictureMissing: as they say.
    """
    board, rows = board_and_scenes(here, asked.board_id)
    if board.approved_edition != asked.edition or not board.is_approved:
        raise NotApprovedAtWork
    if not rows:
        raise NoStoryboard if board.edition == 1 else EmptyStoryboard
    rules.admit_pictures(rows)
    return board, rows


def entry_of(here: Services, bought: Bought) -> Entry:
    """The entry of the ledger."""
    with here.catalog.read() as conn:
        found = ledger.find(conn, bought.entry_id)
    assert found is not None, "entries are never deleted"
    return found


def _reserved(
    here: Services, board: Board, order: Order, request: PictureRequest | FilmRequest
) -> Bought:
    bank = Purchases(here=here, provider=provider_of(here, board.provider))
    try:
        return _bought(bank.reserve(order, request))
    except (ProviderResting, RequestRefused) as error:
        is_final = isinstance(error, RequestRefused)
        return Bought(
            entry_id=NONE, state=EntryState.VOID, problem=error.message, is_final=is_final
        )


def _submitted(
    here: Services, board: Board, bought: Bought, request: PictureRequest | FilmRequest
) -> Bought:
    bank = Purchases(here=here, provider=provider_of(here, board.provider))
    try:
        return _bought(bank.submit(bought.entry_id, request))
    except (*TROUBLE, RequestRefused) as error:
        is_final = isinstance(error, RequestRefused)
        state = entry_of(here, bought).state
        told = {"state": state, "problem": error.message, "is_final": is_final}
        return bought.model_copy(update=told)


def _bought(entry: Entry) -> Bought:
    problem = entry.error or ("" if entry.state.is_open else f"prediction {entry.state}")
    is_well = entry.state is EntryState.SUCCEEDED
    return Bought(
        entry_id=entry.id,
        state=entry.state,
        problem="" if is_well else problem,
        is_free=entry.actual == 0,
    )


def _request(board: Board, rows: list[SceneRow], scene: SceneRow) -> PictureRequest:
    return picture_request(board, scene, len(rows))


def _film_request(here: Services, board: Board, rows: list[SceneRow]) -> FilmRequest:
    with here.catalog.read() as conn:
        mark = board.looks.watermark
        uploads = Uploads(
            _upload_of(conn, "voice", board.voice_asset_id),
            _upload_of(conn, "music", board.music_asset_id),
            _upload_of(conn, "watermark", mark.asset_id if mark else None),
        )

    def link(key: StoreKey) -> str:
        return picture_link(here, key)

    return film_request(board, rows, link=link, uploads=uploads)


def _upload_of(conn: Transaction, which: str, asset_id: str | None) -> StoreKey | None:
    """Where an upload of a board lies; one that is gone is never left out without a word."""
    if asset_id is None:
        return None
    if (asset := assets.find(conn, asset_id)) is None:
        raise UploadGone(which=which)
    return asset.key


def _scene(rows: list[SceneRow], scene_id: str) -> SceneRow:
    return next(row for row in rows if row.id == scene_id)


def _tell_drawing(here: Services, board: Board, rows: list[SceneRow], scene: SceneRow) -> None:
    """Say which picture is at work, and when all should be there."""
    now = here.clock()
    with here.catalog.begin() as conn:
        scenes.set_picture(conn, scene.id, PictureStatus.GENERATING)
        left = sum(not row.has_picture for row in rows)
        left_s = eta_s(_took_s(ledger.of_board(conn, board.id)), left)
        eta_at = None if left_s is None else now + timedelta(seconds=left_s)
        status = VideoStatus.GENERATING_STORYBOARD
        boards.change(conn, board.id, now=now, status=status, eta_at=eta_at)


def _took_s(entries: list[Entry]) -> list[float]:
    """Seconds that pictures took at the provider."""
    return [
        (entry.settled_at - entry.posted_at).total_seconds()
        for entry in entries
        if entry.state is EntryState.SUCCEEDED
        and entry.purpose.startswith(PICTURE)
        and entry.settled_at
        and entry.posted_at
    ]
