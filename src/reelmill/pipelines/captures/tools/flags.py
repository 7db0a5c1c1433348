"""Rows of a manifest and some flags -> what is to be deleted, and why. Pure."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from reelmill.errors import Refused

#: Words that every flag begins with, left out where people read.
_BEGINNINGS: Final = re.compile(r"^is_(?:video_|inputs_)?(?:mostly_)?")

#: Stands for rows that could not be judged at all.
ERROR: Final = "error"

#: Other words for flags, as people say them.
_ALIASES: Final = {"dpi": "dpi_scale_issue", "legacy": "legacy_aug28"}


class UnknownFlag(Refused):
    """The manifest has no flag of that name."""


class Doomed(NamedTuple):
    """One recording that is to go."""

    dirpath: str
    """Folder of the recording: its key without the ending."""

    reason: str
    """Names of its flags, apart by semicolons."""


def short_name(column: str) -> str:
    """A flag as people say it.

    >>> short_name("is_video_mostly_dark"), short_name("is_csv_missing")
    ('dark', 'csv_missing')
    """
    return _BEGINNINGS.sub("", column)


def columns_for(flags: Sequence[str], columns: Iterable[str]) -> dict[str, str]:
    """The columns of flags, by their short names, in the order in which they were asked for.

    Args:
        flags: As `short_name` has them, by an alias, or whole.
        columns: All flags of a manifest.

    Raises:
        UnknownFlag: there is none of such a name.
    """
    known = {short_name(column): column for column in columns}
    found: dict[str, str] = {}
    for flag in flags:
        name = short_name(flag.strip())
        name = _ALIASES.get(name, name)
        if name != ERROR and name not in known:
            raise UnknownFlag(flag=flag, hint=f"There are: {', '.join([*known, ERROR])}.")
        found[name] = known.get(name, ERROR)
    return found


def doomed(
    rows: Iterable[Mapping[str, Any]], flags: Mapping[str, str], root: str = ""
) -> list[Doomed]:
    """Rows of which a flag is true, or that have an error where that was asked for.

    Args:
        rows: With `s3_key` and the columns of the flags.
        flags: Columns, by short name.
        root: Put before each folder.
    """
    found = []
    for row in rows:
        reasons = [name for name, column in flags.items() if _holds(row[column])]
        if reasons:
            found.append(Doomed(_folder(row["s3_key"], root), ";".join(reasons)))
    return sorted(found)


def _holds(value: Any) -> bool:
    """A flag that is true, or any error."""
    return value is True or (isinstance(value, str) and bool(value))


def _folder(s3_key: str, root: str) -> str:
    bare = "/".join(part.removesuffix(".tar") for part in s3_key.split("/"))
    return f"{root.rstrip('/')}/{bare}" if root else bare


def as_csv(found: Iterable[Doomed]) -> str:
    """A row each."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(Doomed._fields)
    rows.writerows(found)
    return text.getvalue()
