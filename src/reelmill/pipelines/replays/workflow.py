"""Replay in the store -> video in the store."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from reelmill.engine.retry import ON_OUTAGE
from reelmill.engine.words import ArtifactMade, step, workflow
from reelmill.errors import Conflict
from reelmill.media.geometry import Size
from reelmill.pipelines.replays.film import FILM_LIMIT_S, Film, make_film
from reelmill.pipelines.replays.spec import ReplayResult, ReplaySpec
from reelmill.services import Progress, attempt, draft_key, services
from reelmill.units import StoreKey


class DraftLost(Conflict):
    """The draft of the video is gone before it was published."""


class Draft(BaseModel):
    """A verified video that nobody has seen yet."""

    model_config = ConfigDict(frozen=True)

    video: ArtifactMade
    """Under its draft key."""

    poster: ArtifactMade
    """Under its draft key."""

    rounds: int
    """Rounds shown, the fatal one included."""

    repairs: tuple[str, ...]
    """What had to be repaired in the document, one sentence each."""


@workflow("replays.render")
def render_replay(spec: ReplaySpec) -> ReplayResult:
    """Draw the game, then put it where players look."""
    draft = draw(spec)
    video, poster = publish(draft, spec.key)
    return ReplayResult(
        game_id=spec.game_id,
        video_key=video.key,
        poster_key=poster.key,
        frames=video.frames or 0,
        duration_s=video.duration_s or 0.0,
        size_bytes=video.size_bytes,
        rounds=draft.rounds,
        repairs=draft.repairs,
        artifacts=(video, poster),
    )


@step("replays.draw", retry=ON_OUTAGE)
def draw(spec: ReplaySpec) -> Draft:
    """Fetch, draw, encode and verify: one step, because its files die with the machine."""
    here = services()
    with here.scratch() as folder:
        replay = folder / f"snake_game_{spec.game_id}.json"
        here.store.fetch(StoreKey(spec.replay_key or ""), replay)
        film = here.in_child(make_film, FILM_LIMIT_S, replay, folder, spec)
        return Draft(
            video=_put_video(film),
            poster=_put(film.poster, "poster", "image/jpeg", film.poster_size),
            rounds=film.rounds,
            repairs=film.repairs,
        )


@step("replays.publish", retry=ON_OUTAGE)
def publish(draft: Draft, key: str) -> tuple[ArtifactMade, ArtifactMade]:
    """Move video and poster to where they are looked for; the video last, for it is the sign."""
    attempt().report(Progress("publish", message="publishing"))
    poster = _publish(draft.poster, StoreKey(f"replays/{key}.jpg"))
    return _publish(draft.video, StoreKey(f"replays/{key}.mp4")), poster


def _publish(draft: ArtifactMade, to: StoreKey) -> ArtifactMade:
    """Move a draft; one that is gone was moved before a restart, or there is nothing to show."""
    store = services().store
    if store.exists(draft.key):
        store.move(draft.key, to)
    elif store.stat(to).size_bytes != draft.size_bytes:
        raise DraftLost(key=draft.key, hint="Retry the job: it is drawn again.")
    return draft.model_copy(update={"key": to})


def _put_video(film: Film) -> ArtifactMade:
    put = _put(film.video, "video", "video/mp4", film.size)
    return put.model_copy(update={"duration_s": film.duration_s, "frames": film.frames})


def _put(file: Path, kind: str, content_type: str, size: Size) -> ArtifactMade:
    """Put a file under a key of this job, which a second attempt overwrites."""
    key = draft_key(attempt().job_id, file.name)
    stored = services().store.put(key, file, content_type=content_type)
    return ArtifactMade(
        kind=kind,
        key=key,
        content_type=content_type,
        size_bytes=stored.size_bytes,
        sha256=stored.sha256,
        width=size.width,
        height=size.height,
    )
