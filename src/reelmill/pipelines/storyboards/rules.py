"""A board and what is asked of it -> whether that may be. Decides; touches nothing."""

from collections.abc import Sequence
from decimal import Decimal

from reelmill.pipelines.storyboards.combined import NotCombinable
from reelmill.pipelines.storyboards.looks import Looks, LooksWish
from reelmill.pipelines.storyboards.plan import CENT, estimate, price
from reelmill.pipelines.storyboards.records import Board, Film, SceneRow
from reelmill.pipelines.storyboards.refusals import (
    BoardBusy,
    CannotApprove,
    NotApproved,
    NothingToApprove,
    NothingToCancel,
    NothingToRefine,
    NothingToRender,
    OnlyMadeHere,
    PictureMissing,
    SceneNotFound,
    TooManyRefinements,
)
from reelmill.pipelines.storyboards.settings import MADE_HERE, ModelPrice
from reelmill.pipelines.storyboards.spec import MAX_REFINEMENTS, VideoStatus


def admit_change(board: Board) -> None:
    """Let somebody change a board.

    Raises:
        BoardBusy: somebody works on it.
    """
    if board.status.is_working:
        raise BoardBusy(status=board.status.value)


def admit_approval(board: Board, scenes: Sequence[SceneRow]) -> None:
    """Let somebody approve a board.

    Raises:
        CannotApprove, NothingToApprove, PictureMissing: as they say.
    """
    if board.status is not VideoStatus.STORYBOARD_READY:
        raise CannotApprove(status=board.status.value)
    if not scenes:
        raise NothingToApprove
    admit_pictures(scenes)


def admit_render(board: Board, scenes: Sequence[SceneRow]) -> None:
    """Let a board be made into a video.

    Raises:
        BoardBusy, NotApproved, NothingToRender, PictureMissing: as they say.
    """
    admit_change(board)
    if not board.is_approved:
        raise NotApproved
    if not scenes:
        raise NothingToRender
    admit_pictures(scenes)


def admit_combination(board: Board, edition: int | None = None) -> Film:
    """Let the video of a board be combined with others.

    Args:
        board: The board.
        edition: Which state of it the video must show; the one that it has, without.

    Raises:
        NotCombinable: it has no finished video, or another.
    """
    film = board.film
    is_there = film is not None and board.status is VideoStatus.COMPLETED
    if film is None or not is_there or edition not in {None, film.edition}:
        raise NotCombinable(board_id=board.id, status=board.status.value)
    return film


def admit_looks(looks: Looks | LooksWish, video_model: str) -> None:
    """See that a video can look as somebody chose.

    Raises:
        OnlyMadeHere: it is bought of a model, which makes its own.
    """
    if looks.are_chosen and video_model != MADE_HERE:
        raise OnlyMadeHere(model=video_model, hint="Choose the tier economy, or none of them.")


def admit_pictures(scenes: Sequence[SceneRow]) -> None:
    """See that every scene has its picture.

    Raises:
        PictureMissing: the first that has none.
    """
    for scene in scenes:
        if not scene.has_picture:
            raise PictureMissing(scene_number=scene.number)


def lacks_drafts(scenes: Sequence[SceneRow]) -> bool:
    """Whether pictures are missing, all of which are of scenes that never had one."""
    missing = [scene for scene in scenes if not scene.has_picture]
    return bool(missing) and all(scene.picture_key is None for scene in missing)


def admit_refinement(board: Board, *, has_news: bool) -> None:
    """Let somebody refine a board once more.

    Raises:
        NothingToRefine, TooManyRefinements, BoardBusy: as they say.
    """
    if not has_news:
        raise NothingToRefine
    if board.refinement_count >= MAX_REFINEMENTS:
        raise TooManyRefinements(limit=MAX_REFINEMENTS)
    admit_change(board)


def admit_cancel(board: Board) -> None:
    """Let somebody stop the work on a board.

    Raises:
        NothingToCancel: nobody works on it.
    """
    if not board.status.is_working:
        raise NothingToCancel(status=board.status.value)


def scene_numbered(scenes: Sequence[SceneRow], number: int) -> SceneRow:
    """The scene at a place.

    Raises:
        SceneNotFound: there is none.
    """
    for scene in scenes:
        if scene.number == number:
            return scene
    raise SceneNotFound(scene_number=number)


def length(scenes: Sequence[SceneRow]) -> Decimal:
    """Seconds of the video that scenes make."""
    return sum((scene.duration for scene in scenes), Decimal(0))


def estimate_of(
    scenes: Sequence[SceneRow], prices: tuple[ModelPrice, ModelPrice], extra: Decimal
) -> Decimal:
    """What a board costs in all, dollars to the cent.

    Args:
        scenes: One picture each.
        prices: Of pictures and of videos.
        extra: What its refinements add.
    """
    image, video = prices
    seconds = length(scenes)
    base = estimate(images=len(scenes), seconds=seconds, image_model=image, video_model=video)
    return base + extra.quantize(CENT)


def to_come(
    board: Board, scenes: Sequence[SceneRow], prices: tuple[ModelPrice, ModelPrice]
) -> Decimal:
    """What is yet to be paid until the board is a video, dollars, exact."""
    return sum(_parts_to_come(board, scenes, prices), Decimal(0))


def most_to_come(
    board: Board, scenes: Sequence[SceneRow], prices: tuple[ModelPrice, ModelPrice]
) -> Decimal:
    """What that may come to at most, dollars."""
    parts = _parts_to_come(board, scenes, prices)
    mosts = (model.most(part) for model, part in zip(prices, parts, strict=True))
    return sum(mosts, Decimal(0))


def _parts_to_come(
    board: Board, scenes: Sequence[SceneRow], prices: tuple[ModelPrice, ModelPrice]
) -> tuple[Decimal, Decimal]:
    """Of pictures and of the video."""
    image, video = prices
    missing = sum(not scene.has_picture for scene in scenes)
    has_film = board.film is not None and board.film.edition == board.edition
    film = Decimal(0) if has_film else price(video, seconds=length(scenes), runs=1)
    return price(image, images=missing), film
