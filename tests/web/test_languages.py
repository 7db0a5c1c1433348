"""Catalogues and what a browser asks for -> a language."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from reelmill.engine.explain import ADVICE
from reelmill.web import words
from reelmill.web.languages import ENGLISH, HOUSE, Languages
from reelmill.web.sheet import catalogues_of

KO = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

msgid "%(count)s film"
msgid_plural "%(count)s films"
msgstr[0] "필름 %(count)s개"

msgid "The film is torn."
msgstr "필름이 찢어졌습니다."

#, fuzzy
msgid "Perhaps"
msgstr "아마"
"""


@pytest.fixture(scope="module")
def here() -> Languages:
    """What the house and the shorts speak."""
    return Languages(catalogues_of(["shorts"]))


@pytest.fixture
def made(tmp_path: Path) -> Languages:
    (tmp_path / "ko.po").write_text(KO)
    return Languages({HOUSE: tmp_path, "silent": tmp_path / "none"})


@pytest.mark.parametrize(
    ("chosen", "accepted", "tag"),
    [
        pytest.param(None, "", "en", id="asks for nothing: English"),
        pytest.param(None, "ko-KR,ko;q=0.9,en;q=0.8", "ko", id="a Korean browser"),
        pytest.param(None, "KO", "ko", id="in capitals"),
        pytest.param(None, "en-US,en;q=0.9,ko;q=0.8", "en", id="knows Korean, likes English more"),
        pytest.param(None, "fr;q=0.9, ko;q=0.1", "ko", id="what nobody here speaks is passed over"),
        pytest.param(None, "ko;q=0, fr", "en", id="Korean is not wanted"),
        pytest.param(None, "ko;q=much,;;,=", "en", id="no header at all"),
        pytest.param(None, "a," * 100_000 + "ko", "en", id="a header without an end"),
        pytest.param("en", "ko", "en", id="a choice goes before"),
        pytest.param("ko", "en", "ko", id="also the other way"),
        pytest.param("xx", "ko", "ko", id="a choice that is not there"),
    ],
)
def test_the_language_of_a_request(
    here: Languages, chosen: str | None, accepted: str, tag: str
) -> None:
    assert here.wanted(chosen, accepted).tag == tag


def test_languages_are_called_as_those_call_them_who_speak_them(here: Languages) -> None:
    assert {one.tag: one.name for one in here} == {"en": "English", "ko": "한국어"}


def test_a_number_of_things_has_the_forms_of_its_language(made: Languages) -> None:
    ko = made.wanted("ko", "")
    told = [
        [one.ngettext("%(count)s film", "%(count)s films", n) for n in (1, 1200)]
        for one in (ENGLISH, ko)
    ]
    assert told == [["1 film", "1,200 films"], ["필름 1개", "필름 1,200개"]]


def test_what_nobody_has_looked_at_is_not_said(made: Languages) -> None:
    ko = made.wanted("ko", "")
    assert ko.gettext("Perhaps") == "Perhaps"
    assert ko.known("Perhaps") is None
    assert ko.known("") is None


def test_a_failure_is_told_in_words_if_all_of_it_is_known(made: Languages) -> None:
    ko = made.wanted("ko", "")
    assert ko.failure("The film is torn. (at_s=3.5, why='x')") == "필름이 찢어졌습니다."
    assert ko.failure("Split: The film is torn.") == "Split: The film is torn."
    assert ko.failure("") == ""


def test_a_room_without_a_catalogue_is_known(made: Languages) -> None:
    assert made.wanted("ko", "").rooms == {HOUSE}


def test_scripts_get_the_same_words(made: Languages) -> None:
    script = made.wanted("ko", "").script
    assert script.isascii()
    assert '"The film is torn.": "\\ud544' in script
    assert '"%(count)s film": ["' in script
    assert "Perhaps" not in script
    assert ENGLISH.script == ""


def test_advice_is_in_ones_language_and_its_command_as_it_is_typed(here: Languages) -> None:
    ko, again = here.wanted("ko", ""), "`reelmill jobs retry shorts/a` tries it again."
    assert (
        words.advice(again, ko) == "`reelmill jobs retry shorts/a`(으)로 다시 시도할 수 있습니다."
    )
    busy = ADVICE["timed_out"]
    assert words.advice(f"{busy} {again}", ko).startswith("허용된 시간을 초과했습니다.")
    assert words.advice(f"Nobody knows. {again}", ko).startswith("Nobody knows. `reelmill")
    assert words.advice("Nobody knows.", ko) == "Nobody knows."


def test_what_people_read_about_a_job_is_in_their_language(here: Languages) -> None:
    ko, noon = here.wanted("ko", ""), datetime(2026, 11, 21, 12, 5, tzinfo=UTC)
    assert words.ago(noon, noon.replace(minute=8), ko) == "3분 전"
    assert words.took(75, ko) == "1분 15초"
    assert words.progress("fetch", 0, 0, "fetching the video", ko) == "영상을 가져오는 중"
    assert words.progress("draw", 3, 1200, "", ko) == "draw · 1,200 중 3"
    assert words.states(ko)["completed"] == "완료"
    assert ko.moment(noon) == "2026. 11. 21. 오후 12:05:00 UTC"
    assert ENGLISH.moment(noon).replace("\N{NARROW NO-BREAK SPACE}", " ") == (
        "Nov 21, 2026, 12:05:00 PM UTC"
    )
