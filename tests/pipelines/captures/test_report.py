"""A report is one file that shows what a manifest says, and the frames that made checks fail."""

import base64
import re
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser
from tests.pipelines.captures.manifest.library import ROWS, fill, made, put, sound

from reelmill.pipelines.captures.manifest.parquet import Table
from reelmill.pipelines.captures.manifest.query import matching
from reelmill.pipelines.captures.manifest.survey import survey
from reelmill.pipelines.captures.report import Wanted, report
from reelmill.storage.memory import MemoryStore

LOOK = (Path(__file__).parents[2] / "web" / "look.js").read_text()


@pytest.fixture(scope="module")
def library() -> tuple[MemoryStore, Table]:
    store = MemoryStore()
    fill(store)
    put(store, sound("x/<script>alert(1)</script>.tar", 3, light=0.03))
    return store, made(store).table


def test_a_report_counts_flags_and_draws_every_figure(library: tuple[MemoryStore, Table]) -> None:
    store, table = library
    seen = survey(table)
    text = report(table, store, Wanted(source="m.parquet"))
    assert (seen.rows, seen.errors) == (ROWS + 1, 2)
    assert {flag.column: flag.yes for flag in seen.flags}["is_video_mostly_dark"] == 2
    assert all(flag.yes + flag.no + flag.unknown == seen.rows for flag in seen.flags)
    assert text.count("<svg xmlns=") == len(seen.plots) > 20
    assert ">15</text>" in text, "the threshold of darkness is a line in its plot"


def test_the_very_frame_that_made_a_check_fail_is_in_it(
    library: tuple[MemoryStore, Table],
) -> None:
    store, table = library
    text = report(table, store, Wanted(source="m.parquet"))
    sheet = text[text.index('id="sheet-is_video_mostly_dark"') :]
    sheet = sheet[: sheet.index("</section>")]
    pictures = re.findall(r"data:image/jpeg;base64,([A-Za-z0-9+/=]+)", sheet)
    assert len(pictures) == 2
    for picture in pictures:
        pixels = np.asarray(Image.open(BytesIO(base64.b64decode(picture))))
        assert pixels.mean() < 15
    assert "stride-30_chw[0]" in sheet


def test_names_of_strangers_are_text(library: tuple[MemoryStore, Table]) -> None:
    store, table = library
    assert "<script" not in report(table, store, Wanted(source="<script>"))


def test_without_the_records_a_report_says_that_pictures_are_missing(
    library: tuple[MemoryStore, Table],
) -> None:
    _, table = library
    assert "data:image" not in report(table, None, Wanted(source="m"))
    lost = report(table, MemoryStore(), Wanted(source="m"))
    assert "pictures are missing: There is no such object" in lost


def test_a_report_of_some_rows_says_which(library: tuple[MemoryStore, Table]) -> None:
    store, table = library
    where = "is_video_mostly_dark"
    text = report(matching(table, where), store, Wanted(source="m", where=where))
    assert "2 captures for which <code>is_video_mostly_dark</code>" in text


def test_of_no_rows_there_is_a_report_too(library: tuple[MemoryStore, Table]) -> None:
    store, table = library
    assert "0 captures" in report(table.slice(0, 0), store, Wanted(source="m"))


@pytest.mark.chromium
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_browser_needs_nothing_beside_it(
    library: tuple[MemoryStore, Table], tmp_path: Path, chromium: Browser, scheme: str
) -> None:
    store, table = library
    (tmp_path / "report.html").write_text(report(table, store, Wanted(source="m")))
    context = chromium.new_context(viewport={"width": 360, "height": 640}, color_scheme=scheme)
    page, asked, said = context.new_page(), list[str](), list[str]()
    page.on("request", lambda request: asked.append(request.url[:5]))
    page.on("console", lambda note: said.append(note.text))
    page.goto((tmp_path / "report.html").as_uri())
    assert page.evaluate(LOOK) == []
    assert set(asked) <= {"file:", "data:"}
    assert said == []
    context.close()
