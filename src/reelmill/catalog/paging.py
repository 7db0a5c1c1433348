"""What is asked of a table -> one page of the answer, the newest rows first."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from reelmill.catalog.tables import Moment


def newest(
    statement: sa.Select[*tuple[Any, ...]],
    table: sa.Table,
    *,
    limit: int,
    before: tuple[datetime, str] | None,
    **only: object,
) -> sa.Select[*tuple[Any, ...]]:
    """The newest rows of a table, behind a place in that order.

    Args:
        statement: What is asked, in any order.
        table: Has `created_at` and `id`, which are the order.
        limit: Most rows.
        before: Moment and id of the last row of the page before; None for the first page.
        only: Columns of the table that must be so; None: as they like.
    """
    wanted = (table.c[name] == value for name, value in only.items() if value is not None)
    page = statement.where(*wanted).order_by(table.c.created_at.desc(), table.c.id.desc())
    if before is not None:
        moment, row_id = before
        place = sa.tuple_(sa.literal(moment, Moment()), sa.literal(row_id))
        page = page.where(sa.tuple_(table.c.created_at, table.c.id) < place)
    return page.limit(limit)
