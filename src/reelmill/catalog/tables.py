"""The tables that every pipeline shares. Rows of `jobs` and `users` are never deleted."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa


class NaiveMoment(ValueError):
    """A time without a zone was about to be stored."""


class Moment(sa.TypeDecorator[datetime]):
    """A point in time, exact to the microsecond, with a zone in Python, UTC in the database.

    SQLite has no type for it: there it is text of fixed width, so that text order is time order.
    """

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: sa.Dialect) -> datetime | None:
        """Python -> database."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise NaiveMoment(value.isoformat())
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, _dialect: sa.Dialect) -> datetime | None:
        """Database -> Python."""
        if value is None:
            return None
        stored: datetime = value
        return stored.replace(tzinfo=UTC) if stored.tzinfo is None else stored.astimezone(UTC)


class Words(sa.TypeDecorator[str]):
    """Text from anywhere.

    Postgres stores no NUL and neither database half a surrogate pair; an error message that
    quotes a broken file has both, and must not fail to be written for it.
    """

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: sa.Dialect) -> str | None:
        """Python -> database."""
        if value is None:
            return None
        return value.replace("\0", "\N{REPLACEMENT CHARACTER}").encode(errors="replace").decode()


metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", Words, primary_key=True),
    sa.Column("pipeline", Words, nullable=False),
    sa.Column("key", Words, nullable=False),
    sa.Column("state", Words, nullable=False),
    sa.Column("spec", sa.JSON, nullable=False),
    sa.Column("owner", Words, nullable=False),
    sa.Column("priority", sa.Integer, nullable=False),
    sa.Column("run", sa.Integer, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("stage", Words, nullable=False),
    sa.Column("done", sa.BigInteger, nullable=False),
    sa.Column("total", sa.BigInteger, nullable=False),
    sa.Column("message", Words, nullable=False),
    sa.Column("error_code", Words, nullable=False),
    sa.Column("error_message", Words, nullable=False),
    sa.Column("error_hint", Words, nullable=False),
    sa.Column("error_facts", sa.JSON, nullable=False),
    sa.Column("result", sa.JSON(none_as_null=True), nullable=True),
    sa.Column("cost_usd", sa.Double, nullable=False),
    sa.Column("worker", Words, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("updated_at", Moment, nullable=False),
    sa.Column("started_at", Moment, nullable=True),
    sa.Column("finished_at", Moment, nullable=True),
    sa.Column("revision", sa.BigInteger, nullable=False),
    # Postgres: id of the writing transaction; SQLite: one more than the highest so far.
    sa.Column("change_no", sa.BigInteger, nullable=False),
    sa.Index(None, "created_at", "id"),
    sa.Index(None, "state", "created_at", "id"),
    sa.Index(None, "pipeline", "state", "created_at", "id"),
    sa.Index(None, "owner", "created_at", "id"),
    sa.Index(None, "finished_at"),
    sa.Index(None, "change_no"),
)

artifacts = sa.Table(
    "artifacts",
    metadata,
    sa.Column("id", Words, primary_key=True),
    sa.Column("job_id", Words, sa.ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("kind", Words, nullable=False),
    sa.Column("key", Words, nullable=False),
    sa.Column("content_type", Words, nullable=False),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("sha256", Words, nullable=False),
    sa.Column("width", sa.Integer, nullable=True),
    sa.Column("height", sa.Integer, nullable=True),
    sa.Column("duration_s", sa.Double, nullable=True),
    sa.Column("frames", sa.BigInteger, nullable=True),
    sa.Column("created_at", Moment, nullable=False),
    sa.Index(None, "job_id", "position"),
    sa.Index(None, "key"),
)

job_steps = sa.Table(
    "job_steps",
    metadata,
    sa.Column("job_id", Words, sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("run", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("attempt", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("name", Words, nullable=False),
    sa.Column("started_at", Moment, nullable=False),
    sa.Column("took_s", sa.Double, nullable=False),
    sa.Column("outcome", Words, nullable=False),
    sa.Column("commands", sa.JSON, nullable=False),
    sa.Column("error_code", Words, nullable=False),
    sa.Column("error_message", Words, nullable=False),
)

idempotency_keys = sa.Table(
    "idempotency_keys",
    metadata,
    sa.Column("owner", Words, primary_key=True),
    sa.Column("key", Words, primary_key=True),
    sa.Column("digest", Words, nullable=False),
    sa.Column("job_id", Words, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Index(None, "created_at"),
)

nodes = sa.Table(
    "nodes",
    metadata,
    sa.Column("id", Words, primary_key=True),
    sa.Column("host", Words, nullable=False),
    sa.Column("pid", sa.Integer, nullable=False),
    sa.Column("started_at", Moment, nullable=False),
    sa.Column("seen_at", Moment, nullable=False),
)

users = sa.Table(
    "users",
    metadata,
    sa.Column("id", Words, primary_key=True),
    sa.Column("name", Words, nullable=False),
    sa.Column("password_hash", Words, nullable=False),
    sa.Column("is_operator", sa.Boolean, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("disabled_at", Moment, nullable=True),
    sa.Index(None, "name", unique=True),
)

api_keys = sa.Table(
    "api_keys",
    metadata,
    sa.Column("id", Words, primary_key=True),
    sa.Column("user_id", Words, sa.ForeignKey("users.id"), nullable=False),
    sa.Column("label", Words, nullable=False),
    sa.Column("secret_sha256", Words, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("last_used_at", Moment, nullable=True),
    sa.Column("revoked_at", Moment, nullable=True),
    sa.Index(None, "user_id", "created_at"),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("token_sha256", Words, primary_key=True),
    sa.Column("user_id", Words, sa.ForeignKey("users.id"), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("ends_at", Moment, nullable=False),
    sa.Index(None, "user_id"),
    sa.Index(None, "ends_at"),
)

tries = sa.Table(
    "tries",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    # What counts together, as a digest: a name that was typed may be a password.
    sa.Column("kind", Words, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Index(None, "kind", "at"),
    sa.Index(None, "at"),
)

chores = sa.Table(
    "chores",
    metadata,
    sa.Column("name", Words, primary_key=True),
    # Who is doing it, empty for nobody.
    sa.Column("node", Words, nullable=False),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("begun_at", Moment, nullable=True),
)

webhooks = sa.Table(
    "webhooks",
    metadata,
    sa.Column("id", Words, primary_key=True),
    sa.Column("owner", Words, nullable=False),
    sa.Column("url", Words, nullable=False),
    sa.Column("secret", Words, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("tried_at", Moment, nullable=False),
    sa.Column("disabled_at", Moment, nullable=True),
    sa.Column("disabled_because", Words, nullable=False),
    sa.Index(None, "owner", "created_at"),
)

webhook_deliveries = sa.Table(
    "webhook_deliveries",
    metadata,
    sa.Column("message_id", Words, primary_key=True),
    sa.Column(
        "webhook_id",
        Words,
        sa.ForeignKey("webhooks.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    sa.Column("event", Words, nullable=False),
    sa.Column("job_id", Words, nullable=True),
    sa.Column("facts", sa.JSON, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("state", Words, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    # While an attempt runs: when another node may take it for lost.
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("status", sa.Integer, nullable=True),
    sa.Column("problem", Words, nullable=False),
    sa.Index(None, "state", "due_at"),
    sa.Index(None, "webhook_id", "created_at"),
)
