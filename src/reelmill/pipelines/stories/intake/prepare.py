"""Voices that are ready -> tasks: rows, folders, jobs. What cannot be made yet waits, and says why.

A task's row is written first; its folder and its job follow from the row, so that a crash between
them is made good by the next call.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from reelmill.catalog.database import Transaction
from reelmill.errors import Conflict, ReelmillError
from reelmill.pipelines.stories.keys import Kind, Layout, Place, task_id_of
from reelmill.pipelines.stories.place import put_task
from reelmill.pipelines.stories.plan import (
    Clip,
    choose_frame,
    choose_music,
    choose_pieces,
    frames_of_voice,
    seed_of,
)
from reelmill.pipelines.stories.records import Asset, NewTask
from reelmill.pipelines.stories.settings import StoriesSettings, settings_of
from reelmill.pipelines.stories.spec import Part, Render, Sound, Source, StorySpec
from reelmill.pipelines.stories.tables import assets, chunks, tasks
from reelmill.services import Services
from reelmill.storage.transfer import passed_by
from reelmill.units import StoreKey

#: Whose jobs these are: nobody asks for them but the one who owns the folder.
OWNER: Final = "local"

#: Hands in a task, for an owner.
Submit = Callable[[StorySpec, str], object]

log = structlog.get_logger(component="main_worker")


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A task that can be made."""

    spec: StorySpec
    """What it would be."""

    voice_id: str
    """The asset that is its voice."""

    asset_ids: tuple[str, ...]
    """All assets that it uses, each once."""


@dataclass(frozen=True, kw_only=True)
class Held:
    """A voice that waits."""

    voice: Asset
    """Which."""

    why: ReelmillError
    """For what."""


@dataclass(frozen=True, kw_only=True)
class Planning:
    """What would be made now from what is there."""

    planned: tuple[Planned, ...]
    """Chapter by chapter."""

    held: tuple[Held, ...]
    """Those that wait."""


def plan(here: Services) -> Planning:
    """What would be made now, without making it."""
    with here.catalog.read() as conn:
        found = [assets.find(conn, voice_id) for voice_id in tasks.voices_without(conn)]
        shelf = _Shelf(here, conn)
        told = [_planned_or_held(shelf, voice) for voice in found if voice is not None]
    return Planning(
        planned=tuple(one for one in told if isinstance(one, Planned)),
        held=tuple(one for one in told if isinstance(one, Held)),
    )


def prepare(here: Services, submit: Submit) -> tuple[str, ...]:
    """Make tasks of all voices that are ready, and hand them in.

    Returns:
        Ids of the tasks that were handed in, chapter by chapter.
    """
    planning = plan(here)
    for one in planning.planned:
        _record(here, one)
    with here.catalog.read() as conn:
        waiting = tasks.without_job(conn)
    return tuple(task.id for task in waiting if _handed_in(here, task, submit))


class _Shelf:
    """What a category has, looked up once."""

    def __init__(self, here: Services, conn: Transaction) -> None:
        self.here = here
        self.settings = settings_of(here)
        self.layout = Layout(self.settings.root)
        self.conn = conn
        self._pools: dict[tuple[str, tuple[Kind, ...]], list[Asset]] = {}
        self._logos: dict[str, Source | None] = {}

    def pool(self, category: str, *kinds: Kind) -> list[Asset]:
        wanted = (category, kinds)
        if wanted not in self._pools:
            self._pools[wanted] = assets.pool(self.conn, category, *kinds)
        return self._pools[wanted]

    def logo(self, category: str) -> Source | None:
        if category not in self._logos:
            self._logos[category] = self._found_logo(category)
        return self._logos[category]

    def _found_logo(self, category: str) -> Source | None:
        store = self.here.store
        for key in self.layout.logos(category):
            if store.exists(key):
                return Source(key=key, sha256=passed_by(store.stream(key)).sha256)
        return None

    def text(self, voice: Asset) -> tuple[tuple[StoreKey, ...], str]:
        """Text that belongs to a voice; or none, and why."""
        found = [one.key for one in chunks.of_story(self.conn, voice.category, voice.story)]
        told = assets.of_story(self.conn, voice.category, voice.story)
        chapters = sorted({one.chapter for one in told if one.kind is Kind.VOICE and one.chapter})
        return text_of(found, chapters, voice.chapter or 1)


