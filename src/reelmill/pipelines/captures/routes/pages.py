"""The pages of the captures: survey, contact sheets, one capture. For operators."""

from collections.abc import Mapping
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Response

from reelmill.errors import LimitReached, Refused
from reelmill.pipelines.captures.checks.shots import Shot, shot
from reelmill.pipelines.captures.manifest.exhibits import (
    ALL,
    ERRORS,
    Exhibit,
    NoSuchFlag,
    NoSuchRow,
    chosen,
    exhibits,
    row_at,
    said,
)
from reelmill.pipelines.captures.manifest.parquet import Table
from reelmill.pipelines.captures.manifest.query import matching
from reelmill.pipelines.captures.manifest.survey import flags_of, survey, title_of
from reelmill.pipelines.captures.record import STRIDES
from reelmill.pipelines.captures.routes.asked import TheShelf
from reelmill.web.sheet import TheSheet

router = APIRouter(include_in_schema=False)

#: Captures on one sheet.
ON_A_SHEET: Final = 48

#: Seconds that a condition may take, for somebody waits.
LIMIT_S: Final = 8.0

Where = Annotated[str, Query(max_length=2000, description="Condition in SQL.")]


class Desk:
    """Makes the pages.

    Args:
        shelf: The manifest, for operators.
        sheet: Makes the pages.
    """

    def __init__(self, shelf: TheShelf, sheet: TheSheet) -> None:
        self._shelf = shelf
        self._sheet = sheet

    def page(self, name: str, values: Mapping[str, Any]) -> Response:
        """One page."""
        return self._sheet.page(f"captures/{name}.html", here="pipelines/captures", **values)

    def rows(self, where: str) -> tuple[Table | None, str]:
        """The rows that are asked for, and what is wrong with the condition."""
        table = self._shelf.manifest()
        if table is None:
            return None, ""
        try:
            return matching(table, where, limit_s=LIMIT_S), ""
        except (Refused, LimitReached) as error:
            return table, f"{error.title} {error.facts.get('problem', '')}".strip()

    def survey(self, where: str) -> Response:
        """What the manifest says as a whole."""
        table, problem = self.rows(where)
        return self.page(
            "survey",
            {
                **_asked(where, problem),
                "survey": None if table is None else survey(table),
                "links": {name: f"/captures/sheet{_tail(where, flag=name)}" for name in flags_of()},
                "manifest": self._shelf.source,
            },
        )

    def sheet(self, flag: str, where: str, page: int) -> Response:
        """A contact sheet.

        Raises:
            NoSuchFlag: there is no sheet of that name.
        """
        titles = dict(_sheets())
        if flag not in titles:
            raise NoSuchFlag(flag=flag)
        table, problem = self.rows(where)
        found = None if table is None else chosen(table, flag)
        hung = [] if found is None else exhibits(found, flag, (page - 1) * ON_A_SHEET, ON_A_SHEET)
        return self.page(
            "sheet",
            {
                **_asked(where, problem),
                "flag": flag,
                "flags": list(titles.items()),
                "title": titles[flag],
                "count": found.num_rows if found is not None else 0,
                "exhibits": hung,
                "pictures": [_picture(one) for one in hung],
                "links": [f"/captures/record{_tail(record=one.record_key)}" for one in hung],
                "page": page,
                "size": ON_A_SHEET,
                "at": f"/captures/sheet{_tail(where, flag=flag)}",
            },
        )

    def record(self, record_key: str) -> Response:
        """One capture: every column, every frame."""
        table = self._shelf.manifest()
        if table is None:
            raise NoSuchRow(record_key=record_key)
        row = row_at(table, record_key)
        columns = [(name, said(value)) for name, value in row.items() if name != "s3_key"]
        return self.page("record", {"row": row, "columns": columns, "frames": _frames(row)})


TheDesk = Annotated[Desk, Depends()]


@router.get("/captures")
def show_survey(desk: TheDesk, where: Where = "") -> Response:
    """What the manifest says as a whole."""
    return desk.survey(where)


@router.get("/captures/sheet")
def show_sheet(
    desk: TheDesk,
    flag: Annotated[str, Query(max_length=100)] = ALL,
    where: Where = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    """A contact sheet."""
    return desk.sheet(flag, where, page)


@router.get("/captures/record")
def show_record(desk: TheDesk, record: Annotated[str, Query(max_length=1024)]) -> Response:
    """One capture."""
    return desk.record(record)


def _asked(where: str, problem: str) -> dict[str, str]:
    return {"where": where, "problem": problem, "tail": _tail(where)}


def _tail(where: str = "", **others: str) -> str:
    """What follows the path of an address."""
    asked = others | ({"where": where} if where else {})
    return f"?{urlencode(asked)}" if asked else ""


def _sheets() -> list[tuple[str, str]]:
    return [
        (ALL, "All captures"),
        *((name, title_of(name)) for name in flags_of()),
        (ERRORS, "With an error"),
    ]


def _picture(one: Exhibit) -> str:
    return _still(one.record_key, one.frame, one.content_hash) if one.frame else ""


def _still(record_key: str, frame: str, content_hash: str) -> str:
    return f"/v1/captures/still{_tail(record=record_key, frame=frame, edition=content_hash)}"


def _frames(row: Mapping[str, Any]) -> list[tuple[int, list[tuple[str, int]]]]:
    """Every frame of a record, by series: its address, and its second."""
    found = []
    for series, stride in STRIDES.items():
        kinds = row.get(f"menu_stride_{stride}") or ()
        shots = [Shot(series, place) for place in range(len(kinds))]
        stills = [
            (_still(row["record_key"], shot(*one), row["content_hash"] or ""), one.at_s)
            for one in shots
        ]
        if stills:
            found.append((stride, stills))
    return found
