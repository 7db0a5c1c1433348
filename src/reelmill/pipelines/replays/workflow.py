"""Replay in the store -> video in the store."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from reelmill.engine.drafts import keep_draft, publish_draft
from reelmill.engine.retry import ON_OUTAGE
from reelmill.engine.words import ArtifactMade, step, workflow
from reelmill.pipelines.replays.film import FILM_LIMIT_S, Film, make_film
from reelmill.pipelines.replays.spec import ReplayResult, ReplaySpec
from reelmill.services import Progress, attempt, services
from reelmill.units import StoreKey


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
        _bring(StoreKey(spec.replay_key or ""), replay)
        film = here.in_child(make_film, FILM_LIMIT_S, replay, folder, spec)
        return Draft(
            video=_put_video(film),
            poster=keep_draft(film.poster, "poster", "image/jpeg", film.poster_size),
            rounds=film.rounds,
            repairs=film.repairs,
        )


def _bring(key: StoreKey, to: Path) -> None:
    """Have an object as a file of that name; it is copied only where the store has no files."""
    store = services().store
    lies_at = store.local_path(key)
    if lies_at is None:
        store.fetch(key, to)
    else:
        to.symlink_to(lies_at)


@step("replays.publish", retry=ON_OUTAGE)
def publish(draft: Draft, key: str) -> tuple[ArtifactMade, ArtifactMade]:
    """Move video and poster to where they are looked for; the video last, for it is the sign."""
    attempt().report(Progress("publish", message="publishing"))
    poster = publish_draft(draft.poster, StoreKey(f"replays/{key}.jpg"))
    return publish_draft(draft.video, StoreKey(f"replays/{key}.mp4")), poster


def _put_video(film: Film) -> ArtifactMade:
    put = keep_draft(film.video, "video", "video/mp4", film.size)
    return put.model_copy(update={"duration_s": film.duration_s, "frames": film.frames})
