"""The page of an account: its keys, its password, the way out."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, SecretStr

from reelmill.accounts.office import TooManyTries, UserAndKey, WrongPassword
from reelmill.accounts.passwords import LEAST_LETTERS, MOST_LETTERS
from reelmill.errors import ReelmillError
from reelmill.web import who
from reelmill.web.deps import TheApp, TheCaller
from reelmill.web.languages import Language
from reelmill.web.problems import status_of
from reelmill.web.sheet import TheSheet

router = APIRouter(prefix="/account", include_in_schema=False)


class Passwords(BaseModel):
    """The present password, and the one to take instead."""

    model_config = ConfigDict(frozen=True)

    old: SecretStr = SecretStr("")
    """What works now."""

    new: SecretStr = SecretStr("")
    """What is to work from now on."""


class AccountPage:
    """Makes the page of whoever asks.

    Args:
        app: The app.
        caller: Who asks.
        sheet: Makes the page.
    """

    def __init__(self, app: TheApp, caller: TheCaller, sheet: TheSheet) -> None:
        self.accounts = app.accounts
        self.caller = caller
        self.language = sheet.language
        self._sheet = sheet

    def show(
        self,
        *,
        made: UserAndKey | None = None,
        problem: str = "",
        about: str = "",
        status: int = HTTPStatus.OK,
    ) -> Response:
        """The page, with a new key that is told this once, or with what went wrong about what."""
        told: dict[str, Any] = {
            "made": made,
            "problem": problem,
            "about": about,
            "place": "/account",
            "least": LEAST_LETTERS,
            "most": MOST_LETTERS,
            "user": self.accounts.user_of(self.caller),
            "keys": [held.key for held in self.accounts.keys_of(self.caller.user_id)],
        }
        return self._sheet.page("account.html", status=status, here="account", **told)


ThePage = Annotated[AccountPage, Depends()]


@router.get("")
def show_account(page: ThePage) -> Response:
    """Whose account it is, and what opens it."""
    return page.show()


@router.post("/keys")
def make_key(page: ThePage, label: Annotated[str, Form(max_length=1000)] = "") -> Response:
    """Make a key and show it, this once."""
    try:
        made = page.accounts.new_key(page.caller.user_id, label)
    except ReelmillError as error:
        return page.show(problem=_words(error, page.language), about="key", status=status_of(error))
    return page.show(made=made, status=HTTPStatus.CREATED)


@router.post("/keys/{key_id}/revoke")
def revoke_key(page: ThePage, key_id: str) -> Response:
    """End a key, then show the others."""
    page.accounts.revoke(key_id, user_id=page.caller.user_id)
    return RedirectResponse("/account#keys", HTTPStatus.SEE_OTHER)


@router.post("/password")
def change_password(
    page: ThePage, request: Request, given: Annotated[Passwords, Form()]
) -> Response:
    """Take another password; every browser has to sign in again, this one too."""
    try:
        page.accounts.change_password(
            page.caller,
            given.old.get_secret_value(),
            given.new.get_secret_value(),
            address=who.address_of(request),
        )
    except WrongPassword:
        problem = page.language.gettext("The present password is another.")
        return page.show(problem=problem, about="password", status=HTTPStatus.BAD_REQUEST)
    except ReelmillError as error:
        shown = page.show(
            problem=_words(error, page.language), about="password", status=status_of(error)
        )
        if isinstance(error, TooManyTries):
            shown.headers["Retry-After"] = str(error.facts["retry_after_s"])
        return shown
    response = RedirectResponse(f"{who.SIGN_IN}?changed=1&next=/account", HTTPStatus.SEE_OTHER)
    who.forget(request, response)
    return response


def _words(error: ReelmillError, language: Language) -> str:
    told = [language.known(sentence) or sentence for sentence in (error.title, error.hint)]
    return " ".join(told).strip()
