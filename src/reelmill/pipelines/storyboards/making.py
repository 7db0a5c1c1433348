"""The steps in which scenes are written and what was bought is brought home."""

from dataclasses import replace
from decimal import Decimal
from itertools import zip_longest
from typing import Final

import structlog
from pydantic import BaseModel, ConfigDict

from reelmill.engine.drafts import keep_draft
from reelmill.engine.retry import ON_OUTAGE
from reelmill.engine.words import ArtifactMade, step
from reelmill.media.played import Played, play
from reelmill.media.promises import promise
from reelmill.pipelines.storyboards.buying import Bought, approved, board_and_scenes, entry_of
from reelmill.pipelines.storyboards.collecting import (
    VIDEO_LIMIT_S,
    Brought,
    bring_film,
    bring_picture,
)
from reelmill.pipelines.storyboards.copies import copied_picture
from reelmill.pipelines.storyboards.drafting import drafter_of
from reelmill.pipelines.storyboards.house import settings_of
from reelmill.pipelines.storyboards.keys import (
    film_ending,
    film_key,
    picture_ending,
    picture_key,
    scene_id_of,
    small_key,
    type_of,
)
from reelmill.pipelines.storyboards.ordered import differences
from reelmill.pipelines.storyboards.plan import frames_of, of_uploads
from reelmill.pipelines.storyboards.posters import keep_poster
from reelmill.pipelines.storyboards.providers.provider import FILM_RATE, STORED
from reelmill.pipelines.storyboards.records import Entry, Picture, SceneRow
from reelmill.pipelines.storyboards.refusals import AllPicturesFailed, AssetNotFound
from reelmill.pipelines.storyboards.results import StoryboardsResult
from reelmill.pipelines.storyboards.sizes import film_size, times_as_long
from reelmill.pipelines.storyboards.spec import (
    DraftSpec,
    PictureStatus,
    RenderSpec,
    Scene,
    VideoStatus,
)
from reelmill.pipelines.storyboards.tables import assets, boards, ledger, scenes
from reelmill.services import Progress, Services, attempt, services
from reelmill.storage.nearby import file_of
from reelmill.storage.transfer import passed_by
from reelmill.units import StoreKey

#: Endings that a video may have in the store.
FILM_ENDINGS: Final = ("mp4", "mov", "webm", "avi")

#: What a draft says when all its pictures are there. Source: storyboard task.
COMPLETE: Final = "Storyboard complete, awaiting approval"

log = structlog.get_logger()


class SceneToDraw(BaseModel):
    """A scene without a picture."""

    model_config = ConfigDict(frozen=True)

    id: str
    """Its id."""

    number: int
    """Its place."""


class Wanted(BaseModel):
    """What a draft is to draw."""

    model_config = ConfigDict(frozen=True)

    total: int
    """Scenes in all."""

    missing: tuple[SceneToDraw, ...]
    """Those without a picture, in order."""


class FilmDraft(BaseModel):
    """A video that was decoded and that nobody has seen yet."""

    model_config = ConfigDict(frozen=True)

    artifact: ArtifactMade
    """Under its draft key; or where it is looked for, when it was there already."""

    final_key: StoreKey
    """Where it will be looked for."""

    poster: ArtifactMade | None = None
    """A still of it, under its draft key; None where none could be taken, or is there already."""

    differs: tuple[str, ...] = ()
    """In what it is not as it was ordered."""


@step("storyboards.write_scenes", retry=ON_OUTAGE)
def write_scenes(asked: DraftSpec) -> Wanted:
    """Write the scenes of a prompt, unless that was done before."""
    here = services()
    attempt().report(Progress(VideoStatus.PARSING, message="Parsing prompt..."))
    _, rows = board_and_scenes(here, asked.board_id)
    if not rows:
        _tell_parsing(here, asked.board_id)
        rows = _of_uploads(here, asked) if asked.given else _written(here, asked)
        with here.catalog.begin() as conn:
            scenes.replace(conn, asked.board_id, rows)
    missing = [row for row in rows if not row.has_picture]
    return Wanted(
        total=len(rows),
        missing=tuple(SceneToDraw(id=row.id, number=row.number) for row in missing),
    )


