"""Pictures from a provider that is paid, and films that are bought too or made of them here."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Final

from reelmill.pipelines.storyboards.providers.local import Local
from reelmill.pipelines.storyboards.providers.provider import (
    FilmRequest,
    Found,
    Offer,
    Prediction,
    PredictionId,
    Provider,
    ProviderRequest,
    let_pass,
)

#: What stands before the ids of what is made here.
HERE: Final = "local:"


class Mixed:
    """A provider whose films, or some of them, are made here.

    Args:
        pictures: Makes pictures.
        films: This machine.
        makes_here: Whether a film is made here; others are bought.
    """

    def __init__(
        self,
        pictures: Provider,
        films: Local,
        makes_here: Callable[[FilmRequest], bool] = lambda _: True,
    ) -> None:
        self._pictures, self._films = pictures, films
        self._makes_here = makes_here

    @property
    def name(self) -> str:
        """That of whoever is paid."""
        return self._pictures.name

    def offer(self, request: ProviderRequest) -> Offer:
        """What a request will cost. See `Provider.offer`."""
        return self._maker(request).offer(request)

    def submit(
        self,
        request: ProviderRequest,
        idempotency_key: str,
        before_leaving: Callable[[], None] = let_pass,
    ) -> PredictionId:
        """Ask for it, or make it. See `Provider.submit`."""
        if self._maker(request) is not self._films:
            return self._pictures.submit(request, idempotency_key, before_leaving)
        self._films.begin(idempotency_key)
        made = self._films.submit(request, idempotency_key, before_leaving)
        return PredictionId(f"{HERE}{made}")

    def look(self, prediction_id: PredictionId) -> Prediction:
        """How far it is. See `Provider.look`."""
        if not prediction_id.startswith(HERE):
            return self._pictures.look(prediction_id)
        return _named(self._films.look(_own(prediction_id)))

    def cancel(self, prediction_id: PredictionId) -> Prediction:
        """Stop it. See `Provider.cancel`."""
        if not prediction_id.startswith(HERE):
            return self._pictures.cancel(prediction_id)
        return _named(self._films.cancel(_own(prediction_id)))

    def find(self, idempotency_key: str, since: datetime) -> PredictionId | None:
        """What was made, or bought, under a key. See `Provider.find`."""
        if not self._films.was_begun(idempotency_key):
            return self._pictures.find(idempotency_key, since)
        made = self._films.find(idempotency_key, since)
        return None if made is None else PredictionId(f"{HERE}{made}")

    def recent(self, keys: Collection[str], since: datetime) -> list[Found]:
        """What was bought. See `Provider.recent`."""
        return self._pictures.recent(keys, since)

    def _maker(self, request: ProviderRequest) -> Provider:
        is_own = isinstance(request, FilmRequest) and self._makes_here(request)
        return self._films if is_own else self._pictures


def _own(prediction_id: PredictionId) -> PredictionId:
    return PredictionId(prediction_id.removeprefix(HERE))


def _named(seen: Prediction) -> Prediction:
    return seen.model_copy(update={"id": PredictionId(f"{HERE}{seen.id}")})
