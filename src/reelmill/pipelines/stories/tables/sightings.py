"""All that is ever asked of the table of unfinished files. The connection first."""

from collections.abc import Mapping

import sqlalchemy as sa

from reelmill.pipelines.stories.settle import Mark, Sighting
from reelmill.pipelines.stories.tables.assets import hold
from reelmill.pipelines.stories.tables.definitions import sightings


def known(conn: sa.Connection) -> dict[str, Sighting]:
    """Files that were not finished at the last look, by their path."""
    return {
        row.path: Sighting(Mark(row.etag, row.size_bytes, row.written_s), row.since_s)
        for row in conn.execute(sa.select(sightings))
    }


def replace(conn: sa.Connection, seen: Mapping[str, Sighting]) -> None:
    """Record what was seen, in place of what was seen before; two scans may do so at once."""
    hold(conn)
    conn.execute(sa.delete(sightings))
    rows = [
        {"path": path, **one.mark._asdict(), "since_s": one.since_s} for path, one in seen.items()
    ]
    if rows:
        conn.execute(sa.insert(sightings), rows)
