"""A dropped link -> the text of the pages behind it, in chunks, beside the voices of its story."""

from dataclasses import replace
from datetime import timedelta
from typing import Final, NamedTuple

from reelmill.errors import ReelmillError, Unavailable
from reelmill.pipelines.stories.intake.claim import let_go
from reelmill.pipelines.stories.intake.links import Robots, addresses_in, fetch_page
from reelmill.pipelines.stories.intake.pages import Page, page_in
from reelmill.pipelines.stories.intake.readers import read_in_child
from reelmill.pipelines.stories.keys import Layout, RawFile, scanned_chunk
from reelmill.pipelines.stories.records import Asset, Chunk
from reelmill.pipelines.stories.settings import settings_of
from reelmill.pipelines.stories.spec import NotReadable
from reelmill.pipelines.stories.tables import assets, chunks
from reelmill.pipelines.stories.text import chunked
from reelmill.pipelines.stories.words import count_words
from reelmill.services import Services

#: Largest file of addresses, in bytes.
MAX_LINK_BYTES: Final = 1_000_000

#: Most addresses of one file.
MAX_ADDRESSES: Final = 100

#: How long a site that does not answer is asked again before its page is given up.
PATIENCE: Final = timedelta(hours=24)

#: Longest wait before it is asked again; until then, as long as was waited already.
LONGEST_WAIT: Final = timedelta(hours=1)

#: Seconds that taking the text out of a page may take.
PAGE_LIMIT_S: Final = 600.0


class _Followed(NamedTuple):
    """What came of an address."""

    address: str
    page: Page | None
    error: ReelmillError | None


class _Text(NamedTuple):
    """A chunk of a page."""

    address: str
    title: str
    text: str


def follow(here: Services, asset: Asset) -> None:
    """Fetch what a link leads to, and record its text; the link's own row is there already.

    Raises:
        Unavailable: a site does not answer now.
        ReelmillError: there is no address in it, or text behind none; it is forgotten then.
    """
    try:
        _see_its_time(here, asset)
        followed = _followed(here, asset)
        _see_any(followed, in_time=here.clock() - asset.created_at < PATIENCE)
    except Unavailable:
        raise
    except ReelmillError:
        let_go(here, asset)
        raise
    _record(here, asset, followed)


def _see_its_time(here: Services, asset: Asset) -> None:
    """A site that did not answer is left alone for as long as was waited already."""
    waited = asset.updated_at - asset.created_at
    if here.clock() < asset.updated_at + min(waited, LONGEST_WAIT):
        raise Unavailable(path=asset.raw_path, problem="a site did not answer; asked again later")
    with here.catalog.begin() as conn:
        assets.rewrite(conn, replace(asset, updated_at=here.clock()))


def _followed(here: Services, asset: Asset) -> list[_Followed]:
    raw = here.store.read(Layout(settings_of(here).root).key(asset.raw_path), MAX_LINK_BYTES)
    addresses = addresses_in(raw.decode("utf-8-sig", "replace"))
    if not addresses:
        raise NotReadable(problem="there is no address in it")
    if len(addresses) > MAX_ADDRESSES:
        raise NotReadable(problem="too many addresses", found=len(addresses), limit=MAX_ADDRESSES)
    robots = Robots(here.http)
    return [_page(here, address, robots) for address in addresses]


def _page(here: Services, address: str, robots: Robots) -> _Followed:
    try:
        fetched = fetch_page(address, here.http, settings_of(here), robots)
        return _Followed(address, read_in_child(here, page_in, fetched, limit_s=PAGE_LIMIT_S), None)
    except ReelmillError as error:
        return _Followed(address, None, error)


def _see_any(followed: list[_Followed], *, in_time: bool) -> None:
    """Let pass what gave some text, and has nothing more to come.

    Raises:
        Unavailable: a site may answer later.
        ReelmillError: why the first address gave no text, when none did.
    """
    errors = [one.error for one in followed if one.error is not None]
    later = [error for error in errors if isinstance(error, Unavailable)]
    if later and in_time:
        raise later[0]
    if len(errors) == len(followed):
        raise NotReadable(problem=errors[0].message) if errors[0] in later else errors[0]


def _record(here: Services, asset: Asset, followed: list[_Followed]) -> None:
    """Write the rows of the text, then the text."""
    told = [text for one in followed for text in _texts(one)]
    note = "; ".join(f"{one.address}: {one.error.message}" for one in followed if one.error)
    with here.catalog.begin() as conn:
        assets.hold(conn)
        before = chunks.of_link(conn, asset.id)
        chunks.replace(conn, asset.id, [])
        first = chunks.next_number(conn, asset.category, asset.story)
        new = [_chunk(here, asset, first + at, one) for at, one in enumerate(told)]
        chunks.replace(conn, asset.id, new)
        assets.rewrite(conn, replace(asset, facts=replace(asset.facts, note=note)))
    for key in {chunk.key for chunk in before} - {chunk.key for chunk in new}:
        here.store.delete(key)
    for chunk, one in zip(new, told, strict=True):
        here.store.put_bytes(chunk.key, one.text.encode())


def _texts(one: _Followed) -> list[_Text]:
    if one.page is None:
        return []
    return [_Text(one.address, one.page.title, text) for text in chunked(one.page.text)]


def _chunk(here: Services, asset: Asset, number: int, one: _Text) -> Chunk:
    layout = Layout(settings_of(here).root)
    raw = RawFile(asset.kind, asset.category, asset.story, asset.name)
    return Chunk(
        key=layout.key(scanned_chunk(raw, number)),
        asset_id=asset.id,
        category=asset.category,
        story=asset.story,
        number=number,
        title=one.title,
        address=one.address,
        words=count_words(one.text),
    )
