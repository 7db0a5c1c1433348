"""Folders of migrations -> tables that are up to date, inside the caller's transaction."""

import re
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from reelmill.errors import Conflict

#: The catalog's own migrations, one file each under `versions/`.
FOLDER = Path(__file__).parent

#: Advisory lock on Postgres that one process holds while it migrates.
LOCK = 0x7265656C6D696C6C

_REVISION = re.compile(r'^(down_)?revision = "(\w+)"$', re.MULTILINE)


class DatabaseIsNewer(Conflict):
    """The tables were made by a newer release than this one."""


def is_current(conn: sa.Connection, folder: Path, *, version_table: str) -> bool:
    """Whether nothing of a folder is missing in the database; asked at every start."""
    if not sa.inspect(conn).has_table(version_table):
        return False
    version = sa.table(version_table, sa.column("version_num"))
    present = conn.execute(sa.select(version.c.version_num)).scalars().all()
    return present == [newest(folder)]


def newest(folder: Path) -> str:
    """The last revision of a folder, empty when it has none: the one that no other follows."""
    own: set[str] = set()
    followed: set[str] = set()
    for file in (folder / "versions").glob("*.py"):
        for down, revision in _REVISION.findall(file.read_text(encoding="utf-8")):
            (followed if down else own).add(revision)
    return max(own - followed, default="")


def upgrade(conn: sa.Connection, folder: Path, *, version_table: str) -> None:
    """Apply what is missing. The caller holds a lock that keeps others out.

    Args:
        conn: Inside a transaction; all of it is applied, or nothing.
        folder: Has a `versions/` folder with Alembic's files.
        version_table: Where the present version is kept.

    Raises:
        DatabaseIsNewer: the present version is not in `folder`.
    """
    # 0.15 s of imports that only the first start of a release needs.
    from alembic.config import Config  # noqa: PLC0415
    from alembic.runtime.environment import EnvironmentContext  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    scripts = ScriptDirectory.from_config(config)

    def missing(present: Any, _context: Any) -> Any:
        return scripts._upgrade_revs("head", present)  # noqa: SLF001 - as alembic's own command

    try:
        with EnvironmentContext(config, scripts, fn=missing) as environment:
            environment.configure(connection=conn, version_table=version_table)
            environment.run_migrations()
    except CommandError as error:
        raise DatabaseIsNewer(
            problem=str(error), hint="Start the release that made them, or a newer one."
        ) from error
