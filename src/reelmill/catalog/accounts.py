"""All that is ever asked of the tables `users`, `api_keys` and `sessions`.

One function a question, the connection first. What is stored of a secret is its hash.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from reelmill.catalog.tables import api_keys, sessions, users


@dataclass(frozen=True, kw_only=True)
class User:
    """Somebody with an account here. A row is never deleted: things may be theirs."""

    id: str
    """Names the owner of what they make; never changes."""

    name: str
    """What they sign in with; lower case."""

    password_hash: str
    """As argon2 writes it; empty for who cannot sign in."""

    is_operator: bool
    """Sees and steers everybody's jobs."""

    created_at: datetime
    """When they were added."""

    disabled_at: datetime | None = None
    """When they were shut out, None for who is welcome."""


@dataclass(frozen=True, kw_only=True)
class ApiKey:
    """A key of a user, as it is kept: without its secret."""

    id: str
    """The part of the key that finds it."""

    user_id: str
    """Whose it is."""

    label: str
    """What it is for, in its owner's words."""

    secret_sha256: str
    """Of the secret, in hexadecimal digits."""

    created_at: datetime
    """When it was made."""

    last_used_at: datetime | None = None
    """About when it was last used, None for never."""

    revoked_at: datetime | None = None
    """When it ended, None for one that works."""


class Held(NamedTuple):
    """A key, and whose it is."""

    key: ApiKey
    user: User


_HELD = (
    sa.select(api_keys, users)
    .join(users, users.c.id == api_keys.c.user_id)
    .where(api_keys.c.id == sa.bindparam("wanted"))
)

_IN_SESSION = (
    sa.select(users)
    .join(sessions, sessions.c.user_id == users.c.id)
    .where(
        sessions.c.token_sha256 == sa.bindparam("wanted"),
        sessions.c.ends_at > sa.bindparam("now", type_=sessions.c.ends_at.type),
        users.c.disabled_at.is_(None),
    )
)

_ANY_USER = sa.select(sa.exists(sa.select(users.c.id)))


def any_user(conn: sa.Connection) -> bool:
    """Whether anybody was ever added."""
    return bool(conn.execute(_ANY_USER).scalar_one())


def add_user(conn: sa.Connection, user: User) -> bool:
    """Record a user.

    Returns:
        False when the name is taken; nothing was changed then.
    """
    if user_of_name(conn, user.name) is not None:
        return False
    conn.execute(sa.insert(users).values(asdict(user)))
    return True


def user_of_name(conn: sa.Connection, name: str) -> User | None:
    """The user of this name."""
    row = conn.execute(sa.select(users).where(users.c.name == name)).one_or_none()
    return None if row is None else User(**row._mapping)  # noqa: SLF001 - the documented way


def user_of_id(conn: sa.Connection, user_id: str) -> User | None:
    """The user of this id."""
    row = conn.execute(sa.select(users).where(users.c.id == user_id)).one_or_none()
    return None if row is None else User(**row._mapping)  # noqa: SLF001


def user_in_session(conn: sa.Connection, token_sha256: str, now: datetime) -> User | None:
    """Who is signed in by this token, if the session goes on and they are welcome."""
    row = conn.execute(_IN_SESSION, {"wanted": token_sha256, "now": now}).one_or_none()
    return None if row is None else User(**row._mapping)  # noqa: SLF001


def all_users(conn: sa.Connection) -> list[User]:
    """Everybody, by name."""
    rows = conn.execute(sa.select(users).order_by(users.c.name))
    return [User(**row._mapping) for row in rows]  # noqa: SLF001


def set_password(conn: sa.Connection, user_id: str, password_hash: str) -> None:
    """Keep the hash of another password."""
    conn.execute(sa.update(users).where(users.c.id == user_id).values(password_hash=password_hash))


def set_disabled(conn: sa.Connection, user_id: str, disabled_at: datetime | None) -> None:
    """Shut a user out, or let them in again."""
    conn.execute(sa.update(users).where(users.c.id == user_id).values(disabled_at=disabled_at))


def add_key(conn: sa.Connection, key: ApiKey) -> None:
    """Record a key."""
    conn.execute(sa.insert(api_keys).values(asdict(key)))


def key_and_user(conn: sa.Connection, key_id: str) -> Held | None:
    """A key by its id, with its owner, whether or not it still works."""
    row = conn.execute(_HELD, {"wanted": key_id}).one_or_none()
    if row is None:
        return None
    split = len(api_keys.c)
    return Held(_made(ApiKey, api_keys, row[:split]), _made(User, users, row[split:]))


def keys_of(conn: sa.Connection, user_id: str | None) -> list[Held]:
    """The keys of a user, or of everybody, that were not revoked; the newest first."""
    statement = (
        sa.select(api_keys, users)
        .join(users, users.c.id == api_keys.c.user_id)
        .where(api_keys.c.revoked_at.is_(None))
        .order_by(api_keys.c.created_at.desc(), api_keys.c.id)
    )
    if user_id is not None:
        statement = statement.where(api_keys.c.user_id == user_id)
    split = len(api_keys.c)
    return [
        Held(_made(ApiKey, api_keys, row[:split]), _made(User, users, row[split:]))
        for row in conn.execute(statement)
    ]


def note_use(conn: sa.Connection, key_id: str, now: datetime) -> None:
    """Write down that a key was used."""
    conn.execute(sa.update(api_keys).where(api_keys.c.id == key_id).values(last_used_at=now))


def revoke_key(conn: sa.Connection, key_id: str, now: datetime, *, user_id: str | None) -> bool:
    """End a key.

    Args:
        conn: Inside a transaction that may write.
        key_id: Of the key.
        now: When it ends.
        user_id: Only if it is theirs; None for anybody's.

    Returns:
        False when there is no such key that works.
    """
    statement = (
        sa.update(api_keys)
        .where(api_keys.c.id == key_id, api_keys.c.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    if user_id is not None:
        statement = statement.where(api_keys.c.user_id == user_id)
    return conn.execute(statement).rowcount == 1


def begin_session(
    conn: sa.Connection, user_id: str, token_sha256: str, *, now: datetime, ends_at: datetime
) -> None:
    """Record that somebody has signed in; sessions that are over are let go of."""
    conn.execute(sa.delete(sessions).where(sessions.c.ends_at <= now))
    conn.execute(
        sa.insert(sessions).values(
            token_sha256=token_sha256, user_id=user_id, created_at=now, ends_at=ends_at
        )
    )


def end_session(conn: sa.Connection, token_sha256: str) -> None:
    """Sign out."""
    conn.execute(sa.delete(sessions).where(sessions.c.token_sha256 == token_sha256))


def end_sessions_of(conn: sa.Connection, user_id: str) -> None:
    """Sign a user out everywhere."""
    conn.execute(sa.delete(sessions).where(sessions.c.user_id == user_id))


def _made(kind: type[Any], table: sa.Table, values: Any) -> Any:
    names = [column.name for column in table.c]
    return kind(**dict(zip(names, values, strict=True)))
