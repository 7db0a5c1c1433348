"""A refinement: other words for a scene, as they are recorded. Pure."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class Refinement:
    """A refinement that was made."""

    id: str
    """32 hexadecimal digits."""

    board_id: str
    """The board."""

    scene_number: int
    """Which scene it was then."""

    old_image_prompt: str
    """Before it."""

    new_image_prompt: str
    """After it."""

    old_description: str
    """Before it."""

    new_description: str
    """After it."""

    cost: Decimal
    """Dollars that it added to the estimate."""

    made_at: datetime
    """When."""
