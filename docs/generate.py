"""Code -> the pages of `docs/reference/`.

Run as `python docs/generate.py`; a test holds pages and code together.
"""

import ast
import inspect
import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import typer.main
from pydantic import BaseModel

import reelmill
from reelmill.app import build, installed
from reelmill.cli.main import program
from reelmill.config import AccountsSettings, Settings
from reelmill.errors import ReelmillError
from reelmill.media.profiles import PROFILES
from reelmill.web.app import create_app

FOLDER = Path(__file__).parent / "reference"

WRITTEN = "<!-- Written by docs/generate.py. -->\n\n"


def main() -> None:
    """Write every page anew."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


def pages() -> dict[str, str]:
    """Every page, by file name."""
    with tempfile.TemporaryDirectory() as home, build(Settings(home=Path(home))) as app:
        schema = create_app(app).openapi()
    made = {
        "commands.md": commands(),
        "settings.md": settings(),
        "api.md": api(schema),
        "errors.md": errors(),
        "profiles.md": profiles(),
    }
    return {name: WRITTEN + text.rstrip() + "\n" for name, text in made.items()}


def commands() -> str:
    """The help of every command, as the command prints it."""
    told = "\n".join(_help(typer.main.get_command(program()), "reelmill"))
    return f"# Commands\n\nExit codes: 0 ok, 1 some item failed, 2 wrong usage.\n\n{told}"


def _help(command: Any, path: str, parent: Any = None) -> Iterator[str]:
    context = command.make_context(path, [], parent=parent, resilient_parsing=True)
    context.terminal_width = context.max_content_width = 100
    context.info_name = path if parent is None else path.rpartition(" ")[2]
    yield f"## {path}\n\n```text\n{command.get_help(context)}\n```\n"
    for name in command.list_commands(context) if hasattr(command, "commands") else ():
        yield from _help(command.get_command(context, name), f"{path} {name}", context)


def settings() -> str:
    """One row a setting."""
    rows = [*_rows(Settings), *_rows(AccountsSettings, "accounts")]
    for pipeline in installed():
        rows += _rows(pipeline.settings, f"pipelines.{pipeline.name}")
    head = "| in `reelmill.toml` | variable | default | meaning |\n|---|---|---|---|\n"
    return "# Settings\n\nVariables win over the file.\n\n" + head + "\n".join(rows)


def _rows(model: type[BaseModel], section: str = "") -> Iterator[str]:
    dot, bars = (f"{section}.", f"{section.upper().replace('.', '__')}__") if section else ("", "")
    fields = zip(model.model_fields.items(), _lines_under_fields(model), strict=True)
    for (name, field), about in fields:
        inner = field.annotation
        # The settings' own sections are told one by one, where they stand in the file.
        if section and isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from _rows(inner, f"{dot}{name}")
        else:
            at = f"`{dot}{name}` | `REELMILL_{bars}{name.upper()}`"
            yield f"| {at} | {_default(field)} | {about} |"


def _default(field: Any) -> str:
    if field.default_factory is not None:
        return "the machine's cores" if field.annotation is int else "none"
    shown = str(field.default)
    return f"`{shown}`" if shown not in {"", "None", "()", "**********"} else "none"


def _lines_under_fields(model: type) -> list[str]:
    """The sentence that stands under each field of a class."""
    body = ast.parse(inspect.getsource(model)).body[0]
    assert isinstance(body, ast.ClassDef)
    told = [
        " ".join(after.value.value.split())
        for before, after in zip(body.body, body.body[1:], strict=False)
        if isinstance(before, ast.AnnAssign)
        and isinstance(after, ast.Expr)
        and isinstance(after.value, ast.Constant)
    ]
    return [line.replace("|", "\\|") for line in told]


def api(schema: dict[str, Any]) -> str:
    """One row an operation; the whole schema is served at `/openapi.json`."""
    rows = [
        f"| {verb.upper()} | `{path}` | {operation.get('summary', '')} |"
        for path, verbs in sorted(schema["paths"].items())
        for verb, operation in verbs.items()
    ]
    head = (
        "# HTTP API\n\nThe OpenAPI 3.1 document is served at `/openapi.json`. Every failure is a"
        " problem document (RFC 9457).\n\n| method | path | what it does |\n|---|---|---|\n"
    )
    return head + "\n".join(rows)


def errors() -> str:
    """One row an error, of every room."""
    for module in walk_packages(reelmill.__path__, "reelmill."):
        if not module.name.endswith(("__main__", "migrations.env")):
            import_module(module.name)
    rows = [
        f"| `{kind.code}` | {kind.__mro__[1].__name__} | {'yes' if kind.retryable else 'no'} "
        f"| {(kind.__doc__ or '').strip().splitlines()[0]} |"
        for kind in sorted(
            _leaves(ReelmillError), key=lambda kind: (kind.code, kind.__module__, kind.__name__)
        )
    ]
    head = "| code | family | tried again | meaning |\n|---|---|---|---|\n"
    return "# Errors\n\nWhat goes wrong by design, by code.\n\n" + head + "\n".join(rows)


def _leaves(kind: type[ReelmillError]) -> set[type[ReelmillError]]:
    below = [inner for inner in kind.__subclasses__() if inner.__module__.startswith("reelmill.")]
    return set(below).union(*(_leaves(inner) for inner in below)) if below else set()


def profiles() -> str:
    """One row a profile."""
    rows = [
        f"| `{profile.name}` | {profile.size.width}x{profile.size.height} | {profile.rate} "
        f"| {profile.gop_s} s | {profile.max_bitrate_bps / 1e6:g} Mbit/s |"
        for profile in PROFILES.values()
    ]
    head = (
        "# Video profiles\n\nMP4 with the index first; H.264 in yuv420p, tagged BT.709 with limited"
        " range, no B-frames, closed groups of pictures; AAC-LC, 48 kHz, stereo.\n\n"
        "| name | size | frames a second | longest group | highest rate |\n|---|---|---|---|---|\n"
    )
    return head + "\n".join(rows)


if __name__ == "__main__":
    main()
