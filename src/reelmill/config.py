"""`reelmill.toml`, then `REELMILL_*` variables -> one frozen Settings. Read once, by cli or web."""

import os
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from reelmill.errors import Refused

Encoder = Literal["auto", "libx264", "h264_nvenc", "h264_qsv", "h264_videotoolbox"]


class BadSettings(Refused):
    """The settings cannot be used."""


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

    log_format: Literal["auto", "console", "json"] = "auto"
    """`auto` writes for people on a terminal and JSON elsewhere."""

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
