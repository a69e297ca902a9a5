"""records, documents and index"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alias",
        sa.Column("names", sa.String(), nullable=False),
        sa.Column("spelling", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("names", "spelling", "value"),
        sqlite_with_rowid=False,
    )
    op.create_index("alias_by_value", "alias", ["names", "value"])

    op.create_table(
        "country",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("code"),
    )

    op.create_table(
        "document",
        sa.Column("key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("collection", sa.String(), nullable=False),
        sa.Column("sort", sa.String(), nullable=False),
        sa.Column("latest", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )

    op.create_table(
        "revision",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("loaded_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )

    op.create_table(
        "term",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("collection", sa.String(), nullable=False),
        sa.Column("parameter", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("collection", "parameter", "value"),
    )

    op.create_table(
        "city",
        sa.Column("key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("country_code", sa.String(), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["country_code"], ["country.code"]),
        sa.ForeignKeyConstraint(["key"], ["document.key"]),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("ix_city_country_code", "city", ["country_code"])

    op.create_table(
        "continuation",
        sa.Column("term_key", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("sort", sa.String(), nullable=False),
        sa.Column("record_key", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["record_key"], ["document.key"]),
        sa.ForeignKeyConstraint(["term_key"], ["term.key"]),
        sa.PrimaryKeyConstraint("term_key", "period", "sort", "record_key"),
        sqlite_with_rowid=False,
    )
    op.create_index("continuation_by_record", "continuation", ["record_key"])

    op.create_table(
        "inferred_field",
        sa.Column("record_key", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["record_key"], ["document.key"]),
        sa.PrimaryKeyConstraint("record_key", "field"),
    )

    op.create_table(
        "participant",
        sa.Column("key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("family_name", sa.String(), nullable=True),
        sa.Column("given_name", sa.String(), nullable=True),
        sa.Column("country_code", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["country_code"], ["country.code"]),
        sa.ForeignKeyConstraint(["key"], ["document.key"]),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("ix_participant_country_code", "participant", ["country_code"])

    op.create_table(
        "period_count",
        sa.Column("term_key", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("beginning", sa.Integer(), nullable=False),
        sa.Column("ending", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["term_key"], ["term.key"]),
        sa.PrimaryKeyConstraint("term_key", "unit", "period"),
        sqlite_with_rowid=False,
    )

    op.create_table(
        "posting",
        sa.Column("record_key", sa.Integer(), nullable=False),
        sa.Column("term_key", sa.Integer(), nullable=False),
        sa.Column("sort", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["record_key"], ["document.key"]),
        sa.ForeignKeyConstraint(["term_key"], ["term.key"]),
        sa.PrimaryKeyConstraint("record_key", "term_key"),
        sqlite_with_rowid=False,
    )
    op.create_index("posting_by_term", "posting", ["term_key", "sort", "record_key"], unique=True)

    op.create_table(
        "source",
        sa.Column("key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("publisher", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["key"], ["document.key"]),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("id"),
    )

    op.create_table(
        "topic",
        sa.Column("key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["key"], ["document.key"]),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("id"),
    )

    op.create_table(
        "trip",
        sa.Column("key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("start_date", sa.Date(), nullable=False),
        sa.Column("end_date", sa.Date(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["key"], ["document.key"]),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("id"),
    )

    op.create_table(
        "appearance",
        sa.Column("trip_key", sa.Integer(), nullable=False),
        sa.Column("participant_key", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("travels", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["participant_key"], ["participant.key"]),
        sa.ForeignKeyConstraint(["trip_key"], ["trip.key"]),
        sa.PrimaryKeyConstraint("trip_key", "participant_key"),
    )
    op.create_index("ix_appearance_participant_key", "appearance", ["participant_key"])

    op.create_table(
        "evidence",
        sa.Column("record_key", sa.Integer(), nullable=False),
        sa.Column("trip_key", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("source_key", sa.Integer(), nullable=False),
        sa.Column("text_start", sa.String(), nullable=False),
        sa.Column("text_end", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["record_key"], ["document.key"]),
        sa.ForeignKeyConstraint(["source_key"], ["source.key"]),
        sa.ForeignKeyConstraint(["trip_key"], ["trip.key"]),
        sa.PrimaryKeyConstraint("record_key", "trip_key", "position"),
    )
    op.create_index("ix_evidence_source_key", "evidence", ["source_key"])
    op.create_index("ix_evidence_trip_key", "evidence", ["trip_key"])

    op.create_table(
        "meeting",
        sa.Column("key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("trip_key", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("date", sa.Date(), nullable=True),
        sa.Column("earliest_date", sa.Date(), nullable=False),
        sa.Column("latest_date", sa.Date(), nullable=False),
        sa.Column("city_key", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["city_key"], ["city.key"]),
        sa.ForeignKeyConstraint(["key"], ["document.key"]),
        sa.ForeignKeyConstraint(["trip_key"], ["trip.key"]),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("ix_meeting_city_key", "meeting", ["city_key"])
    op.create_index("ix_meeting_trip_key", "meeting", ["trip_key"])

    op.create_table(
        "mention",
        sa.Column("trip_key", sa.Integer(), nullable=False),
        sa.Column("shared_key", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["shared_key"], ["document.key"]),
        sa.ForeignKeyConstraint(["trip_key"], ["trip.key"]),
        sa.PrimaryKeyConstraint("trip_key", "shared_key"),
    )
    op.create_index("ix_mention_shared_key", "mention", ["shared_key"])

    op.create_table(
        "record_topic",
        sa.Column("record_key", sa.Integer(), nullable=False),
        sa.Column("topic_key", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["record_key"], ["document.key"]),
        sa.ForeignKeyConstraint(["topic_key"], ["topic.key"]),
        sa.PrimaryKeyConstraint("record_key", "topic_key"),
    )
    op.create_index("ix_record_topic_topic_key", "record_topic", ["topic_key"])

    op.create_table(
        "stop",
        sa.Column("trip_key", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("city_key", sa.Integer(), nullable=False),
        sa.Column("arrival_date", sa.Date(), nullable=True),
        sa.Column("departure_date", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["city_key"], ["city.key"]),
        sa.ForeignKeyConstraint(["trip_key"], ["trip.key"]),
        sa.PrimaryKeyConstraint("trip_key", "position"),
    )
    op.create_index("ix_stop_city_key", "stop", ["city_key"])

    op.create_table(
        "agreement",
        sa.Column("key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("trip_key", sa.Integer(), nullable=False),
        sa.Column("meeting_key", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("target_year", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["key"], ["document.key"]),
        sa.ForeignKeyConstraint(["meeting_key"], ["meeting.key"]),
        sa.ForeignKeyConstraint(["trip_key"], ["trip.key"]),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("ix_agreement_meeting_key", "agreement", ["meeting_key"])
    op.create_index("ix_agreement_trip_key", "agreement", ["trip_key"])

    op.create_table(
        "meeting_participant",
        sa.Column("meeting_key", sa.Integer(), nullable=False),
        sa.Column("participant_key", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_key"], ["meeting.key"]),
        sa.ForeignKeyConstraint(["participant_key"], ["participant.key"]),
        sa.PrimaryKeyConstraint("meeting_key", "participant_key"),
    )
    op.create_index(
        "meeting_participant_by_participant", "meeting_participant", ["participant_key"]
    )

    op.create_table(
        "quote",
        sa.Column("key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("trip_key", sa.Integer(), nullable=False),
        sa.Column("speaker_key", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("occasion_when", sa.String(), nullable=True),
        sa.Column("meeting_key", sa.Integer(), nullable=True),
        sa.Column("audience", sa.String(), nullable=True),
        sa.Column("date", sa.Date(), nullable=True),
        sa.Column("earliest_date", sa.Date(), nullable=False),
        sa.Column("latest_date", sa.Date(), nullable=False),
        sa.Column("city_key", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["city_key"], ["city.key"]),
        sa.ForeignKeyConstraint(["key"], ["document.key"]),
        sa.ForeignKeyConstraint(["meeting_key"], ["meeting.key"]),
        sa.ForeignKeyConstraint(["speaker_key"], ["participant.key"]),
        sa.ForeignKeyConstraint(["trip_key"], ["trip.key"]),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("ix_quote_city_key", "quote", ["city_key"])
    op.create_index("ix_quote_meeting_key", "quote", ["meeting_key"])
    op.create_index("ix_quote_speaker_key", "quote", ["speaker_key"])
    op.create_index("ix_quote_trip_key", "quote", ["trip_key"])

    op.create_table(
        "agreement_party",
        sa.Column("agreement_key", sa.Integer(), nullable=False),
        sa.Column("country_code", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_key"], ["agreement.key"]),
        sa.ForeignKeyConstraint(["country_code"], ["country.code"]),
        sa.PrimaryKeyConstraint("agreement_key", "country_code"),
    )
    op.create_index("ix_agreement_party_country_code", "agreement_party", ["country_code"])

    # The words of every record; SQLite's FTS5, which SQLModel does not describe. Its tokens know
    # neither case nor accents.
    op.execute(
        "CREATE VIRTUAL TABLE search USING fts5"
        " (title, text, collection, tokenize = 'unicode61 remove_diacritics 2')"
    )


def downgrade() -> None:
    op.execute("DROP TABLE search")
    op.drop_table("agreement_party")
    op.drop_table("quote")
    op.drop_table("meeting_participant")
    op.drop_table("agreement")
    op.drop_table("stop")
    op.drop_table("record_topic")
    op.drop_table("mention")
    op.drop_table("meeting")
    op.drop_table("evidence")
    op.drop_table("appearance")
    op.drop_table("trip")
    op.drop_table("topic")
    op.drop_table("source")
    op.drop_table("posting")
    op.drop_table("period_count")
    op.drop_table("participant")
    op.drop_table("inferred_field")
    op.drop_table("continuation")
    op.drop_table("city")
    op.drop_table("term")
    op.drop_table("revision")
    op.drop_table("document")
    op.drop_table("country")
    op.drop_table("alias")
