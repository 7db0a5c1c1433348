"""How the film of a board looks beside its scenes: what is wished, and what is settled. Pure."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

#: What names an upload.
AssetId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]

#: Longest fade, in seconds.
MAX_FADE_S: Final = 3

#: Seconds over which a film goes into black at its end, unless something else is asked for.
USUAL_FADE_OUT_S: Final = Decimal(1)

#: Seconds of a fade, exact; a number in JSON.
FadeSeconds = Annotated[
    Decimal,
    Field(ge=0, le=MAX_FADE_S, decimal_places=2),
    PlainSerializer(float, return_type=float, when_used="json"),
]


class Corner(StrEnum):
    """Where in the picture something lies."""

    TOP_LEFT = "top_left"
    TOP_RIGHT = "top_right"
    BOTTOM_LEFT = "bottom_left"
    BOTTOM_RIGHT = "bottom_right"

    @property
    def is_left(self) -> bool:
        """Whether it lies at the left edge."""
        return self.value.endswith("left")

    @property
    def is_top(self) -> bool:
        """Whether it lies at the upper edge."""
        return self.value.startswith("top")


class Resolution(StrEnum):
    """How large a film is: lines of its shorter side."""

    P720 = "720p"
    P1080 = "1080p"
    P2160 = "2160p"

    @property
    def lines(self) -> int:
        """Pixels of the shorter side.

        >>> Resolution.P720.lines
        720
        """
        return int(self.value.removesuffix("p"))


class Watermark(BaseModel):
    """A picture that lies over the whole film."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    asset_id: AssetId
    """The uploaded picture; what one sees through stays clear."""

    corner: Corner = Corner.BOTTOM_RIGHT
    """Where it lies."""

    width_share: Annotated[float, Field(ge=0.02, le=0.5)] = 0.12
    """Its width, as a share of the film's."""

    opacity: Annotated[float, Field(ge=0.05, le=1)] = 0.8
    """How little one sees through it; 1 leaves the picture as it is."""

    margin_share: Annotated[float, Field(ge=0, le=0.2)] = 0.04
    """Its distance from both edges, as a share of the film's shorter side."""


class LooksWish(BaseModel):
    """How a film is to look. What is not given is as usual, or stays as it is."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        use_attribute_docstrings=True,
        json_schema_extra={"examples": [{"fade_out_s": 2, "watermark": {"asset_id": "0" * 32}}]},
    )

    fade_in_s: FadeSeconds | None = None
    """Seconds over which picture and sound come out of black; then the first scene's transition is
    left out."""

    fade_out_s: FadeSeconds | None = None
    """Seconds over which picture and sound go into black at the end; 1 unless given."""

    watermark: Watermark | None = None
    """A picture over the whole film; null for none."""

    resolution: Resolution | None = None
    """How large it is; 1080p unless given. Pictures that are drawn afterwards are as large."""

    @property
    def are_chosen(self) -> bool:
        """Whether something is wished that a film has not by itself."""
        return PLAIN.changed(self) != PLAIN

    @property
    def asset_ids(self) -> tuple[str, ...]:
        """The uploads that it names."""
        return (self.watermark.asset_id,) if self.watermark else ()

    @property
    def told(self) -> dict[str, Any]:
        """What was given: null is something only of the watermark."""
        given = {"watermark"} & self.model_fields_set
        return {
            name: value
            for name in LooksWish.model_fields
            if (value := getattr(self, name)) is not None or name in given
        }


class Looks(BaseModel):
    """How a film looks."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    fade_in_s: FadeSeconds = Decimal(0)
    """Seconds over which picture and sound come out of black."""

    fade_out_s: FadeSeconds = Decimal(0)
    """Seconds over which picture and sound go into black at the end."""

    watermark: Watermark | None = None
    """A picture over the whole film; null for none."""

    resolution: Resolution = Resolution.P1080
    """How large it is."""

    @property
    def are_chosen(self) -> bool:
        """Whether somebody chose them: then no video model may be asked, which knows of no looks.

        >>> USUAL.are_chosen, Looks(fade_in_s=Decimal(1)).are_chosen
        (False, True)
        """
        return self not in {PLAIN, USUAL}

    def changed(self, wish: LooksWish) -> "Looks":
        """The same as it is wished; what is not given stays.

        >>> USUAL.changed(LooksWish(fade_in_s=Decimal(2))).fade_in_s
        Decimal('2')
        """
        return self.model_copy(update=wish.told)


#: Those of a film that a video model makes, and of boards from before there were any.
PLAIN: Final = Looks()

#: Those of a film that is made here, unless something else is asked for.
USUAL: Final = Looks(fade_out_s=USUAL_FADE_OUT_S)


def looks_of(wish: LooksWish, *, made_here: bool) -> Looks:
    """Those of a new board.

    >>> looks_of(LooksWish(), made_here=True) == USUAL
    True
    """
    return (USUAL if made_here else PLAIN).changed(wish)
