"""A request -> the language of its answer; the switch that chooses it; its words for scripts."""

import hashlib
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from reelmill.web import who
from reelmill.web.languages import Language, Languages
from reelmill.web.problems import ProblemRaised

#: The cookie that keeps what was chosen.
COOKIE: Final = "reelmill_language"

#: Seconds that a choice is kept.
KEPT_S: Final = 365 * 24 * 3600

#: Digits of a catalogue's checksum in its address.
MARK_DIGITS: Final = 10

router = APIRouter(include_in_schema=False)


def language_of(request: Request) -> Language:
    """What the browser has chosen, else what it asks for, else English."""
    languages: Languages = request.app.state.languages
    accepted = request.headers.get("accept-language", "")
    return languages.wanted(request.cookies.get(COOKIE), accepted)


async def language_here(request: Request) -> Language:
    """The same, as routes ask for it."""
    return language_of(request)


TheLanguage = Annotated[Language, Depends(language_here)]


def catalogue_address(language: Language) -> str:
    """Where scripts find the words of a language; it changes with them."""
    mark = hashlib.sha256(language.script.encode()).hexdigest()[:MARK_DIGITS]
    return f"/catalogues/{language.tag}.js?v={mark}"


@router.get("/catalogues/{tag}.js")
def send_catalogue(request: Request, tag: str) -> Response:
    """The words of a language, for scripts."""
    headers = {"Cache-Control": "no-cache"}
    return Response(_named(request, tag).script, media_type="text/javascript", headers=headers)


@router.post("/language")
def choose_language(
    request: Request,
    language: Annotated[str, Form(max_length=20)],
    following: Annotated[str, Form(alias="next", max_length=4000)] = "",
) -> Response:
    """Keep what was chosen, and go on."""
    chosen = _named(request, language)
    response = RedirectResponse(who.local_path(following), HTTPStatus.SEE_OTHER)
    secure = request.url.scheme == "https"
    response.set_cookie(
        COOKIE, chosen.tag, max_age=KEPT_S, httponly=True, samesite="lax", secure=secure
    )
    return response


def _named(request: Request, tag: str) -> Language:
    languages: Languages = request.app.state.languages
    found = languages.named(tag)
    if found is None:
        raise ProblemRaised(HTTPStatus.NOT_FOUND, "unknown_language", "Nobody here speaks that.")
    return found
