"""The house as ARCHITECTURE.md draws it: imports point down, functions and files stay small."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src" / "reelmill").rglob("*.py"))

#: Lines; beyond it a function is two, a file is two.
MAX_FUNCTION_LINES = 60
MAX_FILE_LINES = 500

#: The only rooms that may catch `Exception`.
LAST_RESORTS = {"engine/lifecycle.py", "cli/main.py", "web/problems.py"}

#: Reads what other programs have named: the usual variables of AWS.
FOREIGN_SETTINGS = {"storage/objects.py"}


def _trees() -> Iterator[tuple[str, ast.Module]]:
    for path in SOURCES:
        yield str(path.relative_to(ROOT / "src" / "reelmill")), ast.parse(path.read_text())


def test_the_law_of_imports_holds() -> None:
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout


def test_no_function_is_two() -> None:
    long = [
        f"{name}:{node.lineno} {node.name}"
        for name, tree in _trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.body[0].lineno >= MAX_FUNCTION_LINES
    ]
    assert long == []


def test_no_file_is_two() -> None:
    long = [str(path) for path in SOURCES if len(path.read_text().splitlines()) > MAX_FILE_LINES]
    assert long == []


def test_exception_is_caught_only_at_the_edges() -> None:
    catching = {
        name
        for name, tree in _trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or "id='Exception'" in ast.dump(node.type))
    }
    assert {name for name in catching if name not in LAST_RESORTS} == set()


def test_the_environment_is_read_in_one_place() -> None:
    reading = {
        name
        for name, tree in _trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
    }
    assert reading <= {"config.py", *FOREIGN_SETTINGS}


def test_every_test_folder_has_a_room_it_mirrors() -> None:
    rooms = {path.name for path in (ROOT / "src" / "reelmill").rglob("*") if path.is_dir()}
    own = {"acceptance", "architecture", "contracts", "__pycache__"}
    folders = {path.name for path in (ROOT / "tests").rglob("*") if path.is_dir()}
    assert folders - own <= rooms
