"""A task list -> the TARs that it names."""

from pathlib import Path

from reelmill.pipelines.captures.spec import MissingTaskList, UnreadableTaskList


def task_list(path: Path) -> list[str]:
    """The keys of a list, in its order, each once; blank lines are none.

    Raises:
        MissingTaskList: there is no such file.
        UnreadableTaskList: it is not text.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        hint = "`reelmill captures tasks` writes one."
        raise MissingTaskList(file=str(path), problem=error.strerror, hint=hint) from error
    except UnicodeDecodeError as error:
        raise UnreadableTaskList(file=str(path), problem=str(error)) from error
    return list(dict.fromkeys(line.strip() for line in lines if line.strip()))
