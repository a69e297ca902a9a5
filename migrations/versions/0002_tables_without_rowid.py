"""tables without rowid, and the day in meeting_participant

Tables that join others are kept under their primary keys alone, and continuations have no index by
record: each row is written into fewer trees, so that a load of many trips takes less time. Whoever
took part in a meeting did so on its day, so that somebody's first meetings are read in order.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("continuation_by_record", "continuation")
    _make_continuation(sa.Column("record_key", sa.Integer(), primary_key=True, nullable=False))
    _make_joining(with_rowid=False)
    _make_meeting_participant(
        sa.Column("earliest_date", sa.Date(), nullable=False),
        rows="SELECT p.*, m.earliest_date FROM meeting_participant_before p"
        " JOIN meeting m ON m.key = p.meeting_key",
        index=["participant_key", "earliest_date"],
        with_rowid=False,
    )


def downgrade() -> None:
    _make_meeting_participant(
        rows="SELECT meeting_key, participant_key, position FROM meeting_participant_before",
        index=["participant_key"],
        with_rowid=True,
    )
    _make_joining(with_rowid=True)
    _make_continuation(_key("record_key", "document.key"))
    op.create_index("continuation_by_record", "continuation", ["record_key"])


def _make_continuation(record_key: sa.Column[Any]) -> None:
    _make(
        "continuation",
        _key("term_key", "term.key"),
        sa.Column("period", sa.String(), primary_key=True, nullable=False),
        sa.Column("sort", sa.String(), primary_key=True, nullable=False),
        record_key,
        indexes={},
        with_rowid=False,
    )


def _make_meeting_participant(
    *more: sa.Column[Any], rows: str, index: list[str], with_rowid: bool
) -> None:
    _make(
        "meeting_participant",
        _key("meeting_key", "meeting.key"),
        _key("participant_key", "participant.key"),
        sa.Column("position", sa.Integer(), nullable=False),
        *more,
        rows=rows,
        indexes={"meeting_participant_by_participant": index},
        with_rowid=with_rowid,
    )


def _make_joining(*, with_rowid: bool) -> None:
    _make(
        "agreement_party",
        _key("agreement_key", "agreement.key"),
        _key("country_code", "country.code", sa.String),
        indexes={"ix_agreement_party_country_code": ["country_code"]},
        with_rowid=with_rowid,
    )
    _make(
        "appearance",
        _key("trip_key", "trip.key"),
        _key("participant_key", "participant.key"),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("travels", sa.Boolean(), nullable=False),
        indexes={"ix_appearance_participant_key": ["participant_key"]},
        with_rowid=with_rowid,
    )
    _make(
        "evidence",
        _key("record_key", "document.key"),
        _key("trip_key", "trip.key"),
        sa.Column("position", sa.Integer(), primary_key=True, nullable=False),
        sa.Column("source_key", sa.Integer(), sa.ForeignKey("source.key"), nullable=False),
        sa.Column("text_start", sa.String(), nullable=False),
        sa.Column("text_end", sa.String(), nullable=False),
        indexes={"ix_evidence_source_key": ["source_key"], "ix_evidence_trip_key": ["trip_key"]},
        with_rowid=with_rowid,
    )
    _make(
        "inferred_field",
        _key("record_key", "document.key"),
        sa.Column("field", sa.String(), primary_key=True, nullable=False),
        indexes={},
        with_rowid=with_rowid,
    )
    _make(
        "mention",
        _key("trip_key", "trip.key"),
        _key("shared_key", "document.key"),
        indexes={"ix_mention_shared_key": ["shared_key"]},
        with_rowid=with_rowid,
    )
    _make(
        "record_topic",
        _key("record_key", "document.key"),
        _key("topic_key", "topic.key"),
        indexes={"ix_record_topic_topic_key": ["topic_key"]},
        with_rowid=with_rowid,
    )
    _make(
        "stop",
        _key("trip_key", "trip.key"),
        sa.Column("position", sa.Integer(), primary_key=True, nullable=False),
        sa.Column("city_key", sa.Integer(), sa.ForeignKey("city.key"), nullable=False),
        sa.Column("arrival_date", sa.Date(), nullable=True),
        sa.Column("departure_date", sa.Date(), nullable=True),
        indexes={"ix_stop_city_key": ["city_key"]},
        with_rowid=with_rowid,
    )


def _key(name: str, parent: str, kind: Any = sa.Integer) -> sa.Column[Any]:
    return sa.Column(name, kind, sa.ForeignKey(parent), primary_key=True)


def _make(
    name: str,
    *columns: sa.Column[Any],
    indexes: dict[str, list[str]],
    with_rowid: bool,
    rows: str = "",
) -> None:
    """Make a table anew, with the rows it has or those that a SELECT makes of them."""
    for index in indexes:
        op.drop_index(index, name)
    op.rename_table(name, f"{name}_before")
    op.create_table(name, *columns, sqlite_with_rowid=with_rowid)
    op.execute(f"INSERT INTO {name} {rows or f'SELECT * FROM {name}_before'}")
    op.drop_table(f"{name}_before")
    for index, indexed in indexes.items():
        op.create_index(index, name, indexed)
