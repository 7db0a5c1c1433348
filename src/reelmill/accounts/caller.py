"""Whoever asks for something, as every route sees them. Pure."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Caller:
    """The person or program behind a request or a command."""

    user_id: str
    """Names the owner of what they make; `jobs.owner` holds it."""

    name: str
    """For people."""

    is_operator: bool = False
    """Sees and steers everybody's jobs; others see their own alone."""

    def owns(self, owner: str) -> bool:
        """Whether something of that owner exists for this caller.

        >>> Caller(user_id="ann", name="Ann").owns("bob")
        False
        """
        return self.is_operator or self.user_id == owner

    @property
    def sees_only(self) -> str | None:
        """The owner whose things alone exist for this caller, None for everybody's.

        >>> Caller(user_id="ann", name="Ann").sees_only
        'ann'
        """
        return None if self.is_operator else self.user_id


#: The one person of a machine where nothing was set up.
LOCAL: Final = Caller(user_id="local", name="local", is_operator=True)
