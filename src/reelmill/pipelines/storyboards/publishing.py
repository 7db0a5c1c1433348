"""The steps in which what was made is put where it is looked for."""

from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from reelmill.engine.drafts import publish_draft
from reelmill.engine.retry import ON_OUTAGE
from reelmill.engine.words import ArtifactMade, VideoMade, step
from reelmill.pipelines.storyboards.buying import Bought
from reelmill.pipelines.storyboards.keys import export_key
from reelmill.pipelines.storyboards.making import FilmDraft, spent
from reelmill.pipelines.storyboards.posters import poster_key
from reelmill.pipelines.storyboards.spec import ExportSpec
from reelmill.pipelines.storyboards.tables import ledger
from reelmill.services import services


class Published(BaseModel):
    """A video that can be watched."""

    model_config = ConfigDict(frozen=True)

    video: VideoMade
    """What it is."""

    differs: tuple[str, ...] = ()
    """In what it is not as it was ordered, a sentence each."""

    artifacts: tuple[ArtifactMade, ...]
    """For the record: the video, and a still of it where there is one."""

    cost_usd: Decimal
    """What the job has spent on it, dollars."""


@step("storyboards.publish_film", retry=ON_OUTAGE)
def publish_film(bought: Bought, draft: FilmDraft) -> Published:
    """Move a video to where it is looked for, and note that it is home.

    Its still goes before it, for the video is the sign that all is there.
    """
    here = services()
    made, still = draft.artifact, draft.poster
    stills = (publish_draft(still, poster_key(draft.final_key)),) if still else ()
    if made.key != draft.final_key:
        made = publish_draft(made, draft.final_key)
    with here.catalog.begin() as conn:
        ledger.change(conn, bought.entry_id, collected_at=here.clock())
    return Published(
        video=VideoMade.of(made),
        differs=draft.differs,
        artifacts=(made, *stills),
        cost_usd=spent(here),
    )


@step("storyboards.publish_export", retry=ON_OUTAGE)
def publish_export(asked: ExportSpec, draft: ArtifactMade) -> ArtifactMade:
    """Move a copy to where it is looked for."""
    to = export_key(asked.board_id, asked.edition, asked.format, asked.quality)
    return publish_draft(draft, to)


@step("storyboards.publish_combination", retry=ON_OUTAGE)
def publish_combination(draft: FilmDraft) -> tuple[ArtifactMade, ...]:
    """Move a video of several boards to where it is looked for, its still before it."""
    still = draft.poster
    stills = (publish_draft(still, poster_key(draft.final_key)),) if still else ()
    return (publish_draft(draft.artifact, draft.final_key), *stills)
