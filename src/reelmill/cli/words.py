"""Words shared by all commands: exit codes, global options, examples. Pure."""

from collections.abc import Sequence
from typing import Final

#: Exit codes. 130 and 143 are what shells expect after SIGINT and SIGTERM.
OK: Final = 0
FAILED: Final = 1
WRONG_USAGE: Final = 2
INTERRUPTED: Final = 130
TERMINATED: Final = 143

#: Global options without a value.
FLAGS: Final = frozenset({"--debug", "--no-color", "--quiet", "-q", "--verbose", "-v", "-vv"})

#: Global options with one.
VALUED: Final = frozenset({"--home"})

#: Help answers to both.
CONTEXT: Final = {"help_option_names": ["-h", "--help"]}


class Told(SystemExit):
    """SIGTERM: end in good order."""


def hoisted(words: Sequence[str]) -> list[str]:
    """Global options first, wherever they were written; what follows `--` stays as it is.

    >>> hoisted(["jobs", "list", "-v", "--home", "lib", "--json"])
    ['-v', '--home', 'lib', 'jobs', 'list', '--json']
    """
    first: list[str] = []
    rest: list[str] = []
    waiting = iter(words)
    for word in waiting:
        if word == "--":
            return [*first, *rest, word, *waiting]
        if word in FLAGS or (word.partition("=")[0] in VALUED and "=" in word):
            first.append(word)
        elif word in VALUED:
            first += [word, *(value for _, value in zip(range(1), waiting, strict=False))]
        else:
            rest.append(word)
    return first + rest


def examples(*lines: str) -> str:
    r"""An epilog that keeps its lines.

    >>> examples("reelmill demo")
    'Examples:\n\n\x08\n  reelmill demo'
    """
    return "\n".join(("Examples:\n\n\b", *(f"  {line}" for line in lines)))
