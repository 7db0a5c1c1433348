"""Addresses in a file -> the pages behind them, where their sites let programs in."""

import re
from typing import Final
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from reelmill.errors import Refused
from reelmill.http import AddressGone, Fetched, Fetcher, TooLarge
from reelmill.pipelines.stories.settings import StoriesSettings

#: The name by which sites know this program in their `robots.txt`.
AGENT: Final = "reelmill"

#: Most that a `robots.txt` may be, in bytes; more than RFC 9309 asks for.
MAX_ROBOTS_BYTES: Final = 1_000_000

#: Seconds for a page, and for the rules of its site.
PAGE_S, ROBOTS_S = 60.0, 20.0

#: Bytes of a megabyte.
MB: Final = 1_000_000

#: Longest address that is one. Source: RFC 9110, 4.1, asks for 8000 at least.
MAX_ADDRESS: Final = 8000

_ADDRESS = re.compile(r"https?://[^\s<>\"'`|\\^{}]+", re.IGNORECASE)

#: What stands behind an address in prose and is no part of it.
_BEHIND = ".,;:!?…"


class KeptOut(Refused):
    """The site does not want programs to read that page."""


class Robots:
    """The rules of sites, each asked for once. For one round of fetching.

    Args:
        fetcher: Fetches them.
    """

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._rules: dict[str, RobotFileParser] = {}

    def check(self, url: str) -> None:
        """Let pass what a site lets programs read.

        Raises:
            KeptOut: it does not.
            FetchFailed: its rules cannot be had now; then nothing of it may be read.
        """
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self._rules:
            self._rules[site] = self._read(f"{site}/robots.txt")
        if not self._rules[site].can_fetch(AGENT, url):
            raise KeptOut(url=url)

    def _read(self, address: str) -> RobotFileParser:
        rules = RobotFileParser()
        try:
            told = self._fetcher.read(address, max_bytes=MAX_ROBOTS_BYTES, timeout_s=ROBOTS_S)
        except AddressGone:
            told = b""
        except TooLarge:
            told = b"User-agent: *\nDisallow: /"
        rules.parse(told.decode("utf-8-sig", "replace").splitlines())
        return rules


def addresses_in(text: str) -> tuple[str, ...]:
    """The addresses in a text, each once, in order.

    >>> addresses_in("See https://a.example/x, and (http://b.example/y_(z)).")
    ('https://a.example/x', 'http://b.example/y_(z)')
    """
    found = (one for one in _ADDRESS.findall(text) if len(one) <= MAX_ADDRESS)
    return tuple(dict.fromkeys(_bare(one) for one in found))


def _bare(found: str) -> str:
    """Without what belongs to the sentence around it."""
    address = found.rstrip(_BEHIND)
    for opening, closing in ("()", "[]"):
        while address.endswith(closing) and address.count(closing) > address.count(opening):
            address = address[:-1].rstrip(_BEHIND)
    return address


def fetch_page(
    address: str, fetcher: Fetcher, settings: StoriesSettings, robots: Robots
) -> Fetched:
    """Fetch a page, asking its site, and every site that it leads on to.

    Raises:
        KeptOut: a site does not want it.
        ReelmillError: another leaf, as `Fetcher.read`.
    """
    return fetcher.fetch(
        address,
        max_bytes=int(settings.max_page_mb * MB),
        timeout_s=PAGE_S,
        may_visit=robots.check,
    )
