"""Path and time -> a link that expires, and back. Pure."""

import base64
import hashlib
import hmac
from datetime import datetime
from typing import NamedTuple

from reelmill.errors import NotFound

#: What the key for links is derived for; another use of the secret names another purpose.
PURPOSE = b"reelmill/links/1"


class BadLink(NotFound):
    """The link is not good."""


class LinkExpired(BadLink):
    """The link has expired."""


class LinkForged(BadLink):
    """The link was not made here, or was changed."""


class Link(NamedTuple):
    """The parts of a signed link."""

    path: str
    """What the link is for: the path, with the query that belongs to it."""

    expires: str
    """Seconds since 1970 from which it is worth nothing."""

    signature: str
    """URL-safe base64 of an HMAC-SHA256."""


class Signer:
    """Makes and checks links that expire.

    Args:
        secret: Of this installation; every node has the same.
    """

    def __init__(self, secret: bytes) -> None:
        self._key = hmac.digest(secret, PURPOSE, hashlib.sha256)

    def sign(self, path: str, expires_at: datetime) -> str:
        """The path as a link that works until a moment.

        >>> from datetime import UTC
        >>> Signer(b"s").sign("/files/a.mp4", datetime(2026, 1, 1, tzinfo=UTC)).split("&")[0]
        '/files/a.mp4?expires=1767225600'

        Args:
            path: From the first slash, with its query, percent-encoded as it will be asked for.
            expires_at: With a zone; whole seconds count.
        """
        expires = str(int(expires_at.timestamp()))
        joint = "&" if "?" in path else "?"
        return f"{path}{joint}expires={expires}&signature={self._signature(path, expires)}"

    def check(self, path: str, expires: str, signature: str, now: datetime) -> None:
        """Let a link pass, or say why not.

        Args:
            path: As it was given to `sign`.
            expires: As the link has it.
            signature: As the link has it.
            now: With a zone.

        Raises:
            LinkForged: not made here, or changed.
            LinkExpired: made here, and too old.
        """
        wanted = self._signature(path, expires)
        if not hmac.compare_digest(wanted.encode(), signature.encode(errors="replace")):
            raise LinkForged(path=path)
        if now.timestamp() >= int(expires):
            raise LinkExpired(path=path, hint="Ask for a new link.")

    def check_link(self, link: str, now: datetime) -> str:
        """Let a whole link pass, path and query together.

        Returns:
            What was signed.

        Raises:
            LinkForged: not made here, or changed.
            LinkExpired: made here, and too old.
        """
        parts = split(link)
        self.check(*parts, now)
        return parts.path

    def _signature(self, path: str, expires: str) -> str:
        # The length keeps what is path and what is expiry apart.
        signed = f"{len(path)}:{path}:{expires}".encode(errors="replace")
        digest = hmac.digest(self._key, signed, hashlib.sha256)
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def split(link: str) -> Link:
    """Take a signed link apart.

    >>> split("/files/a.mp4?expires=1767225600&signature=abc")
    Link(path='/files/a.mp4', expires='1767225600', signature='abc')

    Raises:
        LinkForged: it does not end as `Signer.sign` ends it.
    """
    rest, found_signature, signature = link.rpartition("&signature=")
    before, found_expires, expires = rest.rpartition("expires=")
    if not (found_signature and found_expires and before[-1:] in {"?", "&"}):
        raise LinkForged(path=link.partition("?")[0])
    return Link(before[:-1], expires, signature)
