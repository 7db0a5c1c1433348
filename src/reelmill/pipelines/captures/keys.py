"""Where the records of a TAR lie. Pure."""

from reelmill.units import StoreKey

#: Endings of names.
TAR, RECORD, FAILURE = ".tar", ".pt", ".error.json"


def s3_key(tar_key: str, base: str = "") -> str:
    """What a record says it is of: the TAR, or one group of a bundle.

    >>> s3_key("d/0a.tar"), s3_key("d/0a.tar", "000001")
    ('d/0a.tar', 'd/0a.tar/000001')
    """
    return f"{tar_key}/{base}" if base else tar_key


def record_key(s3_key: str) -> StoreKey:
    """Where a record lies; only the ending changes, and a key without one gets it.

    >>> record_key("d/0a.tar"), record_key("d/a.pt.tar"), record_key("d/0a.tar/000001")
    ('d/0a.pt', 'd/a.pt.pt', 'd/0a.tar/000001.pt')
    """
    return StoreKey(s3_key.removesuffix(TAR) + RECORD)


def failure_key(s3_key: str) -> StoreKey:
    """Where it is told why there is no record.

    >>> failure_key("d/0a.tar")
    'd/0a.error.json'
    """
    return StoreKey(s3_key.removesuffix(TAR) + FAILURE)
