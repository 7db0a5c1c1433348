"""A prompt -> scenes with pictures; an approved board -> a video in the store; a video -> a copy.

What was paid for is never asked for twice: every purchase is an entry of the ledger, and an entry
is gone on with wherever it is found.
"""

from typing import Final

from reelmill.engine.words import VideoMade, workflow
from reelmill.errors import BadMedia, Gone, Unavailable
from reelmill.pipelines.storyboards.buying import (
    DRAFT,
    Bought,
    pause,
    reserve_film,
    reserve_picture,
    submit_film,
    submit_picture,
    watch,
)
from reelmill.pipelines.storyboards.combining import combine_films
from reelmill.pipelines.storyboards.exporting import export_copy
from reelmill.pipelines.storyboards.house import settings_of
from reelmill.pipelines.storyboards.making import (
    FilmDraft,
    bring_film_home,
    bring_picture_home,
    close_draft,
    give_up_picture,
    write_scenes,
)
from reelmill.pipelines.storyboards.publishing import (
    publish_combination,
    publish_export,
    publish_film,
)
from reelmill.pipelines.storyboards.records import EntryState
from reelmill.pipelines.storyboards.refusals import (
    BudgetSpent,
    ModelBarred,
    OutputLost,
    PersonMustDecide,
    RenderFailed,
    RenderTimedOut,
)
from reelmill.pipelines.storyboards.results import StoryboardsResult
from reelmill.pipelines.storyboards.spec import (
    CombineSpec,
    DraftSpec,
    ExportSpec,
    PictureSpec,
    RenderSpec,
    StoryboardsSpec,
    VideoStatus,
)
from reelmill.services import Progress, attempt, services

#: What the last message of a render is. Source: render task.
DONE: Final = "Video rendering complete!"

#: What the message of an export is.
EXPORTED: Final = "Export complete"

#: What the message of a combination is.
COMBINED: Final = "Combination complete"


@workflow("storyboards.make")
def make(spec: StoryboardsSpec) -> StoryboardsResult:
    """Whatever is asked of a board."""
    match spec.root:
        case DraftSpec() as asked:
            return _drafted(asked)
        case PictureSpec() as asked:
            return _pictured(asked)
        case RenderSpec() as asked:
            return _rendered(asked)
        case ExportSpec() as asked:
            return _exported(asked)
        case CombineSpec() as asked:
            return _combined(asked)


def _drafted(asked: DraftSpec) -> StoryboardsResult:
    """Write the scenes, then make one picture after the other; some may fail."""
    wanted = write_scenes(asked)
    for done, scene in enumerate(wanted.missing, start=wanted.total - len(wanted.missing)):
        told = _drawing(done, wanted.total, scene.number)
        _draw(asked.board_id, scene.id, DRAFT, told)
    return close_draft(asked.board_id)


def _pictured(asked: PictureSpec) -> StoryboardsResult:
    """Make one picture anew."""
    _draw(asked.board_id, asked.scene_id, str(asked.edition), _drawing(0, 1, 0))
    return close_draft(asked.board_id)


def _rendered(asked: RenderSpec) -> StoryboardsResult:
    """Buy the video, bring it home, and put it where it is looked for."""
    _say("Rendering video from images...")
    try:
        bought, draft = _film_home(asked, _film_bought(asked))
    except _WasFree:
        bought, draft = _film_home(asked, _film_bought(asked))
    _say("Finalizing...")
    published = publish_film(bought, draft)
    _say(DONE)
    return StoryboardsResult(
        status=VideoStatus.COMPLETED,
        message=DONE,
        cost_usd=published.cost_usd,
        video=published.video,
        differs=published.differs,
        artifacts=published.artifacts,
    )


def _exported(asked: ExportSpec) -> StoryboardsResult:
    """Make a copy of a finished video, and put it where it is looked for."""
    made = publish_export(asked, export_copy(asked))
    return StoryboardsResult(
        status=VideoStatus.COMPLETED,
        message=EXPORTED,
        video=VideoMade.of(made),
        artifacts=(made,),
    )


