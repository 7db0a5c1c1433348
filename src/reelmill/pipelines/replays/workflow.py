"""Replay in the store -> video in the store."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from reelmill.engine.drafts import publish_file
from reelmill.engine.retry import ON_OUTAGE
from reelmill.engine.words import ArtifactMade, only_step, workflow
from reelmill.errors import Canceled
from reelmill.pipelines.replays.film import FILM_LIMIT_S, Film, make_film
from reelmill.pipelines.replays.spec import ReplayResult, ReplaySpec
from reelmill.services import Progress, attempt, services
from reelmill.storage.nearby import file_of
from reelmill.units import StoreKey


class Made(BaseModel):
    """A verified video where it is looked for, and its still picture."""

    model_config = ConfigDict(frozen=True)

    video: ArtifactMade
    """Under its final key."""

    poster: ArtifactMade
    """Under its final key."""

    rounds: int
    """Rounds shown, the fatal one included."""

    repairs: tuple[str, ...]
    """What had to be repaired in the document, one sentence each."""


@workflow("replays.render")
def render_replay(spec: ReplaySpec) -> ReplayResult:
    """Put the game where players look, as a film."""
    made = make(spec)
    return ReplayResult(
        game_id=spec.game_id,
        video_key=made.video.key,
        poster_key=made.poster.key,
        frames=made.video.frames or 0,
        duration_s=made.video.duration_s or 0.0,
        size_bytes=made.video.size_bytes,
        rounds=made.rounds,
        repairs=made.repairs,
        artifacts=(made.video, made.poster),
    )


@only_step("replays.make", retry=ON_OUTAGE)
def make(spec: ReplaySpec) -> Made:
    """Fetch, draw, encode, verify and publish.

    One step, because its files die with the machine, and because a film takes about a second:
    to remember one between two steps costs more than to make it again after the rare kill.
    """
    here = services()
    with here.scratch() as folder:
        replay = folder / f"snake_game_{spec.game_id}.json"
        _bring(StoreKey(spec.replay_key or ""), replay)
        return _published(here.in_child(make_film, FILM_LIMIT_S, replay, folder, spec), spec.key)


def _bring(key: StoreKey, to: Path) -> None:
    """Have an object as a file of that name; it is copied only where the store has no files."""
    file = file_of(services().store, key, to)
    if file != to:
        to.symlink_to(file)


def _published(film: Film, key: str) -> Made:
    """Put video and poster where they are looked for; the video last, for it is the sign."""
    if not attempt().holds():
        raise Canceled
    attempt().report(Progress("publish", message="publishing"))
    still = StoreKey(f"replays/{key}.jpg")
    poster = publish_file(film.poster, still, "poster", "image/jpeg", film.poster_size)
    final = StoreKey(f"replays/{key}.mp4")
    video = publish_file(film.video, final, "video", "video/mp4", film.size)
    return Made(
        video=video.model_copy(update={"duration_s": film.duration_s, "frames": film.frames}),
        poster=poster,
        rounds=film.rounds,
        repairs=film.repairs,
    )
