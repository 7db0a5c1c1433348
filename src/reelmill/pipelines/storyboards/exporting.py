"""The step in which a finished video is copied into another format and quality."""

from pathlib import Path

from reelmill.engine.drafts import keep_draft
from reelmill.engine.retry import ON_OUTAGE
from reelmill.engine.words import ArtifactMade, step
from reelmill.media.geometry import Size
from reelmill.media.tools import Tools
from reelmill.pipelines.storyboards.keys import export_key, type_of
from reelmill.pipelines.storyboards.records import Film
from reelmill.pipelines.storyboards.refusals import BoardNotFound, NotExportable
from reelmill.pipelines.storyboards.render.animation import animate
from reelmill.pipelines.storyboards.render.export import LIMIT_S, Exported, export
from reelmill.pipelines.storyboards.sizes import times_as_long
from reelmill.pipelines.storyboards.spec import ExportSpec, VideoFormat
from reelmill.pipelines.storyboards.tables import boards
from reelmill.services import Services, services
from reelmill.storage.nearby import file_of

#: Seconds that looking into a video and decoding its copy may take beside the export itself.
LOOK_S = 300.0


@step("storyboards.export", retry=ON_OUTAGE)
def export_copy(asked: ExportSpec) -> ArtifactMade:
    """Make a copy of a video, as a draft that nobody sees yet.

    Raises:
        BoardNotFound: the board was deleted.
        NotExportable: the video of that edition is gone.
        TimedOut: it took longer than it may.
    """
    here = services()
    film = _film(here, asked)
    kind = type_of(export_key(asked.board_id, asked.edition, asked.format, asked.quality))
    with here.scratch() as folder:
        source = file_of(here.store, film.key, folder / "video")
        limit_s = (LIMIT_S + LOOK_S) * times_as_long(Size(film.width, film.height))
        made = here.in_child(copied, limit_s, source, asked, folder, Tools(ffmpeg=here.ffmpeg))
        kept = keep_draft(made.path, "export", kind, made.size)
    facts = {"duration_s": made.duration_s, "frames": made.frames}
    return kept.model_copy(update=facts)


def copied(source: Path, asked: ExportSpec, folder: Path, tools: Tools) -> Exported:
    """Make the copy that was asked for. For strangers' files, in a child process.

    Raises:
        BadMedia, TimedOut: as `animate` and `export`.
    """
    if asked.format is VideoFormat.GIF:
        return animate(source, asked.quality, folder, tools)
    return export(source, asked.format, asked.quality, folder, tools)


def _film(here: Services, asked: ExportSpec) -> Film:
    with here.catalog.read() as conn:
        board = boards.find(conn, asked.board_id)
    if board is None:
        raise BoardNotFound(board_id=asked.board_id)
    if board.film is None or board.film.edition != asked.edition:
        raise NotExportable(status=board.status)
    return board.film
