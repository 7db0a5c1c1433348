"""Replicate over HTTP: predictions are made, looked at, found again and canceled."""

import json
import time
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import quote, urlencode

from pydantic import ValidationError

from reelmill.errors import Canceled
from reelmill.http import Answer, Fetcher, FetchFailed, NotReached, TooLarge
from reelmill.pipelines.storyboards.providers.provider import (
    AnswerLost,
    CannotTell,
    FilmRequest,
    Found,
    Offer,
    Prediction,
    PredictionId,
    ProviderRequest,
    ProviderUnavailable,
    RateLimited,
    RequestRefused,
    let_pass,
)
from reelmill.pipelines.storyboards.providers.replicate_api import (
    Page,
    Told,
    input_of,
    mark_of,
    path_of,
    place_of,
    prediction_of,
    price_of,
)
from reelmill.pipelines.storyboards.settings import ModelPrice, StoryboardsSettings
from reelmill.pipelines.storyboards.spec import Tier
from reelmill.services import attempt

#: Most bytes of an answer: a page of a hundred predictions with their logs.
MAX_ANSWER_BYTES: Final = 32_000_000

#: Pages of a list that are read to find a purchase; at a hundred a page, 5,000 predictions.
MAX_PAGES: Final = 50

#: What the provider's clock may be behind or before ours.
CLOCKS_DIFFER: Final = timedelta(minutes=2)

#: Longest wait that the provider may ask for and is given inside of a call, in seconds.
MAX_WAIT_S: Final = 90.0

#: Letters of a refusal that are told.
DETAIL_LETTERS: Final = 300

_TOO_MANY, _BROKEN, _ACCEPTED = 429, 500, (200, 201, 202)


def wait_unless_canceled(seconds: float) -> None:
    """Wait; the end of the job that waits ends it.

    Raises:
        Canceled: the job was canceled meanwhile.
    """
    try:
        canceled = attempt().canceled
    except LookupError:
        time.sleep(seconds)
        return
    if canceled.wait(seconds):
        raise Canceled


