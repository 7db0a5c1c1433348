"""What `reelmill captures fake` does."""

import re

from reelmill.desk import Desk
from reelmill.errors import Refused
from reelmill.media.geometry import Size
from reelmill.pipelines.captures.samples import fake as faker
from reelmill.pipelines.captures.samples.fake import Order, kinds_of
from reelmill.pipelines.captures.samples.labels import LABELS_NAME
from reelmill.pipelines.captures.samples.tapes import Form
from reelmill.pipelines.captures.tools.places import target_at
from reelmill.units import even

#: Sides that a video may have: smaller ones cannot hold what games show.
SIDES_PX = range(36, 4097)


class BadSize(Refused):
    """No video has such a size."""


def form_of(size: str, *, fps: int, length_s: float, motion: float) -> Form:
    """How large and long captures are to be.

    >>> form_of("320x180", fps=60, length_s=36, motion=1).size
    Size(width=320, height=180)

    Raises:
        BadSize: that is no size, or not one of two even sides.
    """
    found = re.fullmatch(r"(\d{1,5})x(\d{1,5})", size.strip())
    sides = [int(side) for side in found.groups()] if found else []
    if not sides or any(side not in SIDES_PX or side != even(side) for side in sides):
        raise BadSize(size=size[:20], hint="Give WIDTHxHEIGHT, both even, 36 to 4096: 1280x720.")
    return Form(size=Size(*sides), fps=fps, length_s=length_s, motion=motion)


def order_of(names: list[str], *, count: int | None, seed: int, form: Form) -> Order:
    """What is wanted; one of each kind, where nobody says how many.

    Raises:
        UnknownKind: there is none of such a name.
    """
    kinds = kinds_of(names)
    return Order(count=count or len(kinds), seed=seed, kinds=kinds, form=form)


def fake(desk: Desk, where: str, order: Order, *, as_json: bool) -> None:
    """Make captures, and tell of each when it is there."""
    store = target_at(where)
    with desk.terminal.bar("faking") as bar:
        for number, made in enumerate(faker.fake(order, store), start=1):
            bar.at(number, order.count, made.kind)
            if as_json:
                desk.terminal.record(made.model_dump(mode="json"))
            else:
                desk.terminal.line(f"{made.key}  {made.kind}: {made.about}")
    desk.terminal.note(f"What is true of them is in {store.url}/{LABELS_NAME}.")