@step("storyboards.bring_picture", retry=ON_OUTAGE)
def bring_picture_home(board_id: str, scene_id: str, bought: Bought) -> StoreKey:
    """Bring a picture into the store, and give it to its scene.

    Raises:
        OutputLost, DownloadBroken, BadMedia: it cannot be had.
    """
    here = services()
    entry = entry_of(here, bought)
    with here.scratch() as folder:
        found = bring_picture(here, entry, folder)
        key = picture_key(board_id, entry.id, picture_ending(found.head))
        here.store.take(small_key(key), found.small)
        here.store.take(key, found.path)
        picture = Picture(key, *found.size)
    with here.catalog.begin() as conn:
        ledger.change(conn, entry.id, collected_at=here.clock())
        scenes.set_picture(conn, scene_id, PictureStatus.COMPLETED, picture=picture)
        boards.change(conn, board_id, now=here.clock())
    return key


@step("storyboards.give_up_picture", retry=ON_OUTAGE)
def give_up_picture(board_id: str, scene_id: str, problem: str) -> None:
    """Leave a scene without its picture, and say why."""
    here = services()
    with here.catalog.begin() as conn:
        scenes.set_picture(conn, scene_id, PictureStatus.FAILED, error=problem[:500])
        boards.change(conn, board_id, now=here.clock())


@step("storyboards.close_draft", retry=ON_OUTAGE)
def close_draft(board_id: str) -> StoryboardsResult:
    """Count what is there and what is not.

    Raises:
        AllPicturesFailed: no scene has a picture.
    """
    here = services()
    _, rows = board_and_scenes(here, board_id)
    failed = sum(not row.has_picture for row in rows)
    if failed == len(rows):
        raise AllPicturesFailed
    return StoryboardsResult(
        status=VideoStatus.STORYBOARD_READY,
        message=f"Storyboard ready ({failed} scenes failed)" if failed else COMPLETE,
        cost_usd=spent(here),
    )


@step("storyboards.bring_film", retry=ON_OUTAGE)
def bring_film_home(asked: RenderSpec, bought: Bought) -> FilmDraft:
    """Bring a video into the store as a draft, decoded from start to end.

    Raises:
        OutputLost, DownloadBroken, BadMedia: it cannot be had.
    """
    here = services()
    entry = entry_of(here, bought)
    board, _ = board_and_scenes(here, entry.board_id)
    size = film_size(board.aspect_ratio, board.looks.resolution)
    limit_s = VIDEO_LIMIT_S * times_as_long(size)
    with here.scratch() as folder:
        if known := _published(here, entry):
            path = file_of(here.store, known, folder / "video")
            played = here.in_child(play, limit_s, path)
            draft = FilmDraft(artifact=_as_it_lies(here, known, played), final_key=known)
        else:
            found, played = bring_film(here, entry, folder, look_limit_s=limit_s)
            draft = _drafted(here, entry, found, played)
    return draft.model_copy(update={"differs": _held_against(here, asked, entry, played)})


def spent(here: Services) -> Decimal:
    """What the job that runs has spent, dollars."""
    with here.catalog.read() as conn:
        return ledger.spent_by(conn, attempt().job_id)


def _tell_parsing(here: Services, board_id: str) -> None:
    with here.catalog.begin() as conn:
        boards.change(conn, board_id, now=here.clock(), status=VideoStatus.PARSING)


def _written(here: Services, asked: DraftSpec) -> list[SceneRow]:
    drafter = drafter_of(here.http, settings_of(here).llm)
    written = drafter.draft(asked.request, asked.variation)
    return [
        _row(asked.board_id, scene, key)
        for scene, key in zip_longest(written, _given_pictures(here, asked))
        if scene is not None
    ]


