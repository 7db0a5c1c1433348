"""What `reelmill storyboards ...` does: boards drafted, shown, changed, approved, rendered."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

from reelmill.catalog.job import JobState
from reelmill.desk import Desk
from reelmill.errors import Refused
from reelmill.foreground import may_write
from reelmill.pipelines.storyboards.bodies import (
    CombineWish,
    ExportWish,
    PairsWish,
    PropertyWish,
    RefineWish,
    RegenerateWish,
    SceneWish,
    SoundsWish,
)
from reelmill.pipelines.storyboards.records import Entry
from reelmill.pipelines.storyboards.room import (
    Ended,
    Room,
    copy_to,
    model,
    room_of,
    uploaded,
)
from reelmill.pipelines.storyboards.spec import (
    MAX_SCENES,
    GenerationRequest,
    Quality,
    Transition,
    VideoFormat,
    VideoStatus,
)
from reelmill.pipelines.storyboards.tables.boards import Wanted
from reelmill.pipelines.storyboards.uploads import admit_pairs, admit_tour
from reelmill.pipelines.storyboards.views.combinations import CombinationOut
from reelmill.pipelines.storyboards.views.money import BudgetOut, CostsOut, EntryOut, QuoteOut
from reelmill.pipelines.storyboards.views.work import RetriedOut

WishT = TypeVar("WishT", GenerationRequest, PairsWish, PropertyWish)

#: Endings of files that are taken from a folder of pictures.
ENDINGS: Final = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif"})


class NotAllWell(Refused):
    """Some boards do not go on."""


class UnknownEnding(Refused):
    """The name ends in no format that is made."""


def asked(told: dict[str, Any]) -> GenerationRequest:
    """What was typed, as a request.

    Raises:
        BadWish: outside of its limits.
    """
    return model(GenerationRequest, told)


def pairs_wish(told: dict[str, Any]) -> PairsWish:
    """What was typed of a board of pairs, before its pictures are taken in.

    Raises:
        BadWish: outside of its limits.
    """
    return model(PairsWish, {**told, "picture_asset_ids": ()})


def property_wish(told: dict[str, Any]) -> PropertyWish:
    """What was typed of a tour, before its photos are taken in.

    Raises:
        BadWish: outside of its limits.
    """
    return model(PropertyWish, {**told, "picture_asset_ids": ()})


def refinement(scene: int, prompt: str | None, description: str | None) -> RefineWish:
    """What was typed, as a refinement.

    Raises:
        BadWish: outside of its limits.
    """
    words = {"new_image_prompt": prompt, "new_description": description}
    return model(RefineWish, {"scene_number": scene, **words})


def draft(
    desk: Desk, request: GenerationRequest, pictures: Sequence[Path], *, wait: bool, as_json: bool
) -> None:
    """Draft a board, of pictures of one's own where there are any."""
    with room_of(desk) as room:
        wholes = room.asking.draft(_of_files(room, request, pictures[:MAX_SCENES]))
        room.all_followed(wholes, wait=wait, as_json=as_json)


def from_image_pairs(
    desk: Desk, pictures: Sequence[Path], wish: PairsWish, *, wait: bool, as_json: bool
) -> None:
    """Make a board of pairs of pictures."""
    files = found(pictures)
    admit_pairs(len(files))
    with room_of(desk) as room:
        whole = room.asking.from_pairs(_of_files(room, wish, files))
        room.followed(whole, wait=wait, as_json=as_json)


def from_property_photos(
    desk: Desk, photos: Sequence[Path], wish: PropertyWish, *, wait: bool, as_json: bool
) -> None:
    """Make a tour of a property of its photos."""
    files = found(photos)
    admit_tour(len(files))
    with room_of(desk) as room:
        whole = room.asking.from_photos(_of_files(room, wish, files))
        room.followed(whole, wait=wait, as_json=as_json)


def found(paths: Sequence[Path]) -> list[Path]:
    """Files, and the pictures of folders by name."""
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            files += [one for one in sorted(path.iterdir()) if one.suffix.lower() in ENDINGS]
        else:
            files.append(path)
    return files


