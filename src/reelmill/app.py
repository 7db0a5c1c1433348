"""Settings -> live services. Nothing else in the system opens a connection."""

import secrets
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pydantic import BaseModel, ValidationError

from reelmill.accounts.office import Accounts
from reelmill.catalog.database import Catalog, open_catalog
from reelmill.children import Children
from reelmill.config import BadSettings, Settings
from reelmill.engine.durable import Durable
from reelmill.engine.lifecycle import Jobs
from reelmill.http import Fetcher
from reelmill.media.ffmpeg import Ffmpeg
from reelmill.pipeline import Pipeline
from reelmill.pipelines import migrations, names, part
from reelmill.services import Services
from reelmill.storage.objects import open_store
from reelmill.storage.sealing import Sealer
from reelmill.storage.signing import Signer

#: Bytes of the secret that signs expiring links and seals other secrets.
SECRET_BYTES = 32


@dataclass(frozen=True, kw_only=True)
class App:
    """One process's share of the system: what was asked for, live."""

    settings: Settings
    """What the operator chose."""

    services: Services
    """What steps may reach."""

    jobs: Jobs
    """The one desk for jobs: submit, find, cancel, retry, explain."""

    accounts: Accounts
    """The one desk for accounts: who asks; users, keys and sessions."""

    pipelines: dict[str, Pipeline[Any, Any]]
    """Usable pipelines, by name."""

    broken: dict[str, str]
    """Pipelines whose settings section cannot be used, and why."""

    @contextmanager
    def node(self, pipelines: Collection[str] = ()) -> Iterator[None]:
        """Work on jobs in this process until the block ends, then drain; Ctrl-C does not wait.

        Args:
            pipelines: Those whose jobs are taken; empty is all.
        """
        drain_s = self.settings.drain_s
        self.jobs.start(pipelines)
        try:
            yield
        except KeyboardInterrupt:
            drain_s = 0
            raise
        finally:
            self.jobs.stop(drain_s)

    def __enter__(self) -> Self:
        """Live since `build`."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close what `build` opened."""
        self.jobs.close()
        self.services.children.close()
        self.services.http.close()
        self.services.catalog.close()


def build(settings: Settings) -> App:
    """Open everything, bring the tables up to date, and hand it over.

    Raises:
        BadSettings: a URL or a path that cannot be used.
        Unavailable: database or store do not answer.
    """
    catalog = open_catalog(settings.database)
    catalog.migrate(migrations())
    pipelines, chosen, broken = _configure(settings)
    works = [pipeline.run.body.__module__ for pipeline in pipelines.values()]
    services = open_services(settings, catalog, chosen, prepare=works)
    return App(
        settings=settings,
        services=services,
        jobs=Jobs(services, Durable(settings, catalog), pipelines),
        accounts=open_accounts(settings, services),
        pipelines=pipelines,
        broken=broken,
    )


def open_accounts(settings: Settings, here: Services) -> Accounts:
    """The desk for accounts, with the identity provider that the operator chose."""
    chosen = settings.accounts
    if not chosen.takes_tokens:
        return Accounts(here.catalog, here.clock)
    # Cryptography that most installations never need.
    from reelmill.accounts.jwks import KeySet  # noqa: PLC0415
    from reelmill.accounts.tokens import Published, Secret, Tokens  # noqa: PLC0415

    opener = (
        Published(KeySet(chosen.jwks_url))
        if chosen.jwks_url
        else Secret(chosen.jwt_secret.get_secret_value())
    )
    return Accounts(here.catalog, here.clock, Tokens(opener, chosen))


def open_services(
    settings: Settings, catalog: Catalog, chosen: dict[str, Any], *, prepare: Iterable[str] = ()
) -> Services:
    """What steps may reach, from what the operator chose; children import `prepare` at once."""
    secret = _secret(settings)
    return Services(
        store=open_store(settings.store),
        catalog=catalog,
        signer=Signer(secret),
        sealer=Sealer(secret),
        ffmpeg=Ffmpeg(settings.ffmpeg, encoder=settings.encoder),
        http=Fetcher(settings.fetch_allow_networks),
        children=Children(
            settings.children,
            prepare=prepare,
            log_level=settings.log_level,
            log_form=settings.log_format,
        ),
        clock=lambda: datetime.now(UTC),
        scratch_root=settings.home / "scratch",
        pipeline_settings=chosen,
        public_url=settings.public_url,
    )


@cache
def installed() -> tuple[Pipeline[Any, Any], ...]:
    """All pipelines, by name. Importing them is what makes their workflows known."""
    return tuple(part(name, "pipeline").PIPELINE for name in names())


def _configure(
    settings: Settings,
) -> tuple[dict[str, Pipeline[Any, Any]], dict[str, BaseModel], dict[str, str]]:
    """Validate every section; a broken one stops its pipeline, not the system."""
    usable: dict[str, Pipeline[Any, Any]] = {}
    chosen: dict[str, BaseModel] = {}
    broken: dict[str, str] = {}
    for pipeline in installed():
        try:
            section = settings.pipelines.get(pipeline.name, {})
            chosen[pipeline.name] = pipeline.settings.model_validate(section)
            usable[pipeline.name] = pipeline
        except ValidationError as error:
            broken[pipeline.name] = "; ".join(problem["msg"] for problem in error.errors())
    return usable, chosen, broken


def _secret(settings: Settings) -> bytes:
    """The operator's key, or one of this machine's own, made at the first start."""
    if given := settings.secret_key.get_secret_value():
        return given.encode()
    path = settings.home / "secret"
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        _make_once(path)
        return path.read_bytes()
    except OSError as error:
        raise BadSettings(
            setting="home", path=str(path), problem=error.strerror, hint="Choose a folder of yours."
        ) from error


def _make_once(path: Path) -> None:
    """Two first starts at once agree on one secret: the link exists or it does not."""
    if path.exists():
        return
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    draft.write_bytes(secrets.token_bytes(SECRET_BYTES))
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
