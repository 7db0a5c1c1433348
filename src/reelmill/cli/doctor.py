"""`reelmill doctor`: each thing that the work leans on, tried out; and what to do about it."""

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Final

import typer
from pydantic import ValidationError

from reelmill.accounts import jwks
from reelmill.app import installed
from reelmill.catalog import accounts, nodes
from reelmill.catalog.database import open_catalog
from reelmill.children import Children
from reelmill.cli.words import FAILED, OK, examples
from reelmill.config import Settings, is_loopback
from reelmill.desk import Desk
from reelmill.errors import ReelmillError
from reelmill.media import fonts
from reelmill.media.encode import encode_held
from reelmill.media.ffmpeg import Ffmpeg
from reelmill.media.profiles import profile
from reelmill.media.raster import Held, blank
from reelmill.media.verify import verify
from reelmill.storage.objects import open_store
from reelmill.units import StoreKey

#: Free bytes under which nothing works, and under which somebody should look.
LEAST_FREE_BYTES: Final = 500_000_000
FEW_FREE_BYTES: Final = 5_000_000_000

#: Seconds that the clocks of two machines may be apart: leases are counted in fives of them.
CLOCKS_APART_S: Final = 2.0

#: Seconds in which a child must have started and answered.
CHILD_S: Final = 30.0


class Health(StrEnum):
    """How something is."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


STYLES: Final = {Health.OK: "green", Health.WARN: "yellow", Health.FAIL: "red"}


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that was tried out."""

    name: str
    """What."""

    health: Health
    """How it is."""

    found: str
    """What was seen, one line."""

    advice: str = ""
    """What to do; empty when nothing needs doing."""


def add_to(whole: typer.Typer) -> None:
    """Mount the command of this room."""
    whole.command(epilog=examples("reelmill doctor", "reelmill doctor --json"))(doctor)


def doctor(
    context: typer.Context,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for a script.")] = False,
) -> None:
    """Try out everything that the work leans on.

    Looks at settings, database, clock, accounts, store, ffmpeg, encoders, fonts, disk and
    children, and says what to do about what fails. Ends with 1 when something fails; warnings
    do not count.
    """
    desk: Desk = context.obj()
    checks = []
    for check in examined(desk.settings):
        checks.append(check)
        if not as_json:
            desk.terminal.line(
                f"{check.health.value:4}  {check.name}: {check.found}", STYLES[check.health]
            )
            if check.advice:
                desk.terminal.line(f"      {check.advice}")
    if as_json:
        desk.terminal.document({"checks": [asdict(check) for check in checks]})
    raise typer.Exit(FAILED if any(check.health is Health.FAIL for check in checks) else OK)


def examined(read: Callable[[], Settings]) -> Iterator[Check]:
    """Every check, one after the other; the rest needs the settings."""
    try:
        settings = read()
    except ReelmillError as error:
        yield _failed("settings", error)
        return
    yield from _settings(settings)
    for name, check in (
        ("disk", _disk),
        ("database", _database),
        ("accounts", _accounts),
        ("store", _store),
        ("ffmpeg", _ffmpeg),
        ("encoder", _encoder),
        ("frames", _frames),
        ("children", _children),
    ):
        try:
            yield from check(settings)
        except ReelmillError as error:
            yield _failed(name, error)
    yield from _fonts()


def _failed(name: str, error: ReelmillError) -> Check:
    return Check(name=name, health=Health.FAIL, found=error.message, advice=error.hint)


def _ok(name: str, found: str) -> Check:
    return Check(name=name, health=Health.OK, found=found)


def _settings(settings: Settings) -> Iterator[Check]:
    file = Path("reelmill.toml")
    yield _ok("settings", f"{file.absolute() if file.is_file() else 'no reelmill.toml here'}")
    for pipeline in installed():
        try:
            pipeline.settings.model_validate(settings.pipelines.get(pipeline.name, {}))
        except ValidationError as error:
            yield Check(
                name=f"pipelines.{pipeline.name}",
                health=Health.WARN,
                found=error.errors()[0]["msg"],
                advice=f"Mend the section [pipelines.{pipeline.name}]; until then it is off.",
            )


def _disk(settings: Settings) -> Iterator[Check]:
    place = settings.home.absolute()
    while not place.exists():
        place = place.parent
    if not os.access(place, os.W_OK):
        yield Check(
            name="home",
            health=Health.FAIL,
            found=f"{place} may not be written",
            advice="Choose a folder of yours with --home or REELMILL_HOME.",
        )
    free = shutil.disk_usage(place).free
    health = Health.OK if free >= FEW_FREE_BYTES else Health.WARN
    yield Check(
        name="disk",
        health=Health.FAIL if free < LEAST_FREE_BYTES else health,
        found=f"{free / 1e9:.1f} GB free for {settings.home}",
        advice="" if health is Health.OK else "Make room, or choose another --home.",
    )


