"""Events -> lines on stderr: for people, as JSON, or as a specification wants them."""

import logging
import sys
from typing import Any, Literal, NamedTuple, TextIO

import structlog

Form = Literal["auto", "console", "json", "spec"]

#: Levels under another name. Source: specification of the stories, section 9.
_SHORT = {"warning": "WARN"}


class Copy(NamedTuple):
    """A file that gets events as well, a line each, as `as_specified` writes them."""

    file: TextIO
    """Open for as long as this process logs."""

    level: str
    """Least level that it gets."""


def set_up(level: str, form: Form, copy: Copy | None = None) -> None:
    """Send every event of this process to stderr; stdout belongs to results."""
    least = _number(level)
    taken = least if copy is None else min(least, _number(copy.level))
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            *([_copied(copy, least)] if copy else ()),
            _renderer(form),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(taken),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def _number(level: str) -> int:
    return logging.getLevelNamesMapping()[level.upper()]


def _copied(copy: Copy, least: int) -> structlog.types.Processor:
    """Writes an event to the file, then stops those that are below the level of stderr."""

    def copied(
        logger: Any, method: str, event: structlog.types.EventDict
    ) -> structlog.types.EventDict:
        number = _number(str(event["level"]))
        if number >= _number(copy.level):
            # At once, so that nothing of it is lost with the process.
            copy.file.write(f"{as_specified(logger, method, event)}\n")
            copy.file.flush()
        if number < least:
            raise structlog.DropEvent
        return event

    return copied


def _renderer(form: Form) -> structlog.types.Processor:
    if form == "spec":
        return as_specified
    if form == "console" or (form == "auto" and sys.stderr.isatty()):
        return structlog.dev.ConsoleRenderer()
    return structlog.processors.JSONRenderer()


def _copied_to(file: TextIO) -> structlog.types.Processor:
    def copied(
        logger: Any, method: str, event: structlog.types.EventDict
    ) -> structlog.types.EventDict:
        # A line at a time and at once, so that nothing of it is lost with the process.
        file.write(f"{as_specified(logger, method, event)}\n")
        file.flush()
        return event

    return copied


def as_specified(_logger: Any, _method: str, event: structlog.types.EventDict) -> str:
    """`[ISO_TIMESTAMP] [LEVEL] [COMPONENT] [MESSAGE]`, without the brackets, as its examples are.

    >>> at = {"timestamp": "2025-11-10T18:03:44.17Z", "level": "info", "component": "main_worker"}
    >>> print(as_specified(None, "", at | {"event": "moved file", "source": "raw/a", "to": "b"}))
    2025-11-10T18:03:44Z INFO main_worker "Moved file raw/a → b"
    """
    facts = dict(event)
    at = str(facts.pop("timestamp")).partition(".")[0].removesuffix("Z")
    level = str(facts.pop("level"))
    component = facts.pop("component", "reelmill")
    words = [str(facts.pop("event"))]
    if "source" in facts and "to" in facts:
        words.append(f"{facts.pop('source')} → {facts.pop('to')}")
    words += [f"{name}={value}" for name, value in facts.items()]
    message = " ".join(" ".join(words).split()).replace('"', "'")
    told = f"{message[:1].upper()}{message[1:]}"
    return f'{at}Z {_SHORT.get(level, level.upper())} {component} "{told}"'
