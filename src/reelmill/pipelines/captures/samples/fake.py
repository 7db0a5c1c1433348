"""A seed and a number -> that many captures in a store, and beside them what is true of each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from reelmill.errors import Refused
from reelmill.pipelines.captures.samples.archive import Member, cut, write_tar
from reelmill.pipelines.captures.samples.kinds import KINDS, Kind
from reelmill.pipelines.captures.samples.labels import (
    LABELS_NAME,
    CaptureLabels,
    Labels,
    Outcome,
    RecordLabels,
)
from reelmill.pipelines.captures.samples.tapes import Form, Taped, record
from reelmill.storage.store import Store
from reelmill.units import StoreKey

#: Time from one capture of a set to the next.
APART = timedelta(hours=7)


class UnknownKind(Refused):
    """There is no such kind of capture."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is wanted."""

    count: int
    """How many captures."""

    seed: int = 0
    """The same seed makes the same captures."""

    kinds: Sequence[Kind] = KINDS
    """Kinds that are made in turn."""

    form: Form = field(default_factory=Form)
    """How large and long they are."""


def kinds_of(names: Sequence[str]) -> tuple[Kind, ...]:
    """The kinds of these names, all of them for none.

    Raises:
        UnknownKind: there is none of such a name.
    """
    known = {kind.name: kind for kind in KINDS}
    for name in names:
        if name not in known:
            raise UnknownKind(kind=name, hint=f"There are: {', '.join(known)}.")
    return tuple(known[name] for name in names) or KINDS


def fake(order: Order, store: Store) -> Iterator[CaptureLabels]:
    """Make captures one after the other, each told of when it is in the store.

    `labels.json` follows the last.
    """
    made: list[CaptureLabels] = []
    with TemporaryDirectory(prefix="reelmill-") as folder:
        for number in range(order.count):
            made.append(_put(order, number, store, Path(folder)))
            yield made[-1]
    labels = Labels(seed=order.seed, captures=tuple(made))
    store.put_bytes(StoreKey(LABELS_NAME), labels.model_dump_json(indent=2).encode() + b"\n")


def _put(order: Order, number: int, store: Store, folder: Path) -> CaptureLabels:
    kind = order.kinds[number % len(order.kinds)]
    dice = Random(f"{order.seed}/{kind.name}/{number}")  # noqa: S311 - a drawing, not a secret
    key = StoreKey(f"{dice.getrandbits(64):016x}.tar")
    started = kind.since + number // len(order.kinds) * APART
    taped = [
        record(tape, order.form, started, dice, folder / f"{index}.mp4")
        for index, tape in enumerate(kind.tapes)
    ]
    tar = folder / "capture.tar"
    _pack(kind, taped, tar, dice, started)
    store.take(key, tar, content_type="application/x-tar")
    tar.unlink(missing_ok=True)
    return _labels(kind, key, taped)


def _pack(kind: Kind, taped: Sequence[Taped], tar: Path, dice: Random, written: datetime) -> None:
    sound = [
        member for index, one in enumerate(taped) for member in members(one, _base(kind, index))
    ]
    write_tar(tar, kind.packing(sound, dice), written=written)
    if kind.share < 1:
        cut(tar, kind.share)


def _base(kind: Kind, index: int) -> str:
    """What the members of a group of a bundle are called; empty where there is one recording."""
    return f"{index:06d}" if len(kind.tapes) > 1 else ""


def members(one: Taped, base: str = "") -> list[Member]:
    """What a recording is in a TAR; in a bundle, under the name `base`."""
    if base:
        return [
            Member(f"{base}.mp4", one.video),
            Member(f"{base}.json", one.metadata),
            Member(f"{base}.csv", one.inputs),
        ]
    return [
        Member(f"{one.video_id}.mp4", one.video),
        Member("inputs.csv", one.inputs),
        Member("metadata.json", one.metadata),
    ]


def _labels(kind: Kind, key: StoreKey, taped: Sequence[Taped]) -> CaptureLabels:
    records = tuple(
        RecordLabels(
            s3_key=f"{key}/{base}" if (base := _base(kind, index)) else key,
            video_id=base or one.video_id,
            flags=one.flags,
            duration_s=one.duration_s,
            corrupt_rows=tape.corrupt_rows,
        )
        for index, (one, tape) in enumerate(zip(taped, kind.tapes, strict=True))
    )
    usable = kind.outcome is Outcome.RECORDS
    return CaptureLabels(
        key=key,
        kind=kind.name,
        about=kind.about,
        outcome=kind.outcome,
        records=records if usable else (),
    )
