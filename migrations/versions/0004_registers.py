"""registers that were imported, and what they add to trips"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "register",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("definitions", sa.String(), nullable=False),
        sa.Column("ties", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "layer",
        sa.Column("trip_id", sa.String(), nullable=False),
        sa.Column("register_id", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["register_id"], ["register.id"]),
        sa.PrimaryKeyConstraint("trip_id", "register_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "register_trip",
        sa.Column("register_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("uses", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["register_id"], ["register.id"]),
        sa.PrimaryKeyConstraint("register_id", "id"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    for table in ("register_trip", "layer", "register"):
        op.drop_table(table)
