"""A manifest and the frames behind it -> one HTML file that needs nothing beside it."""

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Final, NamedTuple

from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined, Template

from reelmill.errors import ReelmillError
from reelmill.pipelines.captures.manifest.exhibits import ERRORS, Exhibit, chosen, exhibits
from reelmill.pipelines.captures.manifest.parquet import Table
from reelmill.pipelines.captures.manifest.survey import Flag, Survey, survey, title_of
from reelmill.pipelines.captures.stills import still
from reelmill.storage.store import Store
from reelmill.units import StoreKey

HERE: Final = Path(__file__).parent

#: Pictures on each contact sheet unless told.
ON_A_SHEET: Final = 24

#: Told how many pictures of how many are there.
Tell = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a report is to say of itself, and how long it is to be."""

    source: str
    """Where the manifest is, for people."""

    where: str = ""
    """The condition that chose the rows, for people."""

    on_a_sheet: int = ON_A_SHEET
    """Pictures on each contact sheet."""


class Sheet(NamedTuple):
    """A contact sheet."""

    flag: str
    """Column of the flag."""

    title: str
    """The same for people."""

    rows: int
    """Rows for which it is true."""

    exhibits: tuple[tuple[Exhibit, str], ...]
    """Some of them, each with the address of its picture; empty where there is none."""


@dataclass(kw_only=True)
class Pictures:
    """Frames as addresses that hold the whole picture."""

    store: Store | None
    """The store of the records; None: no pictures are wanted."""

    tell: Tell
    """Told after each."""

    total: int = 0
    """How many there will be."""

    lost: int = 0
    """How many could not be had."""

    why_lost: str = field(default="")
    """Why the first of them could not."""

    _done: int = 0

    def address(self, one: Exhibit) -> str:
        """The picture of an exhibit, in its address; empty where there is none."""
        self._done += 1
        self.tell(self._done, self.total)
        if self.store is None or not one.frame:
            return ""
        try:
            data = still(self.store, StoreKey(one.record_key), one.frame)
        except ReelmillError as error:
            self.lost += 1
            self.why_lost = self.why_lost or error.title
            return ""
        return f"data:image/jpeg;base64,{base64.b64encode(data).decode()}"


def report(
    table: Table,
    store: Store | None,
    wanted: Wanted,
    tell: Tell = lambda _done, _total: None,
) -> str:
    """The report of a manifest.

    Args:
        table: The rows it is of.
        store: Where their records are; None leaves the pictures out.
        wanted: What else it is to say.
        tell: Told while pictures are made.
    """
    seen = survey(table)
    hung = _hung(table, seen, wanted.on_a_sheet)
    total = sum(len(some) for *_, some in hung)
    pictures = Pictures(store=store, tell=tell, total=total)
    sheets = [
        Sheet(flag, title, count, tuple((one, pictures.address(one)) for one in some))
        for flag, title, count, some in hung
    ]
    return _page().render(
        title="Captures",
        source=wanted.source,
        where=wanted.where,
        survey=seen,
        sheets=sheets,
        links={sheet.flag: f"#sheet-{sheet.flag}" for sheet in sheets},
        lost=pictures.lost,
        why_lost=pictures.why_lost,
        version=version("reelmill"),
        style=_style(),
    )


def _hung(table: Table, seen: Survey, on_a_sheet: int) -> list[tuple[str, str, int, list[Exhibit]]]:
    """Which sheets there are, and what hangs on each."""
    true: list[Flag] = [flag for flag in seen.flags if flag.finds_faults and flag.yes]
    sheets = [(flag.column, flag.title, flag.yes) for flag in true]
    if seen.errors:
        sheets.append((ERRORS, title_of(ERRORS), seen.errors))
    return [
        (column, title, count, exhibits(chosen(table, column), column, 0, on_a_sheet))
        for column, title, count in sheets
    ]


def _page() -> Template:
    environment = Environment(
        loader=PrefixLoader({"captures": FileSystemLoader(HERE / "templates")}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("captures/report.html")


def _style() -> str:
    return "\n".join(
        (HERE / "static" / name).read_text() for name in ("report.css", "captures.css")
    )
