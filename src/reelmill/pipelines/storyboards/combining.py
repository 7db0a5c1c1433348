"""The step in which finished videos become one."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from reelmill.engine.drafts import keep_draft
from reelmill.engine.retry import ON_OUTAGE
from reelmill.engine.words import step
from reelmill.media.geometry import Size
from reelmill.media.tools import Tools
from reelmill.pipelines.storyboards.keys import combined_key, type_of
from reelmill.pipelines.storyboards.making import FilmDraft
from reelmill.pipelines.storyboards.posters import keep_poster
from reelmill.pipelines.storyboards.records import Film
from reelmill.pipelines.storyboards.refusals import BoardNotFound
from reelmill.pipelines.storyboards.render.combine import combine
from reelmill.pipelines.storyboards.rules import admit_combination
from reelmill.pipelines.storyboards.sizes import times_as_long
from reelmill.pipelines.storyboards.spec import CombineSpec
from reelmill.pipelines.storyboards.tables import boards
from reelmill.services import Services, services
from reelmill.storage.nearby import file_of

#: Seconds that it may take beside those for each second of video.
START_LIMIT_S: Final = 300.0

#: Seconds of work for a second of 1080p; fitting and encoding it takes 0.8 of two cores.
WORK_LIMIT: Final = 8.0


@step("storyboards.combine", retry=ON_OUTAGE)
def combine_films(asked: CombineSpec) -> FilmDraft:
    """Make one video of several, as a draft that nobody sees yet.

    Raises:
        BoardNotFound, NotCombinable: a video is gone.
        BadMedia: one cannot be read.
        TimedOut: it took longer than it may.
    """
    here = services()
    films = _films(here, asked)
    limit_s = limit_of(films)
    final = combined_key(asked.combination_id, asked.format)
    with here.scratch() as folder:
        files: dict[str, Path] = {}
        for film in films:
            if film.key not in files:
                files[film.key] = file_of(here.store, film.key, folder / f"film-{len(files)}")
        paths = [files[film.key] for film in films]
        tools = Tools(ffmpeg=here.ffmpeg)
        made = here.in_child(combine, limit_s, paths, asked.transition, asked.format, folder, tools)
        # The middle of the whole is where one video goes into black and the next comes out of it.
        still = keep_poster(here, made.path, films[0].duration_s / 2)
        kept = keep_draft(made.path, "video", type_of(final), made.size)
    facts = {"duration_s": made.duration_s, "frames": made.frames}
    return FilmDraft(artifact=kept.model_copy(update=facts), final_key=final, poster=still)


def limit_of(films: Sequence[Film]) -> float:
    """Seconds that it may take, as if all were as large as the largest."""
    times = max(times_as_long(Size(film.width, film.height)) for film in films)
    return START_LIMIT_S + WORK_LIMIT * times * sum(film.duration_s for film in films)


def _films(here: Services, asked: CombineSpec) -> list[Film]:
    """The videos as they are now.

    Raises:
        BoardNotFound, NotCombinable: one is gone.
    """
    found = []
    with here.catalog.read() as conn:
        for named in asked.films:
            board = boards.find(conn, named.board_id)
            if board is None:
                raise BoardNotFound(board_id=named.board_id)
            found.append(admit_combination(board, named.edition))
    return found
