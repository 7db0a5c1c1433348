"""Commands are loaded when they are called; help and version wait for none of them."""

import subprocess
import sys
from typing import Any

import pytest
import typer

from reelmill.cli.main import program
from reelmill.cli.rooms import HOUSE
from reelmill.pipelines import with_part

WHOLE: Any = typer.main.get_command(program())

#: Modules that take long to load, and that no help needs.
HEAVY = {
    "alembic",
    "argon2",
    "asyncio",
    "av",
    "cryptography",
    "cv2",
    "dbos",
    "fastapi",
    "httpx",
    "jwt",
    "numpy",
    "obstore",
    "PIL",
    "psycopg",
    "pydantic_settings",
    "scenedetect",
    "sqlalchemy",
    "structlog",
    "uvicorn",
}

RUN = """
import sys
from reelmill.cli.main import run
code = run(sys.argv[1:])
print(*sys.modules, file=sys.stderr)
sys.exit(code)
"""


def loaded_by(*words: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", RUN, *words], capture_output=True, text=True, check=True
    )
    return set(done.stderr.split())


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["--version"], id="version"),
        pytest.param(["--help"], id="help"),
        *(pytest.param([name, "--help"], id=f"help of {name}") for name in with_part("cli")),
        pytest.param(["replays", "render", "--help"], id="help of a command"),
    ],
)
def test_who_asks_for_help_waits_for_nothing_heavy(words: list[str]) -> None:
    assert loaded_by(*words) & HEAVY == set()


@pytest.mark.parametrize("name", HOUSE)
def test_the_list_says_what_the_command_says(name: str) -> None:
    assert WHOLE.get_command(None, name).get_short_help_str(limit=200) == HOUSE[name].line


def test_every_command_is_listed_once() -> None:
    listed = WHOLE.list_commands(None)
    assert listed == list(dict.fromkeys(listed))
    assert {"jobs", "replays", "doctor"} <= set(listed)
