"""Log lines as a specification wants them: section 9 of that of the stories."""

import io
import json
import re

import pytest
import structlog

from reelmill import logs

LINE = re.compile(r'^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ (DEBUG|INFO|WARN|ERROR|CRITICAL) \w+ ".*"$')


def said(level: str = "info", **event: object) -> str:
    at = {"timestamp": "2025-11-10T18:03:44.172Z", "level": level}
    return logs.as_specified(None, level, {**at, **event})


def test_a_moved_file_reads_as_in_the_specification() -> None:
    """Its first example, with the category that it keeps elsewhere."""
    line = said(
        component="main_worker",
        event="moved file",
        source="raw/video/action/abc.mp4",
        to="scanned/video/action/mp4_w3840_h2160/12.4_abc.mp4",
    )
    assert line == (
        '2025-11-10T18:03:44Z INFO main_worker "Moved file raw/video/action/abc.mp4 → '
        'scanned/video/action/mp4_w3840_h2160/12.4_abc.mp4"'
    )


def test_a_warning_has_the_form_of_the_specification() -> None:
    line = said("warning", component="render_worker", event="low disk space", free_gb=2.3)
    assert line == '2025-11-10T18:03:44Z WARN render_worker "Low disk space free_gb=2.3"'


@pytest.mark.parametrize(
    "event",
    [
        pytest.param({"event": "two\nlines"}, id="a line break"),
        pytest.param({"event": "x", "name": 'a "quoted" name'}, id="quotes"),
        pytest.param({"event": "x", "exception": "Traceback:\n  File 1\nOops"}, id="a traceback"),
        pytest.param({"event": ""}, id="nothing to say"),
    ],
)
def test_an_event_is_one_line_with_one_pair_of_quotes(event: dict[str, object]) -> None:
    line = said(**event)
    assert LINE.match(line)
    assert line.count('"') == 2


@pytest.mark.parametrize("level", ["debug", "info", "warning", "error"])
def test_lines_go_to_stderr_in_that_form(capsys: pytest.CaptureFixture[str], level: str) -> None:
    logs.set_up("debug", "spec")
    log = structlog.get_logger(component="main_worker")
    getattr(log, level)("moved file", source="raw/a b.mp3", to="scanned/b.mp3", job="stories/t1")
    told = capsys.readouterr()
    assert told.out == ""
    (line,) = told.err.splitlines()
    assert LINE.match(line)
    assert line.endswith('"Moved file raw/a b.mp3 → scanned/b.mp3 job=stories/t1"')


def test_what_names_no_component_is_the_house(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("info", "spec")
    structlog.get_logger().info("node started")
    assert ' INFO reelmill "Node started"' in capsys.readouterr().err


@pytest.mark.parametrize(
    ("console", "file", "on_console", "in_file"),
    [
        pytest.param("critical", "info", [], ["two", "three"], id="a file alone"),
        pytest.param("info", "error", ["two", "three"], ["three"], id="a file for the worst"),
        pytest.param("debug", "debug", ["one", "two", "three"], ["one", "two", "three"], id="both"),
    ],
)
def test_a_file_gets_lines_of_a_level_of_its_own(
    capsys: pytest.CaptureFixture[str],
    console: str,
    file: str,
    on_console: list[str],
    in_file: list[str],
) -> None:
    kept = io.StringIO()
    logs.set_up(console, "json", copy=logs.Copy(kept, file))
    log = structlog.get_logger()
    log.debug("one")
    log.info("two")
    log.error("three", reason="a\nb")
    lines = capsys.readouterr().err.splitlines()
    assert [json.loads(line)["event"] for line in lines] == on_console
    assert [
        line.split('"')[1].split()[0].lower() for line in kept.getvalue().splitlines()
    ] == in_file
    assert all(LINE.match(line) for line in kept.getvalue().splitlines())
