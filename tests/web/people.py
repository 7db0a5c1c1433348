"""People with accounts, and their ways to ask."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
from tests.web.reels import PATIENCE_S, Served

from reelmill.catalog.accounts import User

PASSWORD = "correct horse battery"
PAGE = {"Accept": "text/html"}


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody with an account and a key."""

    user: User
    key_id: str
    key: str
    http: httpx.Client
    """Asks with the key."""

    @property
    def id(self) -> str:
        return self.user.id


@contextmanager
def person(
    site: Served, name: str, *, operator: bool = False, password: str = ""
) -> Iterator[Person]:
    """A new user of the site; without a password they have a key alone."""
    user = site.app.accounts.add_user(name, password=password, is_operator=operator)
    made = site.app.accounts.new_key(user.id, "for tests")
    headers = {"Authorization": f"Bearer {made.parts.text}"}
    with httpx.Client(base_url=site.url, timeout=PATIENCE_S, headers=headers, verify=False) as http:
        yield Person(user=user, key_id=made.key.id, key=made.parts.text, http=http)


def sign_in(site: Served, name: str, password: str = PASSWORD) -> httpx.Response:
    """The form, as a browser sends it; the client of the site keeps the cookie."""
    filled = {"name": name, "password": password, "next": ""}
    return site.http.post("/sign-in", data=filled, headers=PAGE)
