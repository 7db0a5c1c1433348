"""A provider that fails several times in a row -> left alone for a while, by every node."""

import math
from dataclasses import dataclass
from datetime import timedelta

import structlog

from reelmill.catalog.database import Transaction
from reelmill.pipelines.storyboards.house import settings_of
from reelmill.pipelines.storyboards.refusals import ProviderResting
from reelmill.pipelines.storyboards.tables import providers
from reelmill.services import Services

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Breaker:
    """Counts the failures of one provider. What it counts lies in the database."""

    here: Services
    """Catalog and clock."""

    provider: str
    """Whose."""

    def admit(self, conn: Transaction) -> None:
        """Let a new request pass, unless the provider is left alone.

        Raises:
            ProviderResting: with the seconds until it is asked again.
        """
        until = providers.rests_until(conn, self.provider)
        if until is not None and until > (now := self.here.clock()):
            left_s = math.ceil((until - now).total_seconds())
            raise ProviderResting(provider=self.provider, retry_after_s=left_s)

    def failed(self) -> None:
        """Count a failure; the last of several in a row opens the circuit."""
        chosen = settings_of(self.here).breaker
        with self.here.catalog.begin() as conn:
            failures = providers.failed(conn, self.provider)
            if failures >= chosen.failures:
                until = self.here.clock() + timedelta(seconds=chosen.rest_s)
                providers.rest(conn, self.provider, until)
                log.warning("provider is left alone", provider=self.provider, failures=failures)

    def answered(self) -> None:
        """The provider is well."""
        with self.here.catalog.read() as conn:
            is_well = providers.is_well(conn, self.provider)
        if not is_well:
            with self.here.catalog.begin() as conn:
                providers.answered(conn, self.provider)
