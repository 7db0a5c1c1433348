"""What was bought of the simulated provider, what became of it, and what is charged for it.

These books know nothing of our ledger and share no code with it: that both say the same is what
tests look at.
"""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from reelmill.pipelines.storyboards.providers.simulator.faults import Call, Fault, Faults

#: Dollars: for a picture, for a second of video. Source: the price list of the client before.
PICTURE_USD: Final = Decimal("0.003")
SECOND_USD: Final = Decimal("0.10")

#: Looks after which something that is slow is ready.
SLOW_LOOKS: Final = 4

#: Parts of what was asked that are made, and charged, when it is not all and nothing else.
OTHERWISE: Final = {Fault.OTHER_LENGTH: Decimal("0.5"), Fault.DEAR: Decimal(3)}

#: Part of the work that is done, and charged, when it comes to nothing.
DONE_WHEN_IT_FAILS: Final = Decimal("0.5")

_OVER: Final = frozenset({"succeeded", "failed", "canceled"})


@dataclass
class Purchase:
    """One prediction that was bought."""

    id: str
    """Our name for it."""

    model: str
    """Of whom it was asked, as `owner/name`."""

    input: dict[str, Any]
    """What was asked, word for word."""

    webhook: str
    """Where its end is told; empty for nowhere."""

    created_at: datetime
    """When it was bought."""

    looks_left: int
    """Looks until it ends."""

    ending: str
    """How it will end: `succeeded`, `failed` or `canceled`."""

    cancel_after: str = ""
    """How long it may take, as the header says; empty for as long as it likes."""

    share: Decimal = Decimal(1)
    """Part of what was asked that is made when it succeeds."""

    is_turned: bool = False
    """Whether it gets another shape than was asked."""

    status: str = "starting"
    """How far it is."""

    pictures: int = 0
    """Pictures made."""

    seconds: Decimal = Decimal(0)
    """Seconds of video made."""

    usd: Decimal = Decimal(0)
    """What is charged for it."""

    @property
    def is_film(self) -> bool:
        """Whether a video is made, and not a picture."""
        return "images" in self.input

    @property
    def shown(self) -> dict[str, Any]:
        """What is made: what was asked, unless that went wrong."""
        durations = self.input.get("durations") or [self.input.get("duration", 1)]
        lengths = [float(length) * float(min(self.share, Decimal(1))) for length in durations]
        ratio = self.input.get("aspect_ratio")
        turned = "16:9" if ratio == "1:1" else "1:1"
        shape = turned if self.is_turned else ratio
        return self.input | {"durations": lengths, "aspect_ratio": shape}

    @property
    def is_over(self) -> bool:
        """Whether nothing will change any more."""
        return self.status in _OVER

    def end(self, status: str, done: Decimal) -> None:
        """End it, with that part of the work done."""
        self.status = status
        if self.is_film:
            asked = Decimal(str(self.input.get("duration", 0)))
            self.seconds = (asked * done).quantize(Decimal("0.001"))
        else:
            self.pictures = int(done)
        self.usd = self.pictures * PICTURE_USD + self.seconds * SECOND_USD


@dataclass
class Books:
    """All purchases, in the order in which they were made. Safe between threads."""

    faults: Faults
    """What becomes of the work."""

    looks: int = 1
    """Looks after which ordinary work is ready."""

    purchases: list[Purchase] = field(default_factory=list)
    """What was bought."""

    def __post_init__(self) -> None:
        self._lock = threading.RLock()

    def buy(self, model: str, asked: Mapping[str, Any], cancel_after: str = "") -> Purchase:
        """Take a request."""
        with self._lock:
            fault = self.faults.next(Call.WORK)
            endings = {Fault.FAILS: "failed", Fault.STOPPED: "canceled"}
            bought = Purchase(
                id=f"sim{len(self.purchases) + 1:023d}",
                model=model,
                input=dict(asked.get("input") or {}),
                webhook=str(asked.get("webhook") or ""),
                cancel_after=cancel_after,
                created_at=datetime.now(UTC),
                looks_left=SLOW_LOOKS if fault is Fault.SLOW else self.looks,
                ending=endings.get(fault, "succeeded") if fault else "succeeded",
                share=OTHERWISE.get(fault, Decimal(1)) if fault else Decimal(1),
                is_turned=fault is Fault.OTHER_SHAPE,
            )
            self.purchases.append(bought)
            return bought

    def look(self, prediction_id: str) -> Purchase | None:
        """One of them, a step further than at the last look."""
        with self._lock:
            found = self.find(prediction_id)
            if found is not None and not found.is_over:
                found.status = "processing"
                found.looks_left -= 1
                if found.looks_left < 0:
                    self.finish(found)
            return found

    def finish(self, purchase: Purchase) -> None:
        """Let it end as it is bound to."""
        with self._lock:
            if not purchase.is_over:
                well = purchase.ending == "succeeded"
                purchase.end(purchase.ending, purchase.share if well else DONE_WHEN_IT_FAILS)

    def cancel(self, prediction_id: str) -> Purchase | None:
        """Stop one of them; what has ended stays as it is."""
        with self._lock:
            found = self.find(prediction_id)
            if found is not None and not found.is_over:
                begun = found.status == "processing"
                found.end("canceled", DONE_WHEN_IT_FAILS if begun else Decimal(0))
            return found

    def find(self, prediction_id: str) -> Purchase | None:
        """One of them."""
        with self._lock:
            return next((one for one in self.purchases if one.id == prediction_id), None)

    def newest_first(self) -> list[Purchase]:
        """All of them."""
        with self._lock:
            return self.purchases[::-1]

    @property
    def total_usd(self) -> Decimal:
        """What is charged for all."""
        with self._lock:
            return sum((one.usd for one in self.purchases), Decimal(0))

    def bought_twice(self) -> list[str]:
        """Ids of purchases that ask, word for word, for what was bought before."""
        with self._lock:
            known: set[str] = set()
            twice = []
            for one in self.purchases:
                words = json.dumps([one.model, one.input], sort_keys=True)
                twice += [one.id] if words in known else []
                known.add(words)
            return twice
