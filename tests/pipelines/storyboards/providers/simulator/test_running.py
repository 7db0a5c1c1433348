"""The simulated provider from the command line: says how it is used, and what was bought."""

import re
import socket
import threading

import httpx
import pytest

from reelmill.pipelines.storyboards.providers.simulator.faults import Call, Fault, Seeded
from reelmill.pipelines.storyboards.providers.simulator.running import (
    CannotServe,
    faults_of,
    simulate,
)
from reelmill.pipelines.storyboards.providers.simulator.server import Provider
from reelmill.terminal import Terminal


def test_it_answers_until_it_is_stopped_and_tells_its_books(
    capsys: pytest.CaptureFixture[str],
) -> None:
    provider, stopped = Provider(looks=0), threading.Event()
    thread = threading.Thread(
        target=simulate, args=(Terminal(), provider), kwargs={"port": 0, "stopped": stopped}
    )
    thread.start()
    out = ""
    while not (found := re.search(r"http://\S+/v1", out)):
        out += capsys.readouterr().out
    auth = {"Authorization": "Bearer any"}
    bought = httpx.post(f"{found[0]}/predictions", json={"input": {}}, headers=auth).json()
    httpx.get(f"{found[0]}/predictions/{bought['id']}", headers=auth).raise_for_status()
    stopped.set()
    thread.join()
    assert capsys.readouterr().out == "1 predictions bought, $0.003\n"


def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(CannotServe) as error:
        simulate(Terminal(), Provider(), port=taken.getsockname()[1])
    assert "--port" in error.value.hint


def test_faults_come_with_a_seed_alone() -> None:
    assert faults_of(None, 1.0).next(Call.CREATE) is None
    seeded = faults_of(7, 1.0)
    assert isinstance(seeded, Seeded)
    assert isinstance(seeded.next(Call.CREATE), Fault)