def text_of(
    found: Sequence[StoreKey], chapters: Sequence[int], chapter: int
) -> tuple[tuple[StoreKey, ...], str]:
    """Which of a story's texts belong to a chapter.

    >>> text_of(["a", "b"], [1], 1), text_of(["a", "b"], [1, 3], 3)
    ((('a', 'b'), ''), (('b',), ''))
    >>> text_of(["a"], [1, 2], 1)
    ((), '1 text for 2 chapters: which belongs to which is not known')

    Args:
        found: All texts of the story, in their order.
        chapters: Numbers of its chapters, in their order, that one among them.
        chapter: Its number.

    Returns:
        The texts, in order; where there are none although the story has some, also why.
    """
    if len(chapters) == 1 or not found:
        return tuple(found), ""
    if len(found) == len(chapters):
        return (found[list(chapters).index(chapter)],), ""
    texts = "1 text" if len(found) == 1 else f"{len(found)} texts"
    return (), f"{texts} for {len(chapters)} chapters: which belongs to which is not known"


def _planned_or_held(shelf: _Shelf, voice: Asset) -> Planned | Held:
    try:
        spec = _spec(shelf, voice)
    except Conflict as error:
        return Held(voice=voice, why=error)
    by_key = {
        asset.key: asset.id
        for asset in (
            *shelf.pool(voice.category, Kind.VIDEO, Kind.FRAME),
            *shelf.pool(voice.category, Kind.MUSIC),
        )
    }
    used = {piece.key for piece in spec.pieces}
    used |= {one.key for one in (spec.music, spec.plate) if one is not None}
    ids = {voice.id, *(by_key[key] for key in used)}
    return Planned(spec=spec, voice_id=voice.id, asset_ids=tuple(sorted(ids)))


def _spec(shelf: _Shelf, voice: Asset) -> StorySpec:
    chosen, category, chapter = shelf.settings, voice.category, voice.chapter or 1
    task_id = task_id_of(category, voice.story, chapter, voice.sha256)
    seed, sound, rate = seed_of(task_id), _sound(voice), chosen.frame_rate
    clips = [_clip(asset) for asset in shelf.pool(category, Kind.VIDEO, Kind.FRAME)]
    songs = [_sound(asset) for asset in shelf.pool(category, Kind.MUSIC)]
    plate, logo = choose_frame(clips, Part.PLATE, seed), shelf.logo(category)
    pieces = choose_pieces(clips, frames_of_voice(sound.duration_s, rate), seed, rate)
    text_keys, note = shelf.text(voice)
    return StorySpec(
        task_id=task_id,
        category=category,
        story_name=voice.story,
        chapter=chapter,
        voice=sound,
        music=choose_music(songs, seed, needed=chosen.needs_music),
        pieces=pieces,
        plate=Source(key=plate.key, sha256=plate.sha256) if plate else None,
        logo=logo,
        text_keys=text_keys,
        captions_note=note,
        seed=seed,
        render=_render(chosen, shelf.layout.path(logo.key) if logo else None),
    )


def _render(chosen: StoriesSettings, logo: str | None) -> Render:
    return Render(
        resolution=chosen.resolution,
        frame_rate=chosen.frame_rate,
        logo=logo,
        ducking=chosen.ducking,
        burn_captions=chosen.burn_captions,
        loudness_lufs=chosen.loudness_lufs,
        true_peak_dbtp=chosen.true_peak_dbtp,
    )


def _sound(asset: Asset) -> Sound:
    facts = asset.facts
    assert facts.duration_s is not None, "every sound was listened to"
    assert facts.loudness_lufs is not None, "every sound was listened to"
    return Sound(
        key=asset.key,
        sha256=asset.sha256,
        duration_s=facts.duration_s,
        loudness_lufs=facts.loudness_lufs,
    )


def _clip(asset: Asset) -> Clip:
    facts = asset.facts
    assert facts.duration_s is not None, "every clip was decoded"
    return Clip(
        key=asset.key,
        sha256=asset.sha256,
        duration_s=facts.duration_s,
        part=facts.part or Part.CLIP,
    )


def _record(here: Services, one: Planned) -> None:
    spec = one.spec
    new = NewTask(
        id=spec.task_id,
        voice_id=one.voice_id,
        spec=spec,
        duration_s=spec.voice.duration_s,
        created_at=here.clock(),
    )
    with here.catalog.begin() as conn:
        assets.hold(conn)
        if tasks.find(conn, new.id) is None:
            tasks.add(conn, new, one.asset_ids)


def _handed_in(here: Services, task: NewTask, submit: Submit) -> bool:
    try:
        put_task(here, Layout(settings_of(here).root), task.spec, Place.TASKS)
        submit(task.spec, OWNER)
    except ReelmillError as error:
        log.warning("task is not handed in", task=task.id, error=error.message)
        return False
    log.info("task prepared", task=task.id, story=task.spec.story_name, chapter=task.spec.chapter)
    return True
