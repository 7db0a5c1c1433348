"""Presigned link -> the same link with one parameter more, signed again. Pure.

obstore signs no parameters of one's own, and a download's name is such a parameter.
Source: AWS Signature Version 4, authenticating requests by query parameters.
"""

import hashlib
import hmac
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

ALGORITHM = "AWS4-HMAC-SHA256"


def with_parameter(link: str, secret: str, *, name: str, value: str) -> str | None:
    """Add a parameter to a presigned GET.

    Args:
        link: As the store's own signer made it.
        secret: Believed to be the key that signed it.
        name: Of the new parameter.
        value: Of the new parameter.

    Returns:
        None when another key, or another kind of signature, made the link.
    """
    parts = urlsplit(link)
    asked = dict(parse_qsl(parts.query, keep_blank_values=True))
    made = asked.pop("X-Amz-Signature", "")
    if asked.get("X-Amz-Algorithm") != ALGORITHM or asked.get("X-Amz-SignedHeaders") != "host":
        return None
    if not hmac.compare_digest(made, _signature(parts.netloc, parts.path, asked, secret)):
        return None
    asked[name] = value
    signature = _signature(parts.netloc, parts.path, asked, secret)
    query = f"{_canonical(asked)}&X-Amz-Signature={signature}"
    return parts._replace(query=query).geturl()


def attachment(filename: str) -> str:
    """The header that makes a browser save a file under a name.

    >>> attachment("Змея.mp4")
    "attachment; filename*=UTF-8''%D0%97%D0%BC%D0%B5%D1%8F.mp4"
    """
    return f"attachment; filename*=UTF-8''{quote(filename, safe='', errors='replace')}"


def _signature(host: str, path: str, asked: dict[str, str], secret: str) -> str:
    request = "\n".join(
        ["GET", path, _canonical(asked), f"host:{host}", "", "host", "UNSIGNED-PAYLOAD"]
    )
    scope = asked["X-Amz-Credential"].partition("/")[2]
    signed = "\n".join(
        [ALGORITHM, asked["X-Amz-Date"], scope, hashlib.sha256(request.encode()).hexdigest()]
    )
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), hashlib.sha256)
    return hmac.new(key, signed.encode(), hashlib.sha256).hexdigest()


def _canonical(asked: dict[str, str]) -> str:
    return urlencode(sorted(asked.items()), quote_via=quote, safe="-_.~")
