"""A secret that has to be read again -> text that tells nothing without the key, and back. Pure."""

import base64
import hashlib
import hmac
from typing import Final

from reelmill.errors import Unavailable

#: What the key is derived for; another use of the installation's secret names another purpose.
PURPOSE: Final = b"reelmill/seals/1"


class SealedElsewhere(Unavailable):
    """The secret was sealed with another key."""


class Sealer:
    """Seals secrets, and opens what it or another node has sealed.

    Args:
        secret: Of this installation; every node has the same.
    """

    def __init__(self, secret: bytes) -> None:
        self._key = base64.urlsafe_b64encode(hmac.digest(secret, PURPOSE, hashlib.sha256))

    def seal(self, text: str) -> str:
        """The text as it may lie in a database; another one each time.

        >>> Sealer(b"s").open(Sealer(b"s").seal("whsec_1"))
        'whsec_1'
        """
        # Cryptography that only webhooks need.
        from cryptography.fernet import Fernet  # noqa: PLC0415

        return Fernet(self._key).encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """What was sealed.

        Raises:
            SealedElsewhere: with another key, or it was changed.
        """
        from cryptography.fernet import Fernet, InvalidToken  # noqa: PLC0415

        try:
            return Fernet(self._key).decrypt(sealed).decode()
        except InvalidToken as error:
            raise SealedElsewhere(
                hint="Give all machines the same REELMILL_SECRET_KEY, or make the secret anew."
            ) from error
