"""Whose replays somebody may name by their key, over HTTP."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.tables import built
from tests.web.people import Person, person
from tests.web.reels import Served, serving

from reelmill.config import Settings
from reelmill.units import StoreKey


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Served]:
    """A site whose node never starts."""
    with built(Settings(home=tmp_path / "home", children=1)) as app, serving(app) as served:
        yield served


@pytest.fixture
def ann(site: Served) -> Iterator[Person]:
    with person(site, "ann") as made:
        yield made


@pytest.fixture
def bob(site: Served) -> Iterator[Person]:
    with person(site, "bob") as made:
        yield made


def ask(http: httpx.Client, **spec: Any) -> httpx.Response:
    return http.post("/v1/replays", json=spec)


def kept_by(who: Person) -> str:
    """The key of a replay that somebody handed in."""
    answer = ask(who.http, game_id="0a1b", replay={"rounds": []})
    assert answer.status_code == 202
    return str(answer.json()["spec"]["replay_key"])


def test_what_ones_own_job_is_about_may_be_named_again(ann: Person) -> None:
    again = ask(ann.http, game_id="0a1b", replay_key=kept_by(ann), theme="dark")
    assert again.status_code == 202


def test_anothers_replay_is_answered_as_one_that_never_was(
    site: Served, ann: Person, bob: Person
) -> None:
    key = kept_by(ann)
    assert site.app.services.store.exists(StoreKey(key))
    for wanted in (key, "replays/inputs/none.json", "exports/ann/0a.mp4"):
        answer = ask(bob.http, game_id="mine", replay_key=wanted)
        assert (answer.status_code, answer.json()["code"]) == (404, "missing_object")
    assert bob.http.get("/v1/jobs").json()["jobs"] == []


def test_operators_name_what_they_like(site: Served, ann: Person) -> None:
    key = kept_by(ann)
    with person(site, "opal", operator=True) as opal:
        assert ask(opal.http, game_id="other", replay_key=key).status_code == 202


def test_who_is_alone_on_a_machine_names_what_they_like(site: Served) -> None:
    assert ask(site.http, game_id="0a1b", replay_key="inbox/0a1b.json").status_code == 202
