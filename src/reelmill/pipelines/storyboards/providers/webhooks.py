"""A call of the provider -> what it tells, when it is really the provider who calls."""

from collections.abc import Mapping

from pydantic import ValidationError
from standardwebhooks import Webhook, WebhookVerificationError

from reelmill.errors import Refused
from reelmill.pipelines.storyboards.providers.provider import PredictionId
from reelmill.pipelines.storyboards.providers.replicate_api import Told
from reelmill.pipelines.storyboards.settings import ReplicateSettings

#: Most bytes of a call.
MAX_CALL_BYTES = 4_000_000


class NotTheProvider(Refused):
    """The call is not signed as the provider's are."""


def called_about(
    body: bytes, headers: Mapping[str, str], settings: ReplicateSettings
) -> PredictionId:
    """The prediction that has news. What the news are is asked of the provider itself.

    Args:
        body: As it came, byte for byte.
        headers: As they came.
        settings: With the secret that signs.

    Raises:
        NotTheProvider: no secret, another's signature, or a call of more than five minutes ago.
    """
    secret = settings.webhook_secret.get_secret_value()
    if not secret:
        raise NotTheProvider(hint="Set webhook_secret to be called back.")
    try:
        small = {name.lower(): value for name, value in headers.items()}
        Webhook(secret).verify(body, small)
        return PredictionId(Told.model_validate_json(body).id)
    except (WebhookVerificationError, ValidationError, ValueError) as error:
        raise NotTheProvider(problem=str(error)[:200]) from error
