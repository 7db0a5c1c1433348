"""How large pictures of scenes are; of those from before it is not known."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    for picture in ("picture", "last_picture"):
        for side in ("width", "height"):
            column = sa.Column(f"{picture}_{side}", sa.Integer(), nullable=True)
            op.add_column("storyboards_scenes", column)