def _database(settings: Settings) -> Iterator[Check]:
    catalog = open_catalog(settings.database)
    with closing(catalog):
        catalog.migrate()
        before = datetime.now(UTC)
        with catalog.begin() as conn:
            there = nodes.now(conn)
        apart_s = (there - before).total_seconds()
        yield _ok("database", catalog.shown_url)
    close = abs(apart_s) <= CLOCKS_APART_S
    yield Check(
        name="clock",
        health=Health.OK if close else Health.FAIL,
        found=f"{abs(apart_s):.1f} s from the clock of the database",
        advice="" if close else "Let both machines keep time by NTP.",
    )


def _accounts(settings: Settings) -> Iterator[Check]:
    """Whether callers must say who they are, and whether the identity provider answers."""
    try:
        with closing(open_catalog(settings.database)) as catalog, catalog.read() as conn:
            users = accounts.all_users(conn)
    except ReelmillError:
        return  # the check of the database has said so
    provider = settings.accounts.takes_tokens
    if not users and not provider:
        yield _nobody(settings)
        return
    welcome = sum(user.disabled_at is None for user in users)
    found = f"set up: {welcome} enabled users" + (", an identity provider" if provider else "")
    yield _ok("accounts", found)
    if settings.accounts.jwks_url:
        keys = jwks.fetch(settings.accounts.jwks_url)
        yield _ok("jwks_url", f"{len(keys)} keys at {settings.accounts.jwks_url}")


def _nobody(settings: Settings) -> Check:
    near = is_loopback(settings.host)
    return Check(
        name="accounts",
        health=Health.OK if near else Health.FAIL,
        found=f"not set up: one local user, and only this machine is answered ({settings.host})",
        advice="" if near else "`reelmill users add NAME --operator`, or listen on 127.0.0.1.",
    )


def _store(settings: Settings) -> Iterator[Check]:
    store = open_store(settings.store)
    store.check()
    key, probe = StoreKey(f"probes/{secrets.token_hex(8)}"), secrets.token_bytes(64)
    store.put_bytes(key, probe)
    try:
        same = store.read(key) == probe
    finally:
        store.delete(key)
    yield Check(
        name="store",
        health=Health.OK if same else Health.FAIL,
        found=store.url if same else f"{store.url} gives back something else than was put in",
        advice="" if same else "Look at what stands between this machine and the store.",
    )


def _ffmpeg(settings: Settings) -> Iterator[Check]:
    ffmpeg = Ffmpeg(settings.ffmpeg)
    yield _ok("ffmpeg", f"{ffmpeg.version()} ({ffmpeg.path})")


def _encoder(settings: Settings) -> Iterator[Check]:
    chosen = Ffmpeg(settings.ffmpeg).choose_encoder(settings.encoder)
    yield _ok("encoder", f"{chosen} encodes (asked for: {settings.encoder})")


def _frames(_settings: Settings) -> Iterator[Check]:
    """The frame encoder and the decoder that verifies, on two frames."""
    shape = profile("720p")
    with TemporaryDirectory() as folder:
        video = Path(folder) / "probe.mp4"
        encode_held([Held(blank(shape.size), 2)], video, shape)
        seen = verify(video, shape, frames=2)
    yield _ok("frames", f"{seen.frames} frames of {shape.name} encoded and decoded")


def _children(_settings: Settings) -> Iterator[Check]:
    children = Children(1)
    try:
        pid = children.run(os.getpid, timeout_s=CHILD_S)
    finally:
        children.close()
    yield _ok("children", f"a child started and answered (process {pid})")


def _fonts() -> Iterator[Check]:
    if not fonts.shapes_scripts():
        yield Check(
            name="fonts",
            health=Health.WARN,
            found="letters cannot be joined or reordered here",
            advice="Install a Pillow that has Raqm; the wheels of Linux and macOS do.",
        )
    covered = fonts.coverage()
    for script in covered:
        if not script.font:
            yield Check(
                name="fonts",
                health=Health.WARN,
                found=f"no font for {script.script}",
                advice=f"Install {script.package}.",
            )
    yield _ok("fonts", f"{sum(bool(each.font) for each in covered)} of {len(covered)} scripts")
