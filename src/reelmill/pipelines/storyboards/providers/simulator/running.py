"""`reelmill storyboards simulate-provider`: the simulated provider, until somebody stops it."""

import threading
from contextlib import suppress

from reelmill.errors import Refused
from reelmill.pipelines.storyboards.providers.simulator.faults import Faults, Scheduled, Seeded
from reelmill.pipelines.storyboards.providers.simulator.server import Provider, serving
from reelmill.terminal import Terminal

#: Where settings of the provider stand.
PREFIX = "REELMILL_PIPELINES__STORYBOARDS__"


class CannotServe(Refused):
    """Nothing can listen there."""


def faults_of(seed: int | None, share: float) -> Faults:
    """Faults by chance, or none.

    >>> faults_of(None, 0.5)
    Scheduled(planned={})
    """
    return Scheduled() if seed is None else Seeded(seed, share, at_most=1_000_000)


def provider_of(seed: int | None, share: float, webhook_secret: str) -> Provider:
    """A provider as it was asked for.

    >>> provider_of(None, 0.5, "").books.purchases
    []
    """
    return Provider(faults_of(seed, share), webhook_secret=webhook_secret)


def simulate(
    terminal: Terminal, provider: Provider, *, port: int, stopped: threading.Event | None = None
) -> None:
    """Let it answer until Ctrl-C, and say what was bought of it.

    Args:
        terminal: Where it is said how to use it.
        provider: What answers.
        port: Where; 0 takes a free one.
        stopped: Ends it as well.

    Raises:
        CannotServe: the port is taken.
    """
    try:
        with serving(provider, port=port) as url:
            _introduce(terminal, url)
            with suppress(KeyboardInterrupt):
                (stopped or threading.Event()).wait()
    except OSError as error:
        raise CannotServe(
            port=port, problem=error.strerror or str(error), hint="Choose another with --port."
        ) from error
    finally:
        books = provider.books
        terminal.line(f"{len(books.purchases)} predictions bought, ${books.total_usd}")


def _introduce(terminal: Terminal, url: str) -> None:
    terminal.line(f"simulated provider at {url}  (Ctrl-C stops)")
    terminal.note(f"books     {url.removesuffix('/v1')}/books")
    for name, value in (
        (f"{PREFIX}PROVIDER", "replicate"),
        (f"{PREFIX}REPLICATE__URL", url),
        (f"{PREFIX}REPLICATE__TOKEN", "any"),
        ("REELMILL_FETCH_ALLOW_NETWORKS", "'[\"127.0.0.1/32\"]'"),
    ):
        terminal.note(f"export {name}={value}")
