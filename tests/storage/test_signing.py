"""Links that expire: what passes and what does not."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest

from reelmill.errors import NotFound
from reelmill.storage.signing import BadLink, LinkExpired, LinkForged, Signer, split

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SIGNER = Signer(b"the secret of this installation")
PATHS = [
    "/files/replays/0a1b.mp4",
    "/files/a.mp4?filename=A%20film.mp4",
    "/files/%E8%9B%87.mp4?expires=never&signature=none",
]


@pytest.mark.parametrize("path", PATHS)
def test_a_link_passes_until_it_expires(path: str) -> None:
    link = SIGNER.sign(path, NOW + timedelta(minutes=5))
    assert link.startswith(path)
    assert SIGNER.check_link(link, NOW) == path
    assert SIGNER.check_link(link, NOW + timedelta(minutes=5, microseconds=-1)) == path
    with pytest.raises(LinkExpired):
        SIGNER.check_link(link, NOW + timedelta(minutes=5))


def test_the_parts_pass_as_the_whole_does() -> None:
    parts = split(SIGNER.sign(PATHS[0], NOW + timedelta(seconds=1)))
    SIGNER.check(parts.path, parts.expires, parts.signature, NOW)
    assert parts.path == PATHS[0]


def changed(old: str, new: str) -> str:
    link = SIGNER.sign(PATHS[1], NOW + timedelta(minutes=5))
    assert old in link
    return link.replace(old, new, 1)


EXPIRES = str(int((NOW + timedelta(minutes=5)).timestamp()))


@pytest.mark.parametrize(
    "link",
    [
        pytest.param(changed("a.mp4", "b.mp4"), id="another path"),
        pytest.param(changed("A%20film", "B%20film"), id="another download name"),
        pytest.param(changed(EXPIRES, str(int(EXPIRES) + 1)), id="a longer life"),
        pytest.param(changed(EXPIRES, f"0{EXPIRES}"), id="the same life in other digits"),
        pytest.param(changed(EXPIRES, "soon"), id="no number"),
        pytest.param(changed(EXPIRES, ""), id="no life at all"),
        pytest.param(changed("signature=", "signature=A"), id="another signature"),
        pytest.param(changed("signature=", "signature=ä\ud800"), id="a signature of odd letters"),
        pytest.param(changed("signature=", "signed="), id="no signature"),
        pytest.param(changed("expires=", "until="), id="no expiry"),
        pytest.param(
            SIGNER.sign(PATHS[0], NOW) + "&expires=9999999999", id="something behind the signature"
        ),
        pytest.param(
            Signer(b"another").sign(PATHS[0], NOW + timedelta(days=1)), id="another secret"
        ),
        pytest.param("", id="nothing"),
        pytest.param("?&expires=&signature=", id="only the names"),
    ],
)
def test_a_link_does_not_pass_with(link: str) -> None:
    with pytest.raises(LinkForged):
        SIGNER.check_link(link, NOW)


def test_what_is_forged_is_not_called_expired() -> None:
    link = SIGNER.sign(PATHS[0], NOW - timedelta(days=1)).replace("0a1b", "0c2d")
    with pytest.raises(LinkForged):
        SIGNER.check_link(link, NOW)


def test_path_and_expiry_are_kept_apart() -> None:
    """Digits cannot be shifted from the one into the other."""
    later = split(SIGNER.sign("/files/a:1", datetime.fromtimestamp(234, UTC)))
    with pytest.raises(LinkForged):
        SIGNER.check("/files/a", f"1:{later.expires}", later.signature, NOW)


def test_the_secret_itself_signs_nothing() -> None:
    """What is signed elsewhere with the same secret is no link."""
    path, expires, signature = split(Signer(b"s").sign("/a", NOW))
    digest = hmac.digest(b"s", f"{len(path)}:{path}:{expires}".encode(), hashlib.sha256)
    assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != signature


def test_a_bad_link_is_something_that_does_not_exist() -> None:
    assert issubclass(BadLink, NotFound)
    assert (LinkExpired.code, LinkForged.code) == ("link_expired", "link_forged")
