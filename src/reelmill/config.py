"""`reelmill.toml`, then `REELMILL_*` variables -> one frozen Settings. Read once, by cli or web."""

import os
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from reelmill.errors import Refused

Encoder = Literal["auto", "libx264", "h264_nvenc", "h264_qsv", "h264_videotoolbox"]


#: Bytes that a secret for HS256 must have: RFC 7518, section 3.2.
LEAST_SECRET_BYTES: Final = 32


class BadSettings(Refused):
    """The settings cannot be used."""


class AccountsSettings(BaseModel):
    """`[accounts]`: an identity provider whose tokens are accepted beside our own accounts."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    jwt_secret: SecretStr = SecretStr("")
    """Secret shared with the provider: its tokens are signed by HS256. At least 32 bytes."""

    jwks_url: str = ""
    """Where the provider publishes its keys: its tokens are signed by RS256 or ES256."""

    jwt_issuer: str = ""
    """What `iss` of a token must be; empty takes any."""

    jwt_audience: str = ""
    """What `aud` of a token must hold; needed with `jwks_url`, whose keys sign for others too."""

    jwt_user_claim: str = Field(default="sub", min_length=1)
    """The claim that names the user."""

    jwt_leeway_s: float = Field(default=30.0, ge=0, le=600)
    """Seconds that the provider's clock may be off."""

    @property
    def takes_tokens(self) -> bool:
        """Whether tokens of an identity provider count."""
        return bool(self.jwks_url or self.jwt_secret.get_secret_value())

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        secret = self.jwt_secret.get_secret_value()
        if secret and self.jwks_url:
            raise ValueError("give jwt_secret or jwks_url, not both")
        if secret and len(secret.encode()) < LEAST_SECRET_BYTES:
            raise ValueError(f"jwt_secret needs {LEAST_SECRET_BYTES} bytes at least")
        if self.jwks_url and not self.jwt_audience:
            raise ValueError("jwks_url needs jwt_audience")
        if self.jwks_url and not _is_safe_to_trust(self.jwks_url):
            raise ValueError("jwks_url must be https, or http on this machine")
        return self


def is_loopback(host: str) -> bool:
    """Whether an address is reachable from this machine alone.

    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _is_safe_to_trust(url: str) -> bool:
    """Whether nobody on the way can change what is fetched."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return bool(host) and (
        parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
    )


class Settings(BaseSettings):
    """Everything that an operator may choose; each has a default that works on a laptop."""

    model_config = SettingsConfigDict(
        env_prefix="REELMILL_",
        env_nested_delimiter="__",
        toml_file="reelmill.toml",
        frozen=True,
        extra="forbid",
    )

    home: Path = Field(default=Path("reelmill-data"))
    """Folder for what is kept on this machine: database, store and secret, unless set apart."""

    database_url: str = ""
    """Empty for SQLite in `home`, or `postgresql://user@host/name` for many machines."""

    store_url: str = ""
    """Empty for a folder in `home`, a path, or `s3://bucket/prefix`."""

    host: str = "127.0.0.1"
    """Address that `serve` listens on."""

    port: int = Field(default=8040, ge=0, le=65535)
    """Port that `serve` listens on; 0 takes a free one."""

    public_url: str = Field(default="", pattern=r"^(https?://[^\s?#]+[^\s?#/])?$")
    """Address of `serve` for others, as `https://films.example`: links in webhooks begin so."""

    secret_key: SecretStr = SecretStr("")
    """Signs expiring links; empty makes one in `home` at the first start."""

    ffmpeg: Path | None = None
    """An ffmpeg of your own; empty takes the one that came with the install."""

    encoder: Encoder = "auto"
    """Video encoder for transcodes; `auto` takes the first that encodes one frame."""

    children: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1, le=256)
    """Render children that this node keeps warm: jobs that truly run at once."""

    beat_s: float = Field(default=5.0, gt=0)
    """Seconds between two heartbeats of a node."""

    node_ttl_s: float = Field(default=30.0, gt=0)
    """A node whose last beat is older than this is dead, and its jobs are taken over."""

    drain_s: float = Field(default=60.0, ge=0)
    """Seconds that running jobs get to finish after SIGTERM."""

    keep_days: int = Field(default=30, ge=1)
    """Days that the engine's own records of ended runs are kept."""

    fetch_allow_networks: tuple[str, ...] = ()
    """Private networks, as `10.1.0.0/16`, that addresses of strangers may lead to all the same."""

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """Least level that is logged."""

    log_format: Literal["auto", "console", "json", "spec"] = "auto"
    """`auto` writes for people on a terminal and JSON elsewhere; `spec` as studios asked for."""

    accounts: AccountsSettings = Field(default_factory=AccountsSettings)
    """`[accounts]`: who may ask, beside the users added by `reelmill users add`."""

    pipelines: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """`[pipelines.<name>]`: validated by that pipeline's own model."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments win over variables, variables over the file."""
        return (init_settings, env_settings, TomlConfigSettingsSource(settings_cls))

    @property
    def database(self) -> str:
        """The database that is really used, as a SQLAlchemy URL."""
        if self.database_url:
            return self.database_url.replace("postgresql://", "postgresql+psycopg://", 1)
        return f"sqlite:///{(self.home / 'reelmill.db').absolute()}"

    @property
    def store(self) -> str:
        """The store that is really used, as a URL."""
        if not self.store_url:
            return (self.home / "store").absolute().as_uri()
        if "://" in self.store_url:
            return self.store_url
        return Path(self.store_url).absolute().as_uri()


def read_settings(**given: Any) -> Settings:
    """Read file and environment; what the caller gives wins.

    Raises:
        BadSettings: a value of the wrong kind, or a name that does not exist.
    """
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise BadSettings(
            setting=name, problem=first["msg"], hint="See `reelmill doctor --help`."
        ) from error
    except ValueError as error:
        raise BadSettings(problem=str(error), hint="Check reelmill.toml.") from error