def _of_uploads(here: Services, asked: DraftSpec) -> list[SceneRow]:
    """Scenes of pictures that were uploaded, of which none is bought.

    Raises:
        AssetNotFound: one was deleted since.
    """
    rows = []
    for scene, one in zip(of_uploads(asked.given, asked.request.style), asked.given, strict=True):
        first = _copied(here, asked.board_id, one.first_asset_id)
        last = _copied(here, asked.board_id, one.last_asset_id) if one.last_asset_id else None
        row = _row(asked.board_id, scene, first)
        rows.append(replace(row, **last.as_last) if last else row)
    return rows


def _copied(here: Services, board_id: str, asset_id: str) -> Picture:
    with here.catalog.read() as conn:
        asset = assets.find(conn, asset_id)
    if asset is None:
        raise AssetNotFound(asset_id=asset_id)
    return copied_picture(here, board_id, asset)


def _given_pictures(here: Services, asked: DraftSpec) -> list[Picture]:
    """Copies of the pictures that were given, the board's own; one that was deleted is made."""
    with here.catalog.read() as conn:
        found = [assets.find(conn, asset_id) for asset_id in asked.request.picture_asset_ids]
    return [copied_picture(here, asked.board_id, asset) for asset in found if asset is not None]


def _row(board_id: str, scene: Scene, picture: Picture | None) -> SceneRow:
    row = SceneRow(
        id=scene_id_of(board_id, scene.scene_number),
        board_id=board_id,
        number=scene.scene_number,
        description=scene.description,
        duration=scene.duration,
        image_prompt=scene.image_prompt,
        transition=scene.transition,
        title=scene.title,
        picture_key=None,
        picture_status=PictureStatus.COMPLETED if picture else PictureStatus.PENDING,
        error="",
    )
    return replace(row, **picture.as_first) if picture else row


def _published(here: Services, entry: Entry) -> StoreKey | None:
    """Where it lies, when it was brought home by an earlier run."""
    keys = (film_key(entry.board_id, entry.id, ending) for ending in FILM_ENDINGS)
    return next((key for key in keys if here.store.exists(key)), None)


def _held_against(
    here: Services, asked: RenderSpec, entry: Entry, played: Played
) -> tuple[str, ...]:
    """In what a video is not as it was ordered; what is made here is right to the frame."""
    board, rows = approved(here, asked)
    wanted = sum(frames_of([row.duration for row in rows], FILM_RATE))
    if entry.outputs and entry.outputs[0].startswith(STORED):
        promise("frames", found=played.frames, promised=wanted)
    found = differences(
        wanted_s=wanted / FILM_RATE,
        found_s=played.duration_s,
        ratio=board.aspect_ratio,
        size=played.size,
    )
    for one in found:
        log.warning("video is not as ordered", entry=entry.id, board=board.id, problem=one)
    return found


def _drafted(here: Services, entry: Entry, found: Brought, played: Played) -> FilmDraft:
    ending = film_ending(found.head)
    final = film_key(entry.board_id, entry.id, ending)
    named = found.path.rename(found.path.with_suffix(f".{ending}"))
    still = keep_poster(here, named, played.duration_s / 2)
    kept = keep_draft(named, "video", type_of(final), played.size)
    facts = {"duration_s": played.duration_s, "frames": played.frames}
    return FilmDraft(artifact=kept.model_copy(update=facts), final_key=final, poster=still)


def _as_it_lies(here: Services, key: StoreKey, played: Played) -> ArtifactMade:
    passed = passed_by(here.store.stream(key))
    return ArtifactMade(
        kind="video",
        key=key,
        content_type=type_of(key),
        size_bytes=passed.size_bytes,
        sha256=passed.sha256,
        width=played.size.width,
        height=played.size.height,
        duration_s=played.duration_s,
        frames=played.frames,
    )