class Replicate:
    """The provider over HTTP.

    Args:
        http: The way out.
        settings: Where it is, which models, at which price.
        webhook_url: Where it calls back when something has ended; empty for nowhere.
        wait: Waits some seconds.
    """

    name = "replicate"

    def __init__(
        self,
        http: Fetcher,
        settings: StoryboardsSettings,
        *,
        webhook_url: str = "",
        wait: Callable[[float], None] = wait_unless_canceled,
    ) -> None:
        self._http = http
        self._all = settings
        self._settings = settings.replicate
        self._webhook_url = webhook_url
        self._wait = wait

    def offer(self, request: ProviderRequest) -> Offer:
        """What a request will cost when it succeeds. See `Provider.offer`."""
        model = self._model(request)
        terms = self._price_of(model)
        return Offer(model, terms, price_of(request, terms))

    def submit(
        self,
        request: ProviderRequest,
        idempotency_key: str,
        before_leaving: Callable[[], None] = let_pass,
    ) -> PredictionId:
        """Ask for something, once: this buys it. See `Provider.submit`."""
        model = self._model(request)
        self._price_of(model)
        path, version = place_of(model)
        body: dict[str, Any] = {"input": input_of(request, mark_of(idempotency_key))}
        body |= {"version": version} if version else {}
        if self._webhook_url:
            body["webhook"] = f"{self._webhook_url}?{urlencode({'key': idempotency_key})}"
            body["webhook_events_filter"] = ["completed"]
        limit_s = self._limit_s(request)
        answer = self._bought(path, json.dumps(body).encode(), limit_s, before_leaving)
        try:
            return PredictionId(Told.model_validate_json(answer.body).id)
        except ValidationError as error:
            raise AnswerLost(status=answer.status, problem="not a prediction") from error

    def look(self, prediction_id: PredictionId) -> Prediction:
        """How far something is. See `Provider.look`."""
        return self._told(self._asked(f"predictions/{quote(prediction_id, safe='')}"))

    def cancel(self, prediction_id: PredictionId) -> Prediction:
        """Stop something. See `Provider.cancel`."""
        return self._told(self._asked(f"predictions/{quote(prediction_id, safe='')}/cancel", b""))

    def find(self, idempotency_key: str, since: datetime) -> PredictionId | None:
        """What was bought under a key. See `Provider.find`.

        What is not there is looked for once more after a while: a list may lag behind.
        """
        mark = mark_of(idempotency_key)
        found = self._listed(mark, since)
        if found is None:
            self._wait(max(self._settings.call_waits_s, default=1.0) / 3)
            found = self._listed(mark, since)
        return found

    def recent(self, keys: Collection[str], since: datetime) -> list[Found]:
        """What was bought under any of some keys. See `Provider.recent`."""
        of_mark = {mark_of(key): key for key in keys}
        found = []
        for told in self._since(since - CLOCKS_DIFFER):
            key = of_mark.get(_seed(told))
            if key is not None:
                found.append(Found(key, self._seen(told), _time(told.created_at)))
        return found

    def _listed(self, mark: int, since: datetime) -> PredictionId | None:
        """Go through what was bought since then.

        Raises:
            CannotTell: it is not there, and what was asked of another is no longer known.
        """
        forgotten = 0
        for told in self._since(since - CLOCKS_DIFFER):
            if _seed(told) == mark:
                return PredictionId(told.id)
            forgotten += told.data_removed or told.input is None
        if forgotten:
            raise CannotTell(forgotten=forgotten, since=since.isoformat())
        return None

    def _since(self, earliest: datetime) -> Iterator[Told]:
        """Predictions that were made since then, the newest first."""
        after = urlencode({"created_after": earliest.astimezone(UTC).isoformat()})
        url: str | None = f"predictions?{after}"
        for _ in range(MAX_PAGES):
            page = self._page(url or "")
            for told in page.results:
                if _time(told.created_at) < earliest:
                    return
                yield told
            url = page.next
            if not url:
                return
        raise CannotTell(pages=MAX_PAGES, since=earliest.isoformat())

    def _page(self, url: str) -> Page:
        answer = self._asked(url)
        try:
            return Page.model_validate_json(answer.body)
        except ValidationError as error:
            raise ProviderUnavailable(problem="its list cannot be read") from error

    def _told(self, answer: Answer) -> Prediction:
        try:
            told = Told.model_validate_json(answer.body)
        except ValidationError as error:
            raise ProviderUnavailable(problem="its answer cannot be read") from error
        return self._seen(told)

    def _seen(self, told: Told) -> Prediction:
        return prediction_of(told, self._price_of(self._known_as(told)))

    def _known_as(self, told: Told) -> str:
        """The name in the price list of the model that a prediction is of."""
        chosen = [self._all.models(tier) for tier in Tier]
        names = [name for models in chosen for name in (models.video, models.image)]
        usual = self._all.models(Tier.BALANCED)
        by_input = usual.video if "images" in (told.input or {}) else usual.image
        return next((name for name in names if path_of(name) == told.model), by_input)

    def _bought(
        self, path: str, body: bytes, limit_s: float, before_leaving: Callable[[], None]
    ) -> Answer:
        """Send what buys; again only while nothing was bought for certain."""
        headers = {"Content-Type": "application/json", "Cancel-After": f"{int(limit_s)}s"}
        for wait_s in (*self._settings.call_waits_s, None):
            try:
                answer = self._call(path, body, headers, before_leaving)
            except NotReached as error:
                self._wait_or_raise(wait_s, ProviderUnavailable(problem=error.message))
            except (FetchFailed, TooLarge) as error:
                raise AnswerLost(problem=error.message) from error
            else:
                if answer.status >= _BROKEN:
                    raise AnswerLost(status=answer.status)
                if answer.status != _TOO_MANY:
                    return _accepted(answer)
                self._wait_or_raise(wait_s, _limited(answer))
        raise ProviderUnavailable

    def _asked(self, path: str, body: bytes | None = None) -> Answer:
        """Ask for what may be asked again, as often as the settings say."""
        for wait_s in (*self._settings.call_waits_s, None):
            try:
                answer = self._call(path, body, {})
            except (FetchFailed, TooLarge) as error:
                self._wait_or_raise(wait_s, ProviderUnavailable(problem=error.message))
            else:
                if answer.status != _TOO_MANY and answer.status < _BROKEN:
                    return _accepted(answer)
                trouble = ProviderUnavailable(status=answer.status)
                limited = answer.status == _TOO_MANY
                self._wait_or_raise(wait_s, _limited(answer) if limited else trouble)
        raise ProviderUnavailable

    def _wait_or_raise(
        self, wait_s: float | None, error: RateLimited | ProviderUnavailable
    ) -> None:
        """Wait for the next try; when there is none, or it is too far away, say why."""
        asked_s = error.wait_s if isinstance(error, RateLimited) else 0.0
        if wait_s is None or asked_s > MAX_WAIT_S:
            raise error
        self._wait(max(wait_s, asked_s))

    def _call(
        self,
        path: str,
        body: bytes | None,
        headers: dict[str, str],
        before_leaving: Callable[[], None] = let_pass,
    ) -> Answer:
        token = self._settings.token.get_secret_value()
        if not token:
            raise RequestRefused(
                problem="no token", hint="Set REELMILL_PIPELINES__STORYBOARDS__REPLICATE__TOKEN."
            )
        return self._http.ask(
            self._within(path),
            body,
            headers={"Authorization": f"Bearer {token}", "Accept": "application/json"} | headers,
            max_bytes=MAX_ANSWER_BYTES,
            timeout_s=self._settings.timeout_s,
            before_leaving=before_leaving,
        )

    def _within(self, path: str) -> str:
        """An address of the API. The token goes nowhere else, whatever a page says is next."""
        base = self._settings.url.rstrip("/")
        if "://" not in path:
            return f"{base}/{path}"
        if not path.startswith(f"{base}/"):
            raise ProviderUnavailable(problem="it points to another server", url=path[:200])
        return path

    def _model(self, request: ProviderRequest) -> str:
        models = self._all.models(request.tier)
        return models.video if isinstance(request, FilmRequest) else models.image

    def _limit_s(self, request: ProviderRequest) -> float:
        waits = self._all.waits
        return waits.video_limit_s if isinstance(request, FilmRequest) else waits.image_limit_s

    def _price_of(self, model: str) -> ModelPrice:
        try:
            return self._all.prices[model]
        except KeyError:
            raise RequestRefused(
                model=model, hint=f'Set its price: [pipelines.storyboards.prices."{model}"].'
            ) from None


def _accepted(answer: Answer) -> Answer:
    if answer.status in _ACCEPTED:
        return answer
    raise RequestRefused(status=answer.status, detail=_detail(answer.body))


def _detail(body: bytes) -> str:
    """What a refusal says of itself, on one line."""
    text = body[: DETAIL_LETTERS * 4].decode(errors="replace")
    try:
        told = json.loads(body)
        text = str(told.get("detail") or told.get("title") or text)
    except (ValueError, AttributeError):
        pass
    return " ".join(text.split())[:DETAIL_LETTERS]


def _limited(answer: Answer) -> RateLimited:
    told = answer.headers.get("Retry-After", "").strip()
    return RateLimited(wait_s=float(told) if told.isdecimal() else 0.0)


def _seed(told: Told) -> int:
    """The seed that was asked with; -1 where none is known."""
    seed = (told.input or {}).get("seed")
    return seed if isinstance(seed, int) else -1


def _time(text: str) -> datetime:
    """When something was made; one that does not say was made just now."""
    try:
        made = datetime.fromisoformat(text)
    except ValueError:
        return datetime.max.replace(tzinfo=UTC)
    return made if made.tzinfo else made.replace(tzinfo=UTC)
