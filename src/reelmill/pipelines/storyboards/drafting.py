"""A prompt -> scenes: by rule, or by a language model where there is one; never nothing."""

import json
from typing import Annotated, Final, Protocol

import structlog
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from reelmill.errors import ReelmillError
from reelmill.http import Fetcher
from reelmill.pipelines.storyboards import plan
from reelmill.pipelines.storyboards.settings import LlmSettings
from reelmill.pipelines.storyboards.spec import GenerationRequest, Scene, Text1000, Text2000

#: Most bytes of an answer.
MAX_ANSWER_BYTES: Final = 1_000_000

_OK: Final = 200

log = structlog.get_logger()


class Drafter(Protocol):
    """Who writes the scenes of a prompt."""

    def draft(self, request: GenerationRequest, variation: int = 1) -> tuple[Scene, ...]:
        """The scenes, numbered from 1; their durations add up to what was asked."""
        ...


class ByRule:
    """Writes scenes by rule; the same for the same prompt."""

    def draft(self, request: GenerationRequest, variation: int = 1) -> tuple[Scene, ...]:
        """See `plan.draft`."""
        return plan.draft(request, variation)


class _Written(BaseModel):
    """A scene as a model writes it."""

    model_config = ConfigDict(extra="ignore")

    description: Text1000
    image_prompt: Annotated[Text2000, Field(max_length=plan.PROMPT_LETTERS)]


_WRITTEN: Final = TypeAdapter(list[_Written])


class ByModel:
    """Asks a language model, behind an API as OpenAI's; what it gets wrong is done by rule.

    Args:
        http: The way out.
        settings: Where it is.
    """

    def __init__(self, http: Fetcher, settings: LlmSettings) -> None:
        self._http = http
        self._settings = settings

    def draft(self, request: GenerationRequest, variation: int = 1) -> tuple[Scene, ...]:
        """The words are the model's; number, times and transitions are those of the rule."""
        ruled = plan.draft(request, variation)
        try:
            written = self._asked(request, variation, len(ruled))
        except (ReelmillError, ValidationError, ValueError, LookupError, TypeError) as error:
            log.warning("model does not draft", problem=str(error)[:200])
            return ruled
        return tuple(
            scene.model_copy(
                update={
                    "description": words.description,
                    "image_prompt": plan.finished(words.image_prompt, request.style),
                }
            )
            for scene, words in zip(ruled, written, strict=True)
        )

    def _asked(self, request: GenerationRequest, variation: int, count: int) -> list[_Written]:
        body = {
            "model": self._settings.model,
            "messages": [
                {"role": "system", "content": _task(count)},
                {"role": "user", "content": _wish(request, variation)},
            ],
        }
        token = self._settings.token.get_secret_value()
        answer = self._http.ask(
            f"{self._settings.url.rstrip('/')}/chat/completions",
            json.dumps(body).encode(),
            headers={"Content-Type": "application/json"}
            | ({"Authorization": f"Bearer {token}"} if token else {}),
            max_bytes=MAX_ANSWER_BYTES,
            timeout_s=self._settings.timeout_s,
        )
        if answer.status != _OK:
            raise ValueError(f"status {answer.status}")
        text: str = json.loads(answer.body)["choices"][0]["message"]["content"]
        written = _WRITTEN.validate_json(text[text.index("[") : text.rindex("]") + 1])
        if len(written) != count:
            raise ValueError(f"{len(written)} scenes instead of {count}")
        return written


def drafter_of(http: Fetcher, settings: LlmSettings) -> Drafter:
    """Who drafts, as the operator chose."""
    return ByModel(http, settings) if settings.url else ByRule()


def _task(count: int) -> str:
    return (
        f"You write storyboards. Answer with nothing but a JSON array of {count} objects in the "
        "order of the video, each with 'description' (what happens, at most 900 letters) and "
        "'image_prompt' (what one picture of it shows, at most 1500 letters)."
    )


def _wish(request: GenerationRequest, variation: int) -> str:
    told = {
        "prompt": request.prompt,
        "seconds": request.duration,
        "style": request.style,
        "brand_guidelines": request.brand_guidelines,
        "variation": f"{variation} of {request.variations}, each told in its own way"
        if request.variations > 1
        else None,
    }
    return json.dumps({name: value for name, value in told.items() if value})
