"""The one desk for accounts: credentials -> who asks; and users, keys and sessions made and ended.

Secrets come in as text, leave once, and are kept and logged nowhere.
"""

import re
import secrets
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, NamedTuple, Protocol

import structlog

from reelmill.accounts import keys, passwords
from reelmill.accounts.caller import Caller
from reelmill.accounts.keys import Parts
from reelmill.accounts.tries import Tries
from reelmill.catalog import accounts
from reelmill.catalog.accounts import ApiKey, Held, User
from reelmill.catalog.database import Catalog
from reelmill.errors import Conflict, LimitReached, NotFound, Refused, Unavailable

log = structlog.get_logger()

#: How long one stays signed in.
SESSION: Final = timedelta(days=30)

#: Bytes of randomness in the token of a session, and in the id of a user.
TOKEN_BYTES: Final = 32
ID_BYTES: Final = 8

#: The use of a key is written down this seldom.
NOTE_EVERY: Final = timedelta(minutes=1)

#: Longest label of a key.
MOST_LABEL: Final = 100

NAME: Final = re.compile(r"[a-z0-9][a-z0-9_.@-]{0,63}")


class UnknownUser(NotFound):
    """There is no such user."""


class UnknownKey(NotFound):
    """There is no such key."""


class NameTaken(Conflict):
    """Somebody has this name already."""


class BadName(Refused):
    """That is no name for a user."""


class BadLabel(Refused):
    """That is no label for a key."""


class NoOwnKeys(Conflict):
    """Only an account of this house can have keys and a password."""


class WrongPassword(Refused):
    """Name and password do not fit."""


class TooManyTries(LimitReached):
    """That was tried too often."""


class UserAndKey(NamedTuple):
    """A new key, with its secret; nobody is told again."""

    key: ApiKey
    parts: Parts


class Reader(Protocol):
    """Reads the tokens of an outside provider."""

    def caller(self, token: str) -> Caller:
        """Who a token speaks for."""


