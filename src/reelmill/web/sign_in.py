"""The page to sign in, and the way out."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from reelmill.accounts.office import TooManyTries, WrongPassword
from reelmill.web import who
from reelmill.web.deps import TheApp
from reelmill.web.sheet import TheSheet

router = APIRouter(include_in_schema=False)


class Entry(BaseModel):
    """What came with the form."""

    model_config = ConfigDict(frozen=True)

    name: str = Field(default="", max_length=200)
    """Who signs in."""

    password: SecretStr = SecretStr("")
    """What proves it."""

    following: str = Field(default="", alias="next", max_length=4000)
    """Where to go on to."""


Next = Annotated[str, Query(alias="next", max_length=4000)]


@router.get(who.SIGN_IN)
def show_sign_in(
    app: TheApp, request: Request, sheet: TheSheet, *, following: Next = "", changed: bool = False
) -> Response:
    """The form, for whoever has to sign in."""
    token = request.cookies.get(who.COOKIE)
    if not app.accounts.are_set_up() or (token and app.accounts.by_session(token)):
        return RedirectResponse(who.local_path(following), HTTPStatus.SEE_OTHER)
    told = sheet.language.gettext("The password is changed. Sign in with the new one.")
    note = told if changed else ""
    return _form(sheet, Entry(next=following), note=note)


@router.post(who.SIGN_IN)
def sign_in(
    app: TheApp, request: Request, sheet: TheSheet, entry: Annotated[Entry, Form()]
) -> Response:
    """Begin a session and go on, or show the form again."""
    password, address = entry.password.get_secret_value(), who.address_of(request)
    try:
        token = app.accounts.sign_in(entry.name, password, address=address)
    except WrongPassword as error:
        return _form(
            sheet, entry, problem=_said(sheet, error.title), status=HTTPStatus.UNAUTHORIZED
        )
    except TooManyTries as error:
        problem = f"{_said(sheet, error.title)} {_said(sheet, error.hint)}"
        shown = _form(sheet, entry, problem=problem, status=HTTPStatus.TOO_MANY_REQUESTS)
        shown.headers["Retry-After"] = str(error.facts["retry_after_s"])
        return shown
    response = RedirectResponse(who.local_path(entry.following), HTTPStatus.SEE_OTHER)
    who.keep_signed_in(request, response, token)
    return response


@router.post("/sign-out")
def sign_out(app: TheApp, request: Request) -> Response:
    """End the session of this browser."""
    if token := request.cookies.get(who.COOKIE):
        app.accounts.sign_out(token)
    response = RedirectResponse(who.SIGN_IN, HTTPStatus.SEE_OTHER)
    who.forget(request, response)
    return response


def _said(sheet: TheSheet, sentence: str) -> str:
    return sheet.language.known(sentence) or sentence


def _form(
    sheet: TheSheet, entry: Entry, *, note: str = "", problem: str = "", status: int = HTTPStatus.OK
) -> Response:
    told = {"name": entry.name, "following": entry.following, "note": note, "problem": problem}
    # Who changes the language here still goes on to where they were going.
    told["place"] = entry.following or "/"
    return sheet.page("sign_in.html", status=status, here="sign-in", **told)
