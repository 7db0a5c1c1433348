"""Events -> lines on stderr: for people, as JSON, or as a specification wants them."""

import logging
import sys
from typing import Any, Literal

import structlog

Form = Literal["auto", "console", "json", "spec"]

#: Levels under another name. Source: specification of the stories, section 9.
_SHORT = {"warning": "WARN"}


def set_up(level: str, form: Form) -> None:
    """Send every event of this process to stderr; stdout belongs to results."""
    renderer = _renderer(form)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def _renderer(form: Form) -> structlog.types.Processor:
    if form == "spec":
        return as_specified
    if form == "console" or (form == "auto" and sys.stderr.isatty()):
        return structlog.dev.ConsoleRenderer()
    return structlog.processors.JSONRenderer()


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
