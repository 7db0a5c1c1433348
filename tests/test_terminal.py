"""What reaches the person, and what never does."""

import io
import os
import pty
import subprocess
import sys

import pytest

from reelmill.terminal import Terminal, clean, seconds


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        pytest.param("\x1b]0;owned\x07name", " ]0;owned name", id="escape sequences are dead"),
        pytest.param("a\nb\r\nc\td", "a b  c d", id="one line stays one line"),
        pytest.param("\u202etxt.exe", " txt.exe", id="letters do not turn round"),
        pytest.param("\u4e2d\u6587 \u0430", "\u4e2d\u6587 \u0430", id="every script is kept"),
        pytest.param("  indented  ", "  indented", id="the indentation is kept"),
    ],
)
def test_text_of_strangers_cannot_steer_a_terminal(hostile: str, shown: str) -> None:
    assert clean(hostile) == shown


@pytest.mark.parametrize(
    ("span_s", "told"),
    [(None, "-"), (0.004, "0.00 s"), (9.99, "9.99 s"), (59.94, "59.9 s"), (3661.2, "61 min 1 s")],
)
def test_spans_are_told_as_people_say_them(span_s: float | None, told: str) -> None:
    assert seconds(span_s) == told


def test_a_pipe_gets_records_with_tabs(capsys: pytest.CaptureFixture[str]) -> None:
    terminal = Terminal()
    terminal.table(("job", "state"), [("a", "failed"), ("b\tc", "completed")])
    terminal.line("done", style="green")
    assert capsys.readouterr().out == "a\tfailed\nb c\tcompleted\ndone\n"


def test_remarks_go_to_stderr_and_quiet_leaves_them_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Terminal().note("by the way")
    Terminal(quiet=True).note("not said")
    Terminal(quiet=True).problem("said all the same")
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == "by the way\nreelmill: said all the same\n"


def test_json_keeps_every_script(capsys: pytest.CaptureFixture[str]) -> None:
    Terminal().document({"name": "\u4e2d"})
    assert capsys.readouterr().out == '{\n  "name": "\u4e2d"\n}\n'


DRAW = """
from reelmill.terminal import Terminal
terminal = Terminal()
with terminal.bar("games") as bar:
    bar.at(3, 10, "drawing [bold]")
    terminal.line("a line [red]", style="green")
terminal.table(("job",), [("a[b]c",)])
"""


def on_a_terminal(script: str, **env: str) -> str:
    """What a program writes when it sits on a real (pseudo) terminal."""
    person, program = pty.openpty()
    subprocess.run(
        [sys.executable, "-c", script],
        stdout=program,
        stderr=program,
        check=True,
        env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "100", **env},
    )
    os.close(program)
    seen = io.BytesIO()
    with os.fdopen(person, "rb", buffering=0) as screen:
        try:
            while part := screen.read(65536):
                seen.write(part)
        except OSError:  # Linux says EIO when the other side is gone
            pass
    return seen.getvalue().decode()


def test_a_terminal_gets_colours_a_bar_and_text_as_it_is() -> None:
    seen = on_a_terminal(DRAW, NO_COLOR="")
    assert "3/10" in seen
    assert "drawing [bold]" in seen
    assert "\x1b[32ma line [red]" in seen
    assert "a[b]c" in seen


def test_no_color_is_respected_on_a_terminal() -> None:
    seen = on_a_terminal(DRAW, NO_COLOR="1")
    assert "a line [red]" in seen
    assert "\x1b[32m" not in seen
