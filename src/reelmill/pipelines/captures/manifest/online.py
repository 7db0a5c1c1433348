"""Frames -> what they show, asked of a model that sees, over the guarded fetcher."""

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Annotated, Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from reelmill.errors import ReelmillError
from reelmill.http import Fetcher
from reelmill.pipelines.captures.checks.menu import Kind

#: Times that a frame is asked for, and seconds of each. Source: the documented pipeline.
TRIES: Final = 3
TIMEOUT_S: Final = 20.0

#: Largest answer, bytes.
MAX_ANSWER_BYTES: Final = 256 * 1024

#: Frames that are asked for at the same time.
AT_ONCE: Final = 4

#: Version of the question; another one whenever its words change.
QUESTION_VERSION: Final = "1"

QUESTION: Final = (
    "This is one frame of a recorded video game. Does it show a menu, an inventory, a lobby, a "
    "loading screen or a map that covers the game, so that nobody plays at this moment? "
    'Answer with JSON alone: {"kind": "menu"} or {"kind": "gameplay"}.'
)

#: Quality of the pictures that are sent, 1 to 95.
JPEG_QUALITY: Final = 85


class Vision(BaseModel):
    """A model that sees, behind the API that most servers of models speak (chat completions)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = ""
    """Address of the API: `https://host/v1/chat/completions`."""

    model: str = ""
    """Name of the model."""

    key: SecretStr = SecretStr("")
    """Goes with every question as a bearer token."""

    allow_networks: tuple[str, ...] = ()
    """Private networks in which it may be, in CIDR form: `10.0.0.0/8`."""

    timeout_s: Annotated[float, Field(gt=0, le=300)] = TIMEOUT_S
    """For one question, seconds."""

    @property
    def version(self) -> str:
        """What its answers are kept under.

        >>> Vision(model="seer/mini-2").version
        'online-seer.mini-2-1'
        """
        return f"online-{self.model.replace('/', '.')}-{QUESTION_VERSION}"


class Online:
    """Asks for frame after frame; a frame that gets no answer is an error, not a failure.

    Args:
        vision: Who is asked.
        fetcher: The way out.
    """

    def __init__(self, vision: Vision, fetcher: Fetcher) -> None:
        self._vision, self._fetcher = vision, fetcher

    def __call__(self, frames: NDArray[np.uint8]) -> tuple[Kind, ...]:
        """What each frame shows; frames are `(n, 3, height, width)` RGB."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return tuple(pool.map(self._one, frames))

    def _one(self, frame: NDArray[np.uint8]) -> Kind:
        body = json.dumps(question(self._vision.model, frame)).encode()
        for _ in range(TRIES):
            try:
                return kind_in(self._ask(body))
            except (ReelmillError, ValueError):
                continue
        return Kind.ERROR

    def _ask(self, body: bytes) -> bytes:
        key = self._vision.key.get_secret_value()
        answer = self._fetcher.ask(
            self._vision.url,
            body,
            headers={
                "Content-Type": "application/json",
                **({"Authorization": f"Bearer {key}"} if key else {}),
            },
            max_bytes=MAX_ANSWER_BYTES,
            timeout_s=self._vision.timeout_s,
        )
        return answer.body


def question(model: str, frame: NDArray[np.uint8]) -> dict[str, Any]:
    """The body of one question.

    Args:
        model: Name of the model.
        frame: `(3, height, width)` uint8 RGB.
    """
    picture = BytesIO()
    Image.fromarray(np.ascontiguousarray(frame.transpose(1, 2, 0))).save(
        picture, "JPEG", quality=JPEG_QUALITY
    )
    address = f"data:image/jpeg;base64,{base64.b64encode(picture.getvalue()).decode()}"
    parts = [
        {"type": "text", "text": QUESTION},
        {"type": "image_url", "image_url": {"url": address}},
    ]
    return {
        "model": model,
        "messages": [{"role": "user", "content": parts}],
        "temperature": 0,
        "max_tokens": 20,
        "response_format": {"type": "json_object"},
    }


def kind_in(answer: bytes) -> Kind:
    """What an answer says.

    Returns:
        `MENU` or `GAMEPLAY`.

    Raises:
        ValueError: it says nothing of the two.
    """
    try:
        content = json.loads(answer)["choices"][0]["message"]["content"]
        kind = Kind(json.loads(content)["kind"])
    except (LookupError, TypeError) as error:
        raise ValueError("no answer to the question") from error
    if kind is Kind.ERROR:
        raise ValueError("the model could not tell")
    return kind
