"""A prompt -> a film, drawn and made here. What `reelmill demo` shows of the storyboards."""

from typing import Final

from reelmill.accounts.caller import LOCAL
from reelmill.catalog.job import Job, JobState
from reelmill.desk import System
from reelmill.pipelines.storyboards.asking import Asking
from reelmill.pipelines.storyboards.bench import Whole
from reelmill.pipelines.storyboards.spec import GenerationRequest, VideoStatus
from reelmill.pipelines.storyboards.studio import Studio
from reelmill.pipelines.storyboards.tables.boards import Wanted
from reelmill.pipelines.storyboards.words import seconds, usd
from reelmill.terminal import Terminal
from reelmill.terminal import seconds as took

#: What the film of the demo is about; each sentence is the headline of a scene.
PROMPT: Final = (
    "A quiet lake at dawn. A small boat waits for its owner. Mist rises from the water. "
    "The day begins."
)

#: Seconds of it.
DURATION_S: Final = 20

#: Boards among which that of an earlier demo is looked for.
LOOKED_AT: Final = 100


def demo(terminal: Terminal, system: System) -> bool:
    """Draft a board, approve it and make its film; that of an earlier demo is shown again.

    Returns:
        Whether there is a film.
    """
    studio = Studio(here=system.services, jobs=system.jobs, caller=LOCAL)
    board = _made_before(studio) or _made(terminal, system, studio)
    if board is None or board.board.film is None:
        return False
    film = board.board.film
    for scene in board.scenes:
        terminal.line(f"scene: {scene.number}, {seconds(scene.duration)}, {scene.transition}")
    path = system.services.store.local_path(film.key) or film.key
    terminal.line(
        f"film:  {path}, {film.width}x{film.height}, {took(film.duration_s)}, "
        f"{film.size_bytes / 1e6:.2f} MB, {usd(board.costs.actual)}",
        style="green",
    )
    terminal.line("Try:  reelmill serve, and open /storyboards")
    return True


def _made_before(studio: Studio) -> Whole | None:
    done = studio.page(limit=LOOKED_AT, wanted=Wanted(status=VideoStatus.COMPLETED))
    return next((each for each in done if each.board.prompt == PROMPT), None)


def _made(terminal: Terminal, system: System, studio: Studio) -> Whole | None:
    asking = Asking(here=system.services, jobs=system.jobs, caller=LOCAL)
    (whole,) = asking.draft(GenerationRequest(prompt=PROMPT, duration=DURATION_S))
    if not _ended_well(terminal, system, "drawing", whole):
        return None
    studio.approve(whole.board.id)
    if not _ended_well(terminal, system, "filming", studio.render(whole.board.id)):
        return None
    return studio.whole(whole.board.id)


def _ended_well(terminal: Terminal, system: System, label: str, whole: Whole) -> bool:
    """Wait for the job of a board."""
    job_id = whole.board.job_id
    with terminal.bar(label) as bar:

        def told(now: Job) -> None:
            bar.at(now.done, now.total, now.message)

        ended = system.jobs.wait([job_id], on_change=told)[job_id]
    if ended.state is not JobState.COMPLETED:
        terminal.line(f"failed: {ended.error_message}", style="red")
    return ended.state is JobState.COMPLETED
