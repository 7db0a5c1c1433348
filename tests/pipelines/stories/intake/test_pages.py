"""Pages as servers send them, and what is left of them."""

import pytest

from reelmill.http import Fetched
from reelmill.pipelines.stories.intake.pages import page_in, text_of
from reelmill.pipelines.stories.spec import NotReadable

PARAGRAPHS = (
    "Once upon a time a dragon flew over the hills, and nobody saw it but a shepherd & his dog.",
    "The shepherd told the village of it, but the village had heard of dragons before.",
    "So he went up the hill again, and this time he took the smith with him, who had good eyes.",
)


def article(*paragraphs: str, head: str = "") -> str:
    told = "".join(f"<p>{one.replace('&', '&amp;')}</p>" for one in paragraphs)
    return (
        f"<!doctype html><html><head>{head}<title>A dragon's flight</title>"
        "<style>p { color: red }</style></head><body>"
        "<nav><ul><li><a href='/'>Home</a></li><li><a href='/shop'>Shop</a></li></ul></nav>"
        f"<article><h1>A dragon's flight</h1>{told}</article>"
        "<script>var tracked = 'by somebody';</script>"
        "<footer><p>Copyright, imprint, cookies</p></footer></body></html>"
    )


def fetched(body: bytes | str, media_type: str = "text/html", charset: str = "") -> Fetched:
    whole = body.encode() if isinstance(body, str) else body
    return Fetched(url="https://a.example/x", media_type=media_type, charset=charset, body=whole)


def test_the_text_of_a_page_is_left_and_nothing_around_it() -> None:
    page = page_in(fetched(article(*PARAGRAPHS)))
    assert page.title == "A dragon's flight"
    assert all(one in page.text.split("\n\n") for one in PARAGRAPHS)
    for gone in ("Home", "Shop", "tracked", "Copyright", "color", "<", "&amp;"):
        assert gone not in page.text


def test_plain_text_stays_as_it_is() -> None:
    page = page_in(fetched("One\nline.\n\n\nTwo <b>.\n", "text/plain"))
    assert page == ("", "One line.\n\nTwo <b>.")


def test_a_page_that_does_not_say_what_it_is_is_read() -> None:
    assert PARAGRAPHS[0] in page_in(fetched(article(*PARAGRAPHS), "")).text


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        pytest.param(b"%PDF-1.7\n\0\0", "application/pdf", id="PDF"),
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0\0", "", id="a picture that does not say so"),
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0\0", "text/html", id="a picture that lies"),
        pytest.param(b"{}", "application/json", id="data"),
        pytest.param(b"", "text/html", id="nothing"),
        pytest.param(b" \n", "text/plain", id="nothing but space"),
        pytest.param(
            b"<html><body><div id=app></div><script>go()</script></body></html>",
            "text/html",
            id="written by a program in the browser",
        ),
        pytest.param(b"<div>" * 100_000 + b"deep", "text/html", id="a well without a bottom"),
    ],
)
def test_what_is_no_page_of_text_is_refused(body: bytes, media_type: str) -> None:
    with pytest.raises(NotReadable) as refused:
        page_in(fetched(body, media_type))
    assert refused.value.facts["problem"]


WORDS = "Дракон полетел"


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(fetched(WORDS), id="UTF-8, not said"),
        pytest.param(fetched(WORDS.encode("utf-8-sig"), charset="koi8-r"), id="a mark wins"),
        pytest.param(fetched(WORDS.encode("utf-16")), id="UTF-16 with its mark"),
        pytest.param(fetched(WORDS.encode("cp1251"), charset="windows-1251"), id="the server says"),
        pytest.param(fetched(WORDS.encode("koi8-r"), charset="KOI8-R"), id="in large letters"),
        pytest.param(fetched(WORDS, charset="no-such-thing"), id="the server says nonsense"),
        pytest.param(fetched(WORDS, charset="unicode_escape"), id="the server says a trick"),
        pytest.param(fetched(WORDS, charset="hex"), id="the server says no text"),
        pytest.param(fetched(WORDS, charset="ascii"), id="the server says too little"),
    ],
)
def test_letters_are_read_in_their_encoding(page: Fetched) -> None:
    assert text_of(page).endswith(WORDS) is (page.charset != "ascii")


def test_a_page_tells_its_own_encoding() -> None:
    paragraphs = [f"{WORDS} над горой, и никто не увидел, кроме пастуха {n}." for n in range(4)]
    for head in (
        '<meta charset="windows-1251">',
        '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">',
    ):
        body = article(*paragraphs, head=head).encode("cp1251")
        assert WORDS in page_in(fetched(body)).text


def test_a_page_with_an_xml_declaration_is_read() -> None:
    body = '<?xml version="1.0" encoding="utf-8"?>' + article(*PARAGRAPHS)
    assert PARAGRAPHS[1] in page_in(fetched(body, "application/xhtml+xml")).text


def test_what_nobody_told_is_read_as_browsers_do() -> None:
    assert text_of(fetched("caf\xe9 “x”".encode("cp1252"))) == "café “x”"
