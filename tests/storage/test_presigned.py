"""Presigned links with a parameter more, held against the signer of AWS."""

import warnings
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from reelmill.storage.presigned import attachment, with_parameter

#: Key and disposition -> presigned link.
Presign = Callable[[str, str | None], str]

SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
NAME = "response-content-disposition"
PATHS = ["films/a.mp4", "films/a b+c, 100%.mp4", "фильмы/蛇/~x*.mp4"]


@pytest.fixture(scope="module")
def of_aws() -> Presign:
    """Presigns as AWS's own library does; the second argument names the download."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        boto3, config = pytest.importorskip("boto3"), pytest.importorskip("botocore.config")
        client = boto3.client(
            "s3",
            region_name="eu-central-1",
            endpoint_url="https://store.example:9000",
            aws_access_key_id="AKIDEXAMPLE",
            aws_secret_access_key=SECRET,
            config=config.Config(signature_version="s3v4", s3={"addressing_style": "path"}),
        )

    def presign(key: str, disposition: str | None) -> str:
        more = {"ResponseContentDisposition": disposition} if disposition else {}
        link: str = client.generate_presigned_url(
            "get_object", Params={"Bucket": "bucket", "Key": key, **more}, ExpiresIn=60
        )
        return link

    return presign


def facts(link: str) -> tuple[str, dict[str, list[str]]]:
    parts = urlsplit(link)
    return parts._replace(query="").geturl(), parse_qs(parts.query)


@pytest.mark.parametrize("key", PATHS)
def test_the_link_is_the_one_that_aws_would_have_signed(of_aws: Presign, key: str) -> None:
    disposition = attachment('Змея "1".mp4')
    for _ in range(5):
        plain, wanted = of_aws(key, None), of_aws(key, disposition)
        if facts(plain)[1]["X-Amz-Date"] == facts(wanted)[1]["X-Amz-Date"]:
            break
    made = with_parameter(plain, SECRET, name=NAME, value=disposition)
    assert made is not None
    assert facts(made) == facts(wanted)


def test_a_link_that_another_key_made_is_not_touched(of_aws: Presign) -> None:
    link = of_aws(PATHS[0], None)
    assert with_parameter(link, "another", name=NAME, value="x") is None
    assert with_parameter(link, "", name=NAME, value="x") is None


@pytest.mark.parametrize(
    "link",
    ["https://store.example/a", "https://store.example/a?X-Goog-Signature=1&X-Goog-Date=2", ""],
)
def test_a_link_of_another_kind_is_not_touched(link: str) -> None:
    assert with_parameter(link, SECRET, name=NAME, value="x") is None