def list_boards(desk: Desk, wanted: dict[str, Any], limit: int, *, as_json: bool) -> None:
    """List boards, the newest first."""
    with room_of(desk) as room:
        listed = room.studio.page(limit=limit, wanted=Wanted(**wanted))
        if as_json:
            desk.terminal.document([room.told(whole) for whole in listed])
            return
    desk.terminal.table(
        ("board", "status", "scenes", "cost", "prompt"),
        [
            (
                whole.board.id,
                whole.board.status.value,
                str(len(whole.scenes)),
                str(whole.costs.actual),
                whole.board.prompt[:50],
            )
            for whole in listed
        ],
    )
    if not listed:
        desk.terminal.note("no boards")


def show(desk: Desk, board: str, *, as_json: bool) -> None:
    """Show a board."""
    with room_of(desk) as room:
        room.tell(room.studio.whole(room.board_id(board)), as_json=as_json)


def approve(desk: Desk, board: str, *, as_json: bool) -> None:
    """Approve a board."""
    with room_of(desk) as room:
        room.tell(room.studio.approve(room.board_id(board)), as_json=as_json)


def render(  # noqa: PLR0913 - the options of a command
    desk: Desk, board: str, output: Path | None, *, force: bool, wait: bool, as_json: bool
) -> None:
    """Make the video of a board, and a copy of it where that is wanted."""
    if output is not None:
        may_write(output, force=force)
    with room_of(desk) as room:
        whole = room.studio.render(room.board_id(board))
        room.followed(whole, wait=wait, as_json=as_json)
        film = room.studio.whole(whole.board.id).board.film
        if output is not None and film is not None:
            copy_to(room, film.key, output)


def cost(desk: Desk, board: str, *, as_json: bool) -> None:
    """What a board has cost and will cost; without one, what is spent today."""
    with room_of(desk) as room:
        if board:
            _cost_of(room, room.board_id(board), as_json=as_json)
        else:
            _today(room, as_json=as_json)


def estimate(desk: Desk, request: GenerationRequest, *, as_json: bool) -> None:
    """What boards of a length would cost."""
    with room_of(desk) as room:
        quote = room.asking.quote(request)
    if as_json:
        desk.terminal.document(QuoteOut.of(quote).model_dump(mode="json"))
        return
    desk.terminal.line(
        f"{quote.total_usd} USD: {quote.scenes} pictures, {quote.seconds} s of video"
        + (f", {quote.variations} times" if quote.variations > 1 else "")
    )
    desk.terminal.note(f"{quote.tier}: {quote.models.image}, {quote.models.video}")
    for warning in quote.warnings:
        desk.terminal.note(warning)


def scene_wish(changes: dict[str, Any]) -> SceneWish:
    """What was typed, as changes of a scene.

    Raises:
        BadWish: outside of its limits.
    """
    return model(SceneWish, changes)


def edit(  # noqa: PLR0913 - the options of a command
    desk: Desk,
    board: str,
    scene: int,
    wish: SceneWish,
    pictures: tuple[Path | None, Path | None],
    *,
    as_json: bool,
) -> None:
    """Give a scene other values, and pictures that it begins with and ends in."""
    with room_of(desk) as room:
        board_id = room.board_id(board)
        first, last = (uploaded(room, one) if one else None for one in pictures)
        told = {"picture_asset_id": first, "last_picture_asset_id": last}
        wish = wish.model_copy(update=told)
        room.tell(room.editing.edit(board_id, scene, wish), as_json=as_json)


def refine(desk: Desk, board: str, wish: RefineWish, *, wait: bool, as_json: bool) -> None:
    """Refine a scene."""
    with room_of(desk) as room:
        whole = room.editing.refine(room.board_id(board), wish)
        room.followed(whole, wait=wait, as_json=as_json)


def feedback_wish(feedback: str) -> RegenerateWish:
    """What was typed, as a wish for the next picture.

    Raises:
        BadWish: outside of its limits.
    """
    return model(RegenerateWish, {"feedback": feedback})


