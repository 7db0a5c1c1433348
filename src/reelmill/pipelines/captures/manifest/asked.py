"""What a batch of the second stage is asked: which objects to look into, and for which checks."""

import hashlib
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from reelmill.units import StoreKey

#: Records of a batch. Source: the documented pipeline.
BATCH: Final = 50


class Item(BaseModel):
    """One object, and what is not known of it yet."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: StoreKey
    """Where it lies: a record, or the reason why there is none."""

    etag: str
    """The content that is meant."""

    checks: tuple[str, ...] = ()
    """Checks whose figures are missing, by name and version; none for a look at what it holds."""


class BatchSpec(BaseModel):
    """Some objects of one store."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    target: Annotated[str, Field(min_length=1)]
    """URL of the store of the records."""

    menu_by: Annotated[str, Field(min_length=1)]
    """Who tells menus from gameplay."""

    items: Annotated[tuple[Item, ...], Field(min_length=1)]
    """The objects, in the order of their keys."""

    @property
    def job_key(self) -> str:
        """Natural key of the job: the same objects for the same checks.

        >>> item = Item(key=StoreKey("0a.pt"), etag="1", checks=("dark@1",))
        >>> BatchSpec(target="file:///b", menu_by="lettering", items=(item,)).job_key
        'checks-0a.pt-0a254cc72e7c'
        """
        return f"checks-{self.items[0].key[-60:]}-{self.digest[:12]}"

    @property
    def digest(self) -> str:
        """What names the parts that it writes."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


class BatchResult(BaseModel):
    """What became of a batch."""

    model_config = ConfigDict(frozen=True)

    looked_into: int
    """Objects that were looked into."""

    faulty: int
    """Those of which something could not be told."""

    read_bytes: int
    """Bytes that were read from the store."""