def _combined(asked: CombineSpec) -> StoryboardsResult:
    """Make one video of several, and put it where it is looked for."""
    artifacts = publish_combination(combine_films(asked))
    return StoryboardsResult(
        status=VideoStatus.COMPLETED,
        message=COMBINED,
        video=VideoMade.of(artifacts[0]),
        artifacts=artifacts,
    )


def _draw(board_id: str, scene_id: str, occasion: str, told: Progress) -> None:
    """Make a picture, in a few attempts; one that fails leaves its reason with the scene."""
    waits_s = settings_of(services()).waits.image_retry_s
    problem = ""
    for wait_s in (*waits_s, None):
        attempt().report(told)
        try:
            problem, is_final = _picture_attempt(board_id, scene_id, occasion, told)
        except (BudgetSpent, ModelBarred, PersonMustDecide) as error:
            problem, is_final = error.message, True
        if not problem:
            return
        if is_final or wait_s is None:
            break
        pause(wait_s)
    give_up_picture(board_id, scene_id, problem)


def _picture_attempt(
    board_id: str, scene_id: str, occasion: str, told: Progress
) -> tuple[str, bool]:
    """One attempt at a picture: what went wrong, and whether it would go wrong again."""
    try:
        bought = reserve_picture(board_id, scene_id, occasion)
        if bought.state is EntryState.RESERVED:
            bought = submit_picture(board_id, scene_id, bought)
        if bought.state is EntryState.SUBMITTED:
            bought = watch(bought, told, settings_of(services()).waits.image_limit_s)
        if not bought.succeeded:
            return bought.problem, bought.is_final
        bring_picture_home(board_id, scene_id, bought)
    except RenderTimedOut:
        return "Image generation timeout", False
    except (BadMedia, Gone, Unavailable) as error:
        return error.message, False
    return "", False


def _film_home(asked: RenderSpec, bought: Bought) -> tuple[Bought, FilmDraft]:
    """Bring the video home.

    Raises:
        _WasFree: it was made by an earlier run and is gone; it can be made again for nothing.
        OutputLost, DownloadBroken, BadMedia: it cannot be had.
    """
    _say("Downloading video...")
    try:
        return bought, bring_film_home(asked, bought)
    except OutputLost as lost:
        if not bought.is_free:
            raise
        raise _WasFree from lost


class _WasFree(Exception):
    """What is gone can be made again for nothing."""


def _film_bought(asked: RenderSpec) -> Bought:
    """Have the video made, in a few attempts.

    Raises:
        RenderFailed, RenderTimedOut, BudgetSpent, ModelBarred, PersonMustDecide: as they
            say.
    """
    waits_s = settings_of(services()).waits.render_retry_s
    problem = ""
    for number, wait_s in enumerate((*waits_s, None), start=1):
        bought = _film_attempt(asked, number)
        if bought.succeeded:
            return bought
        problem = bought.problem
        if bought.is_final or wait_s is None:
            raise RenderFailed(attempts=number, problem=problem)
        _say(f"Retrying in {wait_s:g}s...")
        pause(wait_s)
    raise RenderFailed(attempts=len(waits_s) + 1, problem=problem)


def _film_attempt(asked: RenderSpec, number: int) -> Bought:
    """One attempt at the video; what was bought before is gone on with."""
    told = _rendering(f"Rendering video (attempt {number})...")
    attempt().report(told)
    bought = reserve_film(asked)
    if bought.state is EntryState.RESERVED:
        bought = submit_film(asked, bought)
    if bought.state is EntryState.SUBMITTED:
        bought = watch(bought, told, settings_of(services()).waits.video_limit_s)
    return bought


def _drawing(done: int, total: int, number: int) -> Progress:
    which = f"scene {number} of {total}" if number else "scene"
    return Progress(
        VideoStatus.GENERATING_STORYBOARD, done, total, f"Generating image for {which}..."
    )


def _rendering(message: str) -> Progress:
    return Progress(VideoStatus.RENDERING, message=message)


def _say(message: str) -> None:
    attempt().report(_rendering(message))
