"""Whoever asks, over HTTP: who they are, and their keys."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Self

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from reelmill.accounts.caller import Caller
from reelmill.accounts.office import MOST_LABEL
from reelmill.catalog.accounts import ApiKey
from reelmill.web.deps import TheApp, TheCaller
from reelmill.web.jobs import problem_documents

router = APIRouter(prefix="/v1", tags=["accounts"])

KeyId = Annotated[str, Path(description="The `id` of a key.", max_length=100)]


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True, use_attribute_docstrings=True)


class MeOut(_Said):
    """Who asks."""

    user_id: str
    """The `owner` of what they make."""

    name: str
    """For people."""

    is_operator: bool
    """Sees and steers everybody's jobs."""

    @classmethod
    def of(cls, caller: Caller) -> Self:
        """Whoever asks, told."""
        return cls.model_validate(caller)


class KeyOut(_Said):
    """A key, without its secret."""

    id: str
    """Stands in the middle of the key."""

    label: str
    """What it is for."""

    created_at: datetime
    """When it was made."""

    last_used_at: datetime | None
    """About when it was last used."""

    @classmethod
    def of(cls, key: ApiKey) -> Self:
        """A record of the catalog, told."""
        return cls.model_validate(key)


class NewKeyOut(KeyOut):
    """A key that was made just now."""

    key: str
    """The whole key. It is told this once."""


class NewKeyIn(BaseModel):
    """What is asked for."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    label: str = Field(min_length=1, max_length=MOST_LABEL)
    """What it is for, in your own words."""


@router.get("/me", operation_id="who_am_i", responses=problem_documents(401))
def who_am_i(caller: TheCaller) -> MeOut:
    """Who this key, token or session speaks for."""
    return MeOut.of(caller)


@router.get("/keys", operation_id="list_keys", responses=problem_documents(401))
def list_keys(app: TheApp, caller: TheCaller) -> list[KeyOut]:
    """Your keys that work, the newest first."""
    return [KeyOut.of(held.key) for held in app.accounts.keys_of(caller.user_id)]


@router.post(
    "/keys",
    operation_id="make_key",
    status_code=HTTPStatus.CREATED,
    responses=problem_documents(400, 401, 409, 422),
)
def make_key(app: TheApp, caller: TheCaller, asked: NewKeyIn, response: Response) -> NewKeyOut:
    """Make a key. It is shown this once; nobody can find it out again."""
    made = app.accounts.new_key(caller.user_id, asked.label)
    response.headers["Cache-Control"] = "no-store"
    return NewKeyOut(**KeyOut.of(made.key).model_dump(), key=made.parts.text)


@router.delete(
    "/keys/{key_id}",
    operation_id="revoke_key",
    status_code=HTTPStatus.NO_CONTENT,
    responses=problem_documents(401, 404),
)
def revoke_key(app: TheApp, caller: TheCaller, key_id: KeyId) -> None:
    """End a key of yours; whoever uses it is refused from now on."""
    app.accounts.revoke(key_id, user_id=caller.user_id)