def regenerate(  # noqa: PLR0913 - the options of a command
    desk: Desk, board: str, scene: int, wish: RegenerateWish, *, wait: bool, as_json: bool
) -> None:
    """Make a picture anew."""
    with room_of(desk) as room:
        whole = room.editing.regenerate(room.board_id(board), scene, wish)
        room.followed(whole, wait=wait, as_json=as_json)


def reorder(desk: Desk, board: str, order: Sequence[int], *, as_json: bool) -> None:
    """Give the scenes another order."""
    with room_of(desk) as room:
        room.tell(room.editing.reorder(room.board_id(board), tuple(order)), as_json=as_json)


def remove(desk: Desk, board: str, scene: int, *, as_json: bool) -> None:
    """Remove a scene."""
    with room_of(desk) as room:
        room.tell(room.editing.delete_scene(room.board_id(board), scene), as_json=as_json)


def sounds(
    desk: Desk, board: str, voice: Path | None, music: Path | None, *, as_json: bool
) -> None:
    """Say what is heard over the video."""
    with room_of(desk) as room:
        board_id = room.board_id(board)
        wish = SoundsWish(
            voice_asset_id=uploaded(room, voice) if voice else None,
            music_asset_id=uploaded(room, music) if music else None,
        )
        room.tell(room.editing.set_sounds(board_id, wish), as_json=as_json)


def cancel(desk: Desk, board: str, *, as_json: bool) -> None:
    """Stop the work on a board."""
    with room_of(desk) as room:
        room.tell(room.studio.cancel(room.board_id(board)), as_json=as_json)


def retry(desk: Desk, board: str, *, wait: bool, as_json: bool) -> None:
    """Go on with a board."""
    with room_of(desk) as room:
        room.followed(room.studio.retry(room.board_id(board)), wait=wait, as_json=as_json)


def retry_all_stuck(desk: Desk, *, wait: bool, as_json: bool) -> None:
    """Go on with all boards that failed or stand still.

    Raises:
        NotAllWell: one fails again, or does not go on.
    """
    with room_of(desk) as room:
        retried = room.stuck.retry_all()
        if wait and retried.going:
            room.wait_for_all([whole.board.job_id for whole in retried.going], "boards")
        ended = [room.studio.whole(whole.board.id).board for whole in retried.going]
    if as_json:
        desk.terminal.document(RetriedOut.of(retried).model_dump(mode="json"))
    else:
        for board in ended:
            desk.terminal.line(f"{board.id} {board.status.value}")
        for one in retried.left:
            desk.terminal.problem(f"{one.board.id} {one.error.message}")
        if not ended and not retried.left:
            desk.terminal.note("no board is stuck")
    bad = sum(board.status is VideoStatus.FAILED for board in ended) + len(retried.left)
    if bad:
        raise NotAllWell(boards=bad)


def export(  # noqa: PLR0913 - the options of a command
    desk: Desk,
    board: str,
    outputs: Sequence[Path],
    quality: Quality,
    *,
    force: bool,
    as_json: bool,
) -> None:
    """Copy a video into other formats and another quality."""
    wishes = [ExportWish(format=_format_of(output), quality=quality) for output in outputs]
    for output in outputs:
        may_write(output, force=force)
    with room_of(desk) as room:
        board_id = room.board_id(board)
        # All are asked for before one is waited for, so that one after the other is made.
        for wish in wishes:
            room.exports.export(board_id, wish)
        for output, wish in zip(outputs, wishes, strict=True):
            _fetch_copy(room, board_id, wish, output)
    if not as_json:
        for output in outputs:
            desk.terminal.line(str(output))
        return
    told = [_copy_told(output, wish) for output, wish in zip(outputs, wishes, strict=True)]
    desk.terminal.document(told[0] if len(told) == 1 else told)


def _fetch_copy(room: Room, board_id: str, wish: ExportWish, output: Path) -> None:
    exported = room.exports.export(board_id, wish)
    if exported.key is None:
        job = room.wait_for(exported.job.id, output.name)
        if job.state is not JobState.COMPLETED:
            raise Ended(status=job.state.value, problem=job.error_message)
        exported = room.exports.export(board_id, wish)
    assert exported.key is not None, "its job completed"
    copy_to(room, exported.key, output)


