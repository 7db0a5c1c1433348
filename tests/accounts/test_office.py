"""The desk for accounts: credentials, sessions, users and keys, with a clock that a test moves."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.tables import migrated

from reelmill.accounts.caller import Caller
from reelmill.accounts.keys import digest
from reelmill.accounts.office import (
    NOTE_EVERY,
    SESSION,
    Accounts,
    BadLabel,
    BadName,
    NameTaken,
    NoOwnKeys,
    TooManyTries,
    UnknownKey,
    UnknownUser,
    WrongPassword,
    caller_of,
)
from reelmill.accounts.passwords import WeakPassword
from reelmill.accounts.tries import WINDOW
from reelmill.catalog.accounts import User
from reelmill.catalog.database import Catalog

GOOD = "correct horse battery"
HERE = "127.0.0.1"


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = migrated(f"sqlite:///{tmp_path}/catalog.db")
    yield opened
    opened.close()


@pytest.fixture
def desk(catalog: Catalog, clock: Clock) -> Accounts:
    return Accounts(catalog, clock)


@pytest.fixture
def ann(desk: Accounts) -> User:
    return desk.add_user("ann", password=GOOD)


def test_the_first_user_closes_the_door_for_good(desk: Accounts, catalog: Catalog) -> None:
    other_process = Accounts(catalog, datetime.now)
    assert not desk.are_set_up()
    assert not other_process.are_set_up()
    desk.add_user("ann", password=GOOD)
    desk.disable("ann")
    assert desk.are_set_up()
    assert other_process.are_set_up(), "a running server need not be started again"


@pytest.mark.parametrize("name", ["", " ", "_a", "a b", "a/b", "\u00e4nn", "x" * 65, "a\n"])
def test_odd_names_are_not_given(desk: Accounts, name: str) -> None:
    if name == "a\n":
        assert desk.add_user(name).name == "a", "white space around a name is nobody's wish"
        return
    with pytest.raises(BadName):
        desk.add_user(name)


def test_a_name_is_one_in_either_case_of_letters(desk: Accounts, ann: User) -> None:
    with pytest.raises(NameTaken):
        desk.add_user(" Ann ")
    assert desk.find("ANN") == ann
    assert desk.sign_in("Ann", GOOD, address=HERE)
    with pytest.raises(UnknownUser):
        desk.find("bob")


def test_a_weak_password_makes_no_user(desk: Accounts) -> None:
    with pytest.raises(WeakPassword):
        desk.add_user("ann", password="short")
    assert desk.users() == []


def test_a_key_speaks_for_its_owner_until_it_is_revoked(desk: Accounts, ann: User) -> None:
    made = desk.new_key(ann.id, " for  the\nnightly run ")
    assert made.key.label == "for the nightly run"
    assert desk.by_key(made.parts.text) == Caller(user_id=ann.id, name="ann")
    assert desk.by_bearer(made.parts.text) == caller_of(ann)
    desk.revoke(made.key.id)
    assert desk.by_key(made.parts.text) is None
    with pytest.raises(UnknownKey):
        desk.revoke(made.key.id)


def test_the_catalog_has_no_secret(desk: Accounts, ann: User, catalog: Catalog) -> None:
    made = desk.new_key(ann.id, "ci")
    token = desk.sign_in("ann", GOOD, address=HERE)
    with catalog.read() as conn:
        kept = "".join(
            str(row)
            for table in ("users", "api_keys", "sessions")
            for row in conn.exec_driver_sql(f"SELECT * FROM {table}")
        )
    assert digest(token) in kept
    for secret in (made.parts.secret, token, GOOD):
        assert secret not in kept


def test_a_key_with_another_secret_does_not_work(desk: Accounts, ann: User) -> None:
    made = desk.new_key(ann.id, "ci")
    forged = made.parts._replace(secret="0" * 64)
    assert desk.by_key(forged.text) is None
    assert desk.by_key(made.parts._replace(id="0" * 12).text) is None
    assert desk.by_key("") is None


def test_keys_of_who_is_shut_out_rest(desk: Accounts, ann: User) -> None:
    made, token = desk.new_key(ann.id, "ci"), desk.sign_in("ann", GOOD, address=HERE)
    desk.disable("ann")
    assert desk.by_key(made.parts.text) is None
    assert desk.by_session(token) is None
    with pytest.raises(WrongPassword):
        desk.sign_in("ann", GOOD, address=HERE)
    desk.enable("ann")
    assert desk.by_key(made.parts.text) is not None
    assert desk.by_session(token) is None, "a session that has ended stays over"


def test_the_use_of_a_key_is_written_at_most_once_a_minute(
    desk: Accounts, ann: User, clock: Clock
) -> None:
    made = desk.new_key(ann.id, "ci")
    first = clock.now

    def last_used_at() -> datetime | None:
        desk.by_key(made.parts.text)
        return desk.keys_of(ann.id)[0].key.last_used_at

    assert desk.keys_of(ann.id)[0].key.last_used_at is None
    assert last_used_at() == first
    clock.now += NOTE_EVERY - timedelta(seconds=1)
    assert last_used_at() == first
    clock.now += timedelta(seconds=1)
    assert last_used_at() == first + NOTE_EVERY


def test_nobody_revokes_anothers_key(desk: Accounts, ann: User) -> None:
    bob = desk.add_user("bob")
    made = desk.new_key(ann.id, "ci")
    with pytest.raises(UnknownKey):
        desk.revoke(made.key.id, user_id=bob.id)
    assert desk.keys_of(bob.id) == []
    assert [held.key.id for held in desk.keys_of(ann.id)] == [made.key.id]


@pytest.mark.parametrize("label", ["", "  ", "x" * 101])
def test_a_key_says_what_it_is_for(desk: Accounts, ann: User, label: str) -> None:
    with pytest.raises(BadLabel):
        desk.new_key(ann.id, label)


@pytest.mark.parametrize("user_id", ["local", "jwt-ann"])
def test_who_has_no_account_here_has_no_keys(desk: Accounts, user_id: str) -> None:
    with pytest.raises(NoOwnKeys):
        desk.new_key(user_id, "ci")
    with pytest.raises(NoOwnKeys):
        desk.change_password(Caller(user_id=user_id, name="x"), GOOD, GOOD + "!", address=HERE)


def test_a_session_ends_after_thirty_days_or_by_signing_out(
    desk: Accounts, ann: User, clock: Clock
) -> None:
    first, second = (desk.sign_in("ann", GOOD, address=HERE) for _ in range(2))
    assert first != second
    assert desk.by_session(first) == caller_of(ann)
    desk.sign_out(first)
    assert desk.by_session(first) is None
    clock.now += SESSION - timedelta(seconds=1)
    assert desk.by_session(second) == caller_of(ann)
    clock.now += timedelta(seconds=1)
    assert desk.by_session(second) is None


def test_whatever_is_wrong_the_words_are_the_same(desk: Accounts, ann: User) -> None:
    desk.add_user("robot")
    desk.add_user("gone", password=GOOD)
    desk.disable("gone")
    said = set()
    for name, password in ((ann.name, "wrong"), ("robot", ""), ("nobody", GOOD), ("gone", GOOD)):
        with pytest.raises(WrongPassword) as told:
            desk.sign_in(name, password, address=HERE)
        said.add((str(told.value), told.value.hint))
    assert len(said) == 1


def test_too_many_tries_have_to_wait_even_with_the_right_password(
    desk: Accounts, ann: User, clock: Clock
) -> None:
    for _ in range(5):
        with pytest.raises(WrongPassword):
            desk.sign_in(ann.name, "wrong", address=HERE)
    with pytest.raises(TooManyTries) as told:
        desk.sign_in("ann", GOOD, address=HERE)
    assert told.value.facts["retry_after_s"] == WINDOW.total_seconds() + 1
    assert desk.sign_in("ann", GOOD, address="10.0.0.9"), "the owner is not shut out elsewhere"
    clock.now += WINDOW
    assert desk.sign_in("ann", GOOD, address=HERE)


def test_names_that_do_not_exist_have_to_wait_as_well(desk: Accounts) -> None:
    for _ in range(5):
        with pytest.raises(WrongPassword):
            desk.sign_in("nobody", "wrong", address=HERE)
    with pytest.raises(TooManyTries):
        desk.sign_in("nobody", "wrong", address=HERE)


def test_another_password_ends_every_session(desk: Accounts, ann: User) -> None:
    tokens = [desk.sign_in("ann", GOOD, address=HERE) for _ in range(2)]
    new = GOOD + " staple"
    with pytest.raises(WrongPassword):
        desk.change_password(caller_of(ann), "wrong", new, address=HERE)
    with pytest.raises(WeakPassword):
        desk.change_password(caller_of(ann), GOOD, "short", address=HERE)
    assert all(desk.by_session(token) for token in tokens)
    desk.change_password(caller_of(ann), GOOD, new, address=HERE)
    assert [desk.by_session(token) for token in tokens] == [None, None]
    with pytest.raises(WrongPassword):
        desk.sign_in("ann", GOOD, address=HERE)
    assert desk.sign_in("ann", new, address=HERE)


def test_a_forgotten_password_is_replaced_at_the_machine(desk: Accounts, ann: User) -> None:
    token = desk.sign_in(ann.name, GOOD, address=HERE)
    desk.set_password("Ann", GOOD + " staple")
    assert desk.by_session(token) is None
    assert desk.sign_in("ann", GOOD + " staple", address=HERE)
