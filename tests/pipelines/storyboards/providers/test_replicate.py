"""The provider over HTTP, against one on this machine that fails on demand."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from tests.pipelines.storyboards.providers.counter import (
    EARLIER,
    FILM,
    LAKE,
    TOKEN,
    counter,
    settings_for,
)

from reelmill.errors import ReelmillError
from reelmill.http import Fetcher
from reelmill.pipelines.storyboards.providers.provider import (
    AnswerLost,
    CannotTell,
    PredictionId,
    PredictionState,
    ProviderRequest,
    ProviderUnavailable,
    RateLimited,
    RequestRefused,
)
from reelmill.pipelines.storyboards.providers.replicate import MAX_WAIT_S, Replicate
from reelmill.pipelines.storyboards.providers.simulator.faults import Call, Fault, Scheduled
from reelmill.pipelines.storyboards.providers.simulator.server import Provider, serving


def _planned(call: Call, *faults: Fault | None) -> Scheduled:
    return Scheduled({call: faults})


@pytest.mark.parametrize(
    ("wanted", "cost", "ending"),
    [
        pytest.param(LAKE, Decimal("0.003"), ".png", id="a picture"),
        pytest.param(FILM, Decimal("0.25"), ".mp4", id="a film of two and a half seconds"),
    ],
)
def test_what_is_bought_is_made_at_the_price_that_was_told(
    wanted: ProviderRequest, cost: Decimal, ending: str
) -> None:
    with counter() as here:
        assert here.client.offer(wanted).usd == cost
        bought = here.client.submit(wanted, "k1")
        states = [here.client.look(bought).state, here.client.look(bought).state]
        made = here.client.look(bought)
        assert states[0] is PredictionState.PROCESSING
        assert made.state is PredictionState.SUCCEEDED
        assert made.output_urls[0].endswith(ending)
        assert made.cost == cost == here.provider.books.total_usd


@pytest.mark.parametrize(
    ("fault", "bought"),
    [
        pytest.param(Fault.LOST_AFTER, True, id="taken, and the connection ended"),
        pytest.param(Fault.BROKEN_AFTER, True, id="taken, and 500"),
        pytest.param(Fault.HUNG_UP, False, id="not taken, and the connection ended"),
        pytest.param(Fault.BROKEN, False, id="not taken, and 500"),
    ],
)
def test_a_lost_answer_is_found_out_about_before_anything_is_bought_again(
    fault: Fault, *, bought: bool
) -> None:
    with counter(_planned(Call.CREATE, fault)) as here:
        with pytest.raises(AnswerLost) as lost:
            here.client.submit(LAKE, "k1")
        assert not lost.value.retryable
        assert here.bought == bought
        found = here.client.find("k1", EARLIER)
        assert found == (here.provider.books.purchases[0].id if bought else None)
        assert here.client.find("k2", EARLIER) is None


def test_an_answer_that_comes_too_late_is_lost_and_the_work_is_found() -> None:
    with counter(_planned(Call.CREATE, Fault.STALLED)) as here:
        hurried = Replicate(
            here.client._http, settings_for(here.url, timeout_s=0.4), wait=here.waited.append
        )
        with pytest.raises(AnswerLost):
            hurried.submit(LAKE, "k1")
        assert hurried.find("k1", EARLIER) == here.provider.books.purchases[0].id


@pytest.mark.parametrize(("wanted", "limit"), [(LAKE, "600s"), (FILM, "600s")])
def test_the_provider_is_told_how_long_it_may_take(wanted: ProviderRequest, limit: str) -> None:
    with counter() as here:
        here.client.submit(wanted, "k1")
        assert here.provider.books.purchases[0].cancel_after == limit


def test_a_list_that_lags_behind_is_asked_once_more() -> None:
    planned = Scheduled({Call.CREATE: [Fault.LOST_AFTER], Call.LIST: [Fault.LAGS]})
    with counter(planned) as here:
        with pytest.raises(AnswerLost):
            here.client.submit(LAKE, "k1")
        assert here.client.find("k1", EARLIER) == here.provider.books.purchases[0].id
        assert here.waited == [15.0]


def test_who_no_longer_knows_what_was_asked_cannot_tell() -> None:
    planned = Scheduled({Call.CREATE: [Fault.LOST_AFTER], Call.LIST: [Fault.FORGOT] * 2})
    with counter(planned) as here:
        with pytest.raises(AnswerLost):
            here.client.submit(LAKE, "k1")
        with pytest.raises(CannotTell):
            here.client.find("k1", EARLIER)


def test_what_was_bought_before_is_not_looked_at() -> None:
    with counter() as here:
        here.client.submit(LAKE, "k1")
        assert here.client.find("k1", datetime.now(UTC) + timedelta(hours=1)) is None


def test_it_is_found_behind_a_hundred_others() -> None:
    with counter() as here:
        wanted = here.client.submit(LAKE, "wanted")
        for number in range(205):
            here.provider.books.buy("somebody/else", {"input": {"seed": number}})
        assert here.client.find("wanted", EARLIER) == wanted
        assert [path for _, path, _ in here.provider.answered if "cursor" in path]


@pytest.mark.parametrize(
    ("act", "call"),
    [
        pytest.param(lambda c: c.submit(LAKE, "k1"), Call.CREATE, id="to buy"),
        pytest.param(
            lambda c: c.look(PredictionId("sim" + "1".zfill(23))), Call.LOOK, id="to look"
        ),
        pytest.param(lambda c: c.find("k0", EARLIER), Call.LIST, id="to find"),
        pytest.param(
            lambda c: c.cancel(PredictionId("sim" + "1".zfill(23))), Call.CANCEL, id="to cancel"
        ),
    ],
)
def test_who_is_told_to_come_later_comes_after_5_15_and_45_seconds(
    act: Callable[[Replicate], object], call: Call
) -> None:
    with counter(_planned(call, *[Fault.RATE_LIMITED] * 3)) as here:
        here.provider.books.buy("somebody/else", {"input": {"seed": 7}})
        act(here.client)
        assert here.waited[:3] == [5.0, 15.0, 45.0]
    with counter(_planned(call, *[Fault.RATE_LIMITED] * 4)) as here:
        here.provider.books.buy("somebody/else", {"input": {"seed": 7}})
        with pytest.raises(RateLimited):
            act(here.client)


@pytest.mark.parametrize("fault", [Fault.BROKEN, Fault.HUNG_UP])
def test_looking_may_be_done_again(fault: Fault) -> None:
    with counter(_planned(Call.LOOK, fault)) as here:
        bought = here.client.submit(LAKE, "k1")
        assert here.client.look(bought).state is PredictionState.PROCESSING
        assert here.waited == [5.0]


@pytest.mark.parametrize(
    ("fault", "state", "cost", "error"),
    [
        pytest.param(Fault.FAILS, "failed", "0.125", "CUDA out of memory", id="it fails"),
        pytest.param(Fault.STOPPED, "canceled", "0.125", "", id="the provider stops it"),
        pytest.param(Fault.SLOW, "succeeded", "0.25", "", id="it is slow"),
    ],
)
def test_what_comes_to_nothing_is_charged_too(
    fault: Fault, state: str, cost: str, error: str
) -> None:
    with counter(_planned(Call.WORK, fault)) as here:
        bought = here.client.submit(FILM, "k1")
        seen = [here.client.look(bought) for _ in range(6)][-1]
        assert (seen.state, seen.cost, seen.error) == (state, Decimal(cost), error)
        assert seen.cost == here.provider.books.total_usd


def test_what_is_canceled_before_it_began_costs_nothing_and_else_what_was_made() -> None:
    with counter() as here:
        first, second = here.client.submit(FILM, "k1"), here.client.submit(FILM, "k2")
        assert here.client.cancel(first).cost == 0
        here.client.look(second)
        stopped = here.client.cancel(second)
        assert (stopped.state, stopped.cost) == (PredictionState.CANCELED, Decimal("0.125"))
        assert here.client.cancel(second) == stopped
        assert here.provider.books.total_usd == Decimal("0.125")


def test_a_refusal_says_why_and_is_not_repeated() -> None:
    with counter(_planned(Call.CREATE, Fault.REFUSED)) as here:
        with pytest.raises(RequestRefused, match="not to our taste"):
            here.client.submit(LAKE, "k1")
        assert (here.bought, here.waited) == (0, [])
        with pytest.raises(RequestRefused, match="not found"):
            here.client.look(PredictionId("unknown"))


def test_a_server_that_is_not_there_has_sold_nothing() -> None:
    http, waited = Fetcher(["127.0.0.1/32"]), list[float]()
    client = Replicate(http, settings_for("http://127.0.0.1:9/v1"), wait=waited.append)
    with pytest.raises(ProviderUnavailable) as gone:
        client.submit(LAKE, "k1")
    assert gone.value.retryable
    assert waited == [5.0, 15.0, 45.0]
    http.close()


@pytest.mark.parametrize(
    ("more", "told"),
    [
        pytest.param({"token": ""}, "no token", id="no token"),
        pytest.param({"image_model": "a/b"}, "price", id="a model without a price"),
    ],
)
def test_what_cannot_be_bought_is_not_asked_for(more: dict[str, str], told: str) -> None:
    http = Fetcher()
    client = Replicate(http, settings_for("http://127.0.0.1:9/v1", **more))
    with pytest.raises(RequestRefused) as refused:
        client.submit(LAKE, "k1")
    assert told in refused.value.message + refused.value.hint
    http.close()


def test_the_token_is_told_to_nobody_but_the_provider() -> None:
    planned = Scheduled({call: [Fault.BROKEN] * 9 for call in Call})
    with counter(planned) as here:
        acts: tuple[Callable[[], object], ...] = (
            lambda: here.client.submit(LAKE, "k1"),
            lambda: here.client.look(PredictionId("x")),
            lambda: here.client.find("k1", EARLIER),
        )
        for act in acts:
            with pytest.raises(ReelmillError) as error:
                act()
            assert TOKEN not in repr(error.value.__dict__) + error.value.message
        assert TOKEN not in repr(settings_for(here.url))


def test_a_list_cannot_lead_the_token_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    with counter() as here, serving(Provider()) as other:
        monkeypatch.setattr("reelmill.pipelines.storyboards.providers.simulator.server.PAGE", 1)
        here.provider.books.buy("a/b", {"input": {}})
        here.provider.books.buy("a/b", {"input": {}})
        moved = Replicate(
            here.client._http, settings_for(here.url.replace("127.0.0.1", "localhost"))
        )
        moved._wait = here.waited.append
        assert moved.find("k1", EARLIER) is None
        with pytest.raises(ProviderUnavailable, match="another server"):
            here.client._asked(f"{other}/predictions")


def test_who_asks_for_a_long_pause_is_not_waited_for() -> None:
    with counter() as here, pytest.raises(RateLimited):
        here.client._wait_or_raise(5.0, RateLimited(wait_s=MAX_WAIT_S + 1))
    assert here.waited == []