class Accounts:
    """Who may ask for what, in one process. Threads may share it.

    Args:
        catalog: Where users, keys and sessions are recorded.
        clock: The time, with a zone.
        tokens: Reads tokens of the outside provider, None when there is none.
    """

    def __init__(
        self, catalog: Catalog, clock: Callable[[], datetime], tokens: Reader | None = None
    ) -> None:
        self._catalog = catalog
        self._clock = clock
        self._tokens = tokens
        self._tries = Tries(catalog)
        self._anybody = threading.Event()

    def are_set_up(self) -> bool:
        """Whether callers must say who they are: a user exists, or a provider vouches for them."""
        if self._tokens is not None or self._anybody.is_set():
            return True
        with self._catalog.read() as conn:
            if accounts.any_user(conn):
                self._anybody.set()
        return self._anybody.is_set()

    def by_bearer(self, text: str) -> Caller | None:
        """Who a key or a token speaks for, None for one that does not count.

        Raises:
            BadToken: a token, and what is wrong with it.
            Unavailable: the database or the provider does not answer.
        """
        if text.startswith("rm_") or self._tokens is None:
            return self.by_key(text)
        return self._tokens.caller(text)

    def by_key(self, text: str) -> Caller | None:
        """Whose key this is, None for one that does not work."""
        parts = keys.parts_of(text)
        if parts is None:
            return None
        with self._catalog.read() as conn:
            held = accounts.key_and_user(conn, parts.id)
        if held is None or not keys.opens(parts.secret, held.key.secret_sha256):
            return None
        if held.key.revoked_at is not None or held.user.disabled_at is not None:
            return None
        self._note_use(held.key)
        return caller_of(held.user)

    def by_session(self, token: str) -> Caller | None:
        """Who is signed in, None when the session is over."""
        with self._catalog.read() as conn:
            user = accounts.user_in_session(conn, keys.digest(token), self._clock())
        return None if user is None else caller_of(user)

    def sign_in(self, name: str, password: str, *, address: str) -> str:
        """Begin a session.

        Returns:
            Its token, for the browser alone.

        Raises:
            WrongPassword: whatever it was that did not fit.
            TooManyTries: by this name or from this address.
        """
        name, now = name.strip().lower()[:MOST_LABEL], self._clock()
        if wait_s := self._tries.begin(name, address, now):
            raise TooManyTries(retry_after_s=wait_s, hint="Wait a while, then try again.")
        with self._catalog.read() as conn:
            user = accounts.user_of_name(conn, name)
        fits = passwords.fits(password, user.password_hash if user else "")
        if user is None or not fits or user.disabled_at is not None:
            log.warning("sign-in refused", name=name, address=address)
            raise WrongPassword
        self._tries.succeeded(name, address, now)
        token = secrets.token_urlsafe(TOKEN_BYTES)
        with self._catalog.begin() as conn:
            accounts.begin_session(
                conn, user.id, keys.digest(token), now=now, ends_at=now + SESSION
            )
        log.info("signed in", user=user.name, address=address)
        return token

    def sign_out(self, token: str) -> None:
        """End a session."""
        with self._catalog.begin() as conn:
            accounts.end_session(conn, keys.digest(token))

    def change_password(self, caller: Caller, old: str, new: str, *, address: str) -> None:
        """Take another password; every session of the user ends.

        Raises:
            WrongPassword: the old one is another.
            WeakPassword: the new one is not taken.
            TooManyTries: too many old ones were wrong.
        """
        user, now = self._own(caller), self._clock()
        if wait_s := self._tries.begin(user.name, address, now):
            raise TooManyTries(retry_after_s=wait_s, hint="Wait a while, then try again.")
        if not passwords.fits(old, user.password_hash):
            raise WrongPassword
        self._tries.succeeded(user.name, address, now)
        self._set_password(user, new)

    def set_password(self, name: str, new: str) -> None:
        """Give a user another password, as an operator at the machine may."""
        self._set_password(self.find(name), new)

    def add_user(self, name: str, *, password: str = "", is_operator: bool = False) -> User:
        """Add a user; without a password they have keys alone.

        Raises:
            BadName, NameTaken, WeakPassword: as their names say.
        """
        name = name.strip().lower()
        if not NAME.fullmatch(name):
            raise BadName(
                name=name, hint="Up to 64 of a-z, 0-9, _ . @ -, a letter or a digit first."
            )
        user = User(
            id=f"u-{secrets.token_hex(ID_BYTES)}",
            name=name,
            password_hash=passwords.hash_of(password) if password else "",
            is_operator=is_operator,
            created_at=self._clock(),
        )
        with self._catalog.begin() as conn:
            if not accounts.add_user(conn, user):
                raise NameTaken(name=name, hint="Choose another.")
        log.info("user added", user=name, is_operator=is_operator)
        return user

    def users(self) -> list[User]:
        """Everybody, by name."""
        with self._catalog.read() as conn:
            return accounts.all_users(conn)

    def find(self, name: str) -> User:
        """The user of this name.

        Raises:
            UnknownUser: there is none.
        """
        with self._catalog.read() as conn:
            user = accounts.user_of_name(conn, name.strip().lower())
        if user is None:
            raise UnknownUser(name=name, hint="`reelmill users list` shows who there is.")
        return user

    def disable(self, name: str) -> User:
        """Shut a user out: sessions end, keys do not work until they are let in again."""
        user, now = self.find(name), self._clock()
        with self._catalog.begin() as conn:
            accounts.set_disabled(conn, user.id, now)
            accounts.end_sessions_of(conn, user.id)
        log.info("user disabled", user=user.name)
        return replace(user, disabled_at=now)

    def enable(self, name: str) -> User:
        """Let a user in again."""
        user = self.find(name)
        with self._catalog.begin() as conn:
            accounts.set_disabled(conn, user.id, None)
        log.info("user enabled", user=user.name)
        return replace(user, disabled_at=None)

    def new_key(self, user_id: str, label: str) -> UserAndKey:
        """Make a key for a user.

        Raises:
            BadLabel: the label is empty or too long.
            NoOwnKeys: the user is none of this house.
        """
        label = " ".join(label.split())
        if not 0 < len(label) <= MOST_LABEL:
            raise BadLabel(hint=f"Say in 1 to {MOST_LABEL} letters what the key is for.")
        parts = keys.new_key()
        key = ApiKey(
            id=parts.id,
            user_id=user_id,
            label=label,
            secret_sha256=keys.digest(parts.secret),
            created_at=self._clock(),
        )
        with self._catalog.begin() as conn:
            if accounts.user_of_id(conn, user_id) is None:
                raise NoOwnKeys(hint=_WHO_HAS_KEYS)
            accounts.add_key(conn, key)
        log.info("key made", key=key.id, user=user_id)
        return UserAndKey(key, parts)

    def keys_of(self, user_id: str | None = None) -> list[Held]:
        """The keys of a user, or of everybody, that work; the newest first."""
        with self._catalog.read() as conn:
            return accounts.keys_of(conn, user_id)

    def revoke(self, key_id: str, *, user_id: str | None = None) -> None:
        """End a key: of this user, or whosever it is.

        Raises:
            UnknownKey: there is no such key, or it is another's.
        """
        with self._catalog.begin() as conn:
            if not accounts.revoke_key(conn, key_id, self._clock(), user_id=user_id):
                raise UnknownKey(key=key_id)
        log.info("key revoked", key=key_id)

    def user_of(self, caller: Caller) -> User | None:
        """The account of whoever asks, None for who has none in this house."""
        with self._catalog.read() as conn:
            return accounts.user_of_id(conn, caller.user_id)

    def _own(self, caller: Caller) -> User:
        user = self.user_of(caller)
        if user is None:
            raise NoOwnKeys(hint=_WHO_HAS_KEYS)
        return user

    def _set_password(self, user: User, new: str) -> None:
        password_hash = passwords.hash_of(new)
        with self._catalog.begin() as conn:
            accounts.set_password(conn, user.id, password_hash)
            accounts.end_sessions_of(conn, user.id)
        log.info("password changed", user=user.name)

    def _note_use(self, key: ApiKey) -> None:
        now = self._clock()
        if key.last_used_at is not None and now - key.last_used_at < NOTE_EVERY:
            return
        with suppress(Unavailable), self._catalog.begin() as conn:
            accounts.note_use(conn, key.id, now)


_WHO_HAS_KEYS: Final = "Add one with `reelmill users add NAME`."


def caller_of(user: User) -> Caller:
    """A user as every route sees them."""
    return Caller(user_id=user.id, name=user.name, is_operator=user.is_operator)
