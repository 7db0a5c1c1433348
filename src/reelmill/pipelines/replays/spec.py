"""What is asked of the replays, what comes back, and what can be wrong with a file. Pure."""

import re
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from reelmill.engine.words import ArtifactMade
from reelmill.errors import BadMedia
from reelmill.units import StoreKey

#: Frames per second of a video, unless asked otherwise.
DEFAULT_FPS = 30

#: Seconds that one round is shown, unless asked otherwise. Source: pace of the web viewer.
DEFAULT_SECONDS_PER_ROUND = 0.5

ProfileName = Literal["720p", "1080p", "vertical"]
Theme = Literal["light", "dark"]

#: Letters of a game id: safe in a path, a URL and a job id. No dot, for a dot starts the variant.
GameId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$")]

_STEM = re.compile(r"^(?:snake_game_)?(.*?)(?:_replay)?(?:\.json)?$", re.DOTALL | re.IGNORECASE)


class NotAReplay(BadMedia):
    """This is not a game replay."""

    @property
    def message(self) -> str:
        """One line: the sentence, the reason, the file."""
        return _one_line(self.title, self.facts)


class BrokenReplay(BadMedia):
    """The replay cannot be shown."""

    @property
    def message(self) -> str:
        """One line: the sentence, the place, the reason, the file."""
        return _one_line(self.title, self.facts)


def _one_line(title: str, facts: dict[str, Any]) -> str:
    told = (title.rstrip("."), facts.get("where"), facts.get("problem"))
    line = ": ".join(str(part) for part in told if part)
    return " ".join((f"{line} [{facts['file']}]" if facts.get("file") else line).split())


class ReplaySpec(BaseModel):
    """One video of one game.

    The game is named by exactly one of `replay_key`, `replay_url` and `replay`.

    >>> ReplaySpec(replay_key="inbox/snake_game_0a1b.json", theme="dark").key
    '0a1b.dark'
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    game_id: GameId
    """Names the video; without it, the id in the document or the name of the file is taken."""

    replay_key: StoreKey | None = Field(default=None, min_length=1, max_length=1024)
    """Where the replay lies in the store."""

    replay_url: str | None = Field(default=None, pattern=r"^https?://\S+$", max_length=2048)
    """Where the replay can be fetched."""

    replay: dict[str, Any] | None = None
    """The replay itself."""

    profile: ProfileName = "720p"
    """Size and encoding of the video."""

    theme: Theme = "light"
    """Colours of the page."""

    fps: int = Field(default=DEFAULT_FPS, ge=10, le=60)
    """Frames per second, a whole number."""

    seconds_per_round: float = Field(default=DEFAULT_SECONDS_PER_ROUND, ge=0.1, le=10)
    """How long one round is shown; milliseconds count."""

    @model_validator(mode="before")
    @classmethod
    def _name_the_game(cls, asked: Any) -> Any:
        if not isinstance(asked, dict) or asked.get("game_id"):
            return asked
        return {**asked, "game_id": _found_id(asked)}

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        sources = (self.replay_key, self.replay_url, self.replay)
        if sum(source is not None for source in sources) != 1:
            raise ValueError("give exactly one of replay_key, replay_url and replay")
        return self

    @property
    def variant(self) -> str:
        """What differs from the default look, empty when nothing does.

        >>> ReplaySpec(game_id="a", replay_key="a.json", profile="vertical", fps=60).variant
        'vertical-60fps'
        """
        round_ms = round(self.seconds_per_round * 1000)
        parts = {
            self.profile: self.profile != "720p",
            self.theme: self.theme != "light",
            f"{self.fps}fps": self.fps != DEFAULT_FPS,
            f"{round_ms}ms": round_ms != round(DEFAULT_SECONDS_PER_ROUND * 1000),
        }
        return "-".join(part for part, differs in parts.items() if differs)

    @property
    def key(self) -> str:
        """The natural key: one video, one key."""
        return f"{self.game_id}.{self.variant}" if self.variant else self.game_id


class ReplayResult(BaseModel):
    """The finished video of one game."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    game_id: str
    """The game."""

    video_key: StoreKey
    """Where the video lies."""

    poster_key: StoreKey
    """Where its still picture lies."""

    frames: int
    """Decoded frames, cards included."""

    duration_s: float
    """Seconds, from the decoded frames."""

    size_bytes: int
    """Size of the video."""

    rounds: int
    """Rounds shown, the fatal one included."""

    repairs: tuple[str, ...] = ()
    """What had to be repaired in the document, one sentence each."""

    artifacts: tuple[ArtifactMade, ...] = ()
    """The files, to be recorded when the job completes."""


def game_id_of(file_name: str) -> str:
    """The id of a game, from the name of its replay file.

    >>> game_id_of("backend/completed_games/snake_game_97c1dad4-3905.json")
    '97c1dad4-3905'
    """
    name = re.split(r"[/\\]", file_name)[-1].partition("?")[0]
    found = _STEM.match(name)
    stem = found.group(1) if found else name
    return re.sub(r"[^A-Za-z0-9_-]+", "-", stem).strip("-_")[:128]


def _found_id(asked: dict[Any, Any]) -> Any:
    document = asked.get("replay")
    if isinstance(document, dict):
        for block, field in (("game", "id"), ("metadata", "game_id")):
            inner = document.get(block)
            if isinstance(inner, dict) and isinstance(inner.get(field), str):
                return game_id_of(inner[field])
    return game_id_of(str(asked.get("replay_key") or asked.get("replay_url") or ""))