def _copy_told(output: Path, wish: ExportWish) -> dict[str, Any]:
    facts = {"output": str(output), "format": wish.format.value, "quality": wish.quality.value}
    return facts | {"size_bytes": output.stat().st_size}


def combine(  # noqa: PLR0913 - the options of a command
    desk: Desk,
    beginnings: Sequence[str],
    output: Path,
    transition: Transition,
    *,
    force: bool,
    as_json: bool,
) -> None:
    """Make one video of those of several boards."""
    kind = _format_of(output)
    if kind is VideoFormat.GIF:
        raise UnknownEnding(path=str(output), hint="Choose among .mp4, .mov, .webm.")
    may_write(output, force=force)
    with room_of(desk) as room:
        board_ids = tuple(room.board_id(one) for one in beginnings)
        told = {"board_ids": board_ids, "transition": transition, "format": kind}
        found = room.combinations.combine(model(CombineWish, told))
        if not found.job_state.ended:
            room.wait_for(found.job_id, output.name)
            found = room.combinations.find(found.id)
        if found.video is None or found.job_state is not JobState.COMPLETED:
            raise Ended(status=found.job_state.value, problem=found.error_message)
        copy_to(room, found.video.key, output)
    if as_json:
        desk.terminal.document(CombinationOut.of(found).model_dump(mode="json"))
    else:
        desk.terminal.line(str(output))


def decide(desk: Desk, purchase: str, bought: str | None, *, as_json: bool) -> None:
    """Take a person's word for whether something was bought."""
    with room_of(desk) as room:
        entry = room.bank.decide(purchase, bought)
    if as_json:
        desk.terminal.document(EntryOut.of(entry).model_dump(mode="json"))
    else:
        desk.terminal.line(f"{entry.id} {entry.state.value}")


def _of_files(room: Room, wish: WishT, files: Sequence[Path]) -> WishT:
    """The same wish, of pictures that are taken in for it."""
    ids = tuple(uploaded(room, file) for file in files)
    # A copy that knows which fields were given: a platform fills in those that were not.
    return wish.model_copy(update={"picture_asset_ids": ids})


def _cost_of(room: Room, board_id: str, *, as_json: bool) -> None:
    whole, entries = room.studio.whole(board_id), room.studio.purchases(board_id)
    told = CostsOut.of(whole, entries)
    terminal = room.desk.terminal
    if as_json:
        terminal.document(told.model_dump(mode="json"))
        return
    terminal.line(
        f"{whole.costs.actual} USD paid, {whole.costs.held} held, {whole.to_come} to come; "
        f"estimated {whole.board.estimated}"
    )
    terminal.table(
        ("purchase", "what", "attempt", "state", "USD"),
        [_line(entry) for entry in entries],
    )
    for warning in told.warnings:
        terminal.note(warning)


def _line(entry: Entry) -> tuple[str, ...]:
    what, usd = entry.purpose.partition("-")[0], entry.actual
    paid = "-" if usd is None else str(usd)
    return entry.id, what, str(entry.attempt), entry.state.value, paid


def _today(room: Room, *, as_json: bool) -> None:
    budgets, undecided = room.bank.today(), room.bank.undecided()
    terminal = room.desk.terminal
    if as_json:
        terminal.document(
            {
                "budgets": [BudgetOut.of(one).model_dump(mode="json") for one in budgets],
                "undecided": [EntryOut.of(one).model_dump(mode="json") for one in undecided],
            }
        )
        return
    rows = [(one.whose, str(one.spent), str(one.soft), str(one.hard)) for one in budgets]
    terminal.table(("budget", "spent", "soft", "hard"), rows)
    for entry in undecided:
        terminal.problem(f"purchase {entry.id}: nobody can tell whether it was bought; decide")


def _format_of(output: Path) -> VideoFormat:
    try:
        return VideoFormat(output.suffix.removeprefix(".").lower())
    except ValueError:
        there = ", ".join(f".{kind}" for kind in VideoFormat)
        raise UnknownEnding(path=str(output), hint=f"Choose among {there}.") from None
