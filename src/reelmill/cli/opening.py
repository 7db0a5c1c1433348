"""Global options -> what every command finds: the terminal, settings, the system on demand."""

from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any

from reelmill import logs
from reelmill.config import Settings, read_settings
from reelmill.desk import Desk, System
from reelmill.storage.objects import open_store
from reelmill.terminal import Terminal


def desk(terminal: Terminal, *, home: Path | None, verbose: int) -> Desk:
    """What a command finds; it logs as much as was asked for."""
    logs.set_up(_level(verbose) if verbose else "critical", "auto")
    settings = partial(_settings, home, verbose)
    return Desk(
        terminal=terminal,
        verbose=verbose,
        settings=settings,
        open=partial(_open, settings, verbose),
        open_store=open_store,
    )


def _level(verbose: int) -> str:
    """Failures are told by the command itself, so that its log speaks only when asked to."""
    return ("error", "info", "debug")[min(verbose, 2)]


def _settings(home: Path | None, verbose: int) -> Settings:
    given: dict[str, Any] = {} if home is None else {"home": home}
    if verbose:
        given["log_level"] = _level(verbose)
    return read_settings(**given)


def _open(
    settings: partial[Settings], verbose: int, **decided: Any
) -> AbstractContextManager[System]:
    """The whole system, as quiet as the command is, unless the operator chose a level."""
    from reelmill.app import build  # noqa: PLC0415 - `render` loads no engine

    chosen = settings()
    if "log_level" not in chosen.model_fields_set:
        decided.setdefault("log_level", _level(verbose))
    return build(chosen.model_copy(update=decided))
