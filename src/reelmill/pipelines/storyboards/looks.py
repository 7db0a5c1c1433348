"""How the film of a board looks beside its scenes: what is wished, and what is settled. Pure."""

from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

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


class LooksWish(BaseModel):
    """How a film is to look. What is not given is as usual, or stays as it is."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        use_attribute_docstrings=True,
        json_schema_extra={"examples": [{"fade_in_s": 0.5, "fade_out_s": 2}]},
    )

    fade_in_s: FadeSeconds | None = None
    """Seconds over which picture and sound come out of black; then the first scene's transition is
    left out."""

    fade_out_s: FadeSeconds | None = None
    """Seconds over which picture and sound go into black at the end; 1 unless given."""

    @property
    def are_chosen(self) -> bool:
        """Whether something is added to the film."""
        return PLAIN.changed(self) != PLAIN

    @property
    def told(self) -> dict[str, Any]:
        """What was given."""
        return {
            name: value
            for name in LooksWish.model_fields
            if (value := getattr(self, name)) is not None
        }


class Looks(BaseModel):
    """How a film looks."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    fade_in_s: FadeSeconds = Decimal(0)
    """Seconds over which picture and sound come out of black."""

    fade_out_s: FadeSeconds = Decimal(0)
    """Seconds over which picture and sound go into black at the end."""

    @property
    def are_chosen(self) -> bool:
        """Whether somebody chose them: then no video model may be asked, which knows of no looks.

        >>> USUAL.are_chosen, Looks(fade_in_s=Decimal(1)).are_chosen
        (False, True)
        """
        return self not in {PLAIN, USUAL}

    def changed(self, wish: LooksWish) -> "Looks":
        """The same as it is wished; what is not given stays.

        >>> USUAL.changed(LooksWish(fade_in_s=Decimal(2)))
        Looks(fade_in_s=Decimal('2'), fade_out_s=Decimal('1'))
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
