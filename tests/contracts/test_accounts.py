"""Users, keys and sessions, on both databases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from reelmill.catalog import accounts
from reelmill.catalog.accounts import ApiKey, Held, User
from reelmill.catalog.database import Catalog

AT = datetime(2026, 11, 21, 9, 30, 15, 123456, tzinfo=UTC)
HOUR = timedelta(hours=1)

ANN = User(id="u-1", name="ann", password_hash="$hash", is_operator=True, created_at=AT)
BOB = User(id="u-2", name="bob", password_hash="", is_operator=False, created_at=AT)
KEY = ApiKey(id="0a", user_id="u-1", label="ci", secret_sha256="ab" * 32, created_at=AT)


@pytest.fixture
def books(catalog: Catalog) -> Catalog:
    """A catalog with two users, one of whom has a key."""
    with catalog.begin() as conn:
        assert accounts.add_user(conn, ANN)
        assert accounts.add_user(conn, BOB)
        accounts.add_key(conn, KEY)
    return catalog


def test_nobody_is_there_at_first(catalog: Catalog) -> None:
    with catalog.read() as conn:
        assert not accounts.any_user(conn)
        assert accounts.all_users(conn) == []
        assert accounts.keys_of(conn, None) == []


def test_users_are_found_by_name_and_by_id(books: Catalog) -> None:
    with books.read() as conn:
        assert accounts.any_user(conn)
        assert accounts.all_users(conn) == [ANN, BOB]
        assert accounts.user_of_name(conn, "bob") == BOB
        assert accounts.user_of_id(conn, "u-1") == ANN
        assert accounts.user_of_name(conn, "nobody") is None
        assert accounts.user_of_id(conn, "nobody") is None


def test_a_name_is_given_once(books: Catalog) -> None:
    with books.begin() as conn:
        assert not accounts.add_user(conn, replace(BOB, id="u-3"))
        assert accounts.all_users(conn) == [ANN, BOB]


def test_the_database_itself_gives_a_name_once(books: Catalog) -> None:
    with pytest.raises(sa.exc.IntegrityError), books.begin() as conn:
        conn.execute(sa.text("UPDATE users SET name = 'ann'"))


def test_a_user_is_shut_out_and_let_in_and_gets_another_password(books: Catalog) -> None:
    with books.begin() as conn:
        accounts.set_disabled(conn, "u-2", AT)
        accounts.set_password(conn, "u-2", "$other")
        changed = replace(BOB, disabled_at=AT, password_hash="$other")
        assert accounts.all_users(conn) == [ANN, changed]
        accounts.set_disabled(conn, "u-2", None)
        assert accounts.user_of_id(conn, "u-2") == replace(changed, disabled_at=None)


def test_a_key_is_found_with_its_owner(books: Catalog) -> None:
    with books.begin() as conn:
        assert accounts.key_and_user(conn, "0a") == Held(KEY, ANN)
        assert accounts.key_and_user(conn, "0b") is None
        accounts.note_use(conn, "0a", AT + HOUR)
        used = replace(KEY, last_used_at=AT + HOUR)
        assert accounts.keys_of(conn, None) == [Held(used, ANN)]


def test_keys_are_told_newest_first_of_one_or_of_all(books: Catalog) -> None:
    second = replace(KEY, id="0b", created_at=AT + HOUR)
    bobs = replace(KEY, id="0c", user_id="u-2", created_at=AT - HOUR)
    with books.begin() as conn:
        accounts.add_key(conn, second)
        accounts.add_key(conn, bobs)
        assert [held.key for held in accounts.keys_of(conn, None)] == [second, KEY, bobs]
        assert [held.key for held in accounts.keys_of(conn, "u-2")] == [bobs]


def test_a_key_ends_once_and_only_by_its_owner(books: Catalog) -> None:
    with books.begin() as conn:
        assert not accounts.revoke_key(conn, "0a", AT, user_id="u-2")
        assert accounts.revoke_key(conn, "0a", AT, user_id="u-1")
        assert not accounts.revoke_key(conn, "0a", AT, user_id=None)
        assert accounts.keys_of(conn, None) == []
        assert accounts.key_and_user(conn, "0a") == Held(replace(KEY, revoked_at=AT), ANN)


def test_a_key_belongs_to_a_user(books: Catalog) -> None:
    with pytest.raises(sa.exc.IntegrityError), books.begin() as conn:
        accounts.add_key(conn, replace(KEY, id="0b", user_id="nobody"))


def test_a_session_tells_who_is_signed_in_until_it_ends(books: Catalog) -> None:
    with books.begin() as conn:
        accounts.begin_session(conn, "u-1", "aa", now=AT, ends_at=AT + HOUR)
        accounts.begin_session(conn, "u-2", "bb", now=AT, ends_at=AT + HOUR)
        assert accounts.user_in_session(conn, "aa", AT) == ANN
        assert accounts.user_in_session(conn, "bb", AT + HOUR / 2) == BOB
        assert accounts.user_in_session(conn, "bb", AT + HOUR) is None
        assert accounts.user_in_session(conn, "cc", AT) is None
        accounts.end_session(conn, "aa")
        assert accounts.user_in_session(conn, "aa", AT) is None
        assert accounts.user_in_session(conn, "bb", AT) == BOB


def test_who_is_shut_out_is_not_signed_in(books: Catalog) -> None:
    with books.begin() as conn:
        accounts.begin_session(conn, "u-2", "bb", now=AT, ends_at=AT + HOUR)
        accounts.set_disabled(conn, "u-2", AT)
        assert accounts.user_in_session(conn, "bb", AT) is None


def test_a_user_is_signed_out_everywhere(books: Catalog) -> None:
    with books.begin() as conn:
        for token, user in (("a1", "u-1"), ("a2", "u-1"), ("b1", "u-2")):
            accounts.begin_session(conn, user, token, now=AT, ends_at=AT + HOUR)
        accounts.end_sessions_of(conn, "u-1")
        left = [accounts.user_in_session(conn, token, AT) for token in ("a1", "a2", "b1")]
        assert left == [None, None, BOB]


def test_sessions_that_are_over_are_let_go_of(books: Catalog) -> None:
    with books.begin() as conn:
        accounts.begin_session(conn, "u-1", "old", now=AT, ends_at=AT + HOUR)
        accounts.begin_session(conn, "u-1", "new", now=AT + HOUR, ends_at=AT + 2 * HOUR)
        kept = conn.execute(sa.text("SELECT token_sha256 FROM sessions")).scalars().all()
        assert kept == ["new"]
