"""An identity provider of our own: keys made at test time, published by a real HTTP server."""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

ISSUER = "https://id.example"
AUDIENCE = "reelmill"
SECRET = "a secret of forty letters, shared by two."


def claims(**changes: Any) -> dict[str, Any]:
    """What a good token says; a claim that is changed to None is left out."""
    now = datetime.now(UTC)
    whole = {
        "sub": "ann",
        "iss": ISSUER,
        "aud": AUDIENCE,
        "iat": now,
        "exp": now + timedelta(minutes=10),
    } | changes
    return {name: value for name, value in whole.items() if value is not None}


@dataclass
class SigningKey:
    """A private key, and how its public half is published."""

    kid: str
    algorithm: str
    private: Any

    @property
    def pem(self) -> str:
        """To sign with."""
        form = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return self.private.private_bytes(*form).decode()

    @property
    def public_pem(self) -> bytes:
        """What an attacker can find out."""
        public = self.private.public_key()
        return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    @property
    def published(self) -> dict[str, Any]:
        """As a JSON Web Key."""
        kind = jwt.get_algorithm_by_name(self.algorithm)
        listed = kind.to_jwk(self.private.public_key(), as_dict=True)
        return {**listed, "kid": self.kid, "use": "sig", "alg": self.algorithm}

    def token(self, **changes: Any) -> str:
        """A token of this key."""
        kid = {"kid": self.kid}
        return jwt.encode(claims(**changes), self.pem, algorithm=self.algorithm, headers=kid)


def rsa_key(kid: str, bits: int = 2048) -> SigningKey:
    """A key for RS256."""
    return SigningKey(kid, "RS256", rsa.generate_private_key(public_exponent=65537, key_size=bits))


def ec_key(kid: str) -> SigningKey:
    """A key for ES256."""
    return SigningKey(kid, "ES256", ec.generate_private_key(ec.SECP256R1()))


@dataclass
class Provider:
    """What is published, and how often somebody asked."""

    url: str = ""
    document: dict[str, Any] | bytes = field(default_factory=dict)
    status: int = 200
    asked: int = 0

    def publish(self, *keys: SigningKey) -> None:
        """Show these keys alone."""
        self.document = {"keys": [key.published for key in keys]}


@contextmanager
def publishing(*keys: SigningKey) -> Iterator[Provider]:
    """A provider on a free port, until the block ends."""
    provider = Provider()
    provider.publish(*keys)

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            provider.asked += 1
            told = provider.document
            body = told if isinstance(told, bytes) else json.dumps(told).encode()
            self.send_response(provider.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    provider.url = f"http://127.0.0.1:{server.server_port}/jwks.json"
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def by_hand(header: dict[str, Any], payload: dict[str, Any], signature: bytes = b"") -> str:
    """A token that no honest library would write."""
    parts = (json.dumps(header).encode(), json.dumps(payload).encode(), signature)
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)
