"""records, documents and index, as they are from 0.2 on

Databases from before keep no trips in canonical form, so that nothing could be made of them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = None
branch_labels = None
depends_on = None

COLLECTIONS = (
    "trips", "meetings", "participants", "quotes", "agreements", "organizations", "cities",
    "topics", "sources",
)  # fmt: skip
"""Each has a text search of its own."""


def upgrade() -> None:
    op.create_table(
        "alias",
        sa.Column("names", sa.String(), nullable=False),
        sa.Column("spelling", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("names", "spelling", "value"),
        sqlite_with_rowid=False,
    )
    op.create_index("alias_by_value", "alias", ["names", "value"], unique=False)

    op.create_table(
        "country",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("code"),
    )
    op.create_table(
        "document",
        sa.Column("key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("collection", sa.String(), nullable=False),
        sa.Column("sort", sa.String(), nullable=False),
        sa.Column("latest", sa.String(), nullable=False),
        sa.Column("updated", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index(
        "document_by_updated", "document", ["collection", "updated", "key", "number"], unique=False
    )
    op.create_index("document_by_number", "document", ["number", "sort", "latest"], unique=False)

    op.create_table(
        "removed",
        sa.Column("collection", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("removed_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("collection", "id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "revision",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("shapes", sa.String(), nullable=False),
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
        sa.Column("numbers", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("collection", "parameter", "value"),
    )
    op.create_index(
        "term_by_total", "term", ["collection", "parameter", "total", "value"], unique=False
    )
    op.create_table(
        "spelling",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("text"),
    )
    op.create_table(
        "city",
        sa.Column("key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("country_code", sa.String(), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("timezone", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["country_code"],
            ["country.code"],
        ),
        sa.ForeignKeyConstraint(
            ["key"],
            ["document.key"],
        ),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("ix_city_country_code", "city", ["country_code"], unique=False)

    op.create_table(
        "inferred_field",
        sa.Column("record_key", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_key"],
            ["document.key"],
        ),
        sa.PrimaryKeyConstraint("record_key", "field"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "organization",
        sa.Column("key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["key"],
            ["document.key"],
        ),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("id"),
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
        sa.ForeignKeyConstraint(
            ["country_code"],
            ["country.code"],
        ),
        sa.ForeignKeyConstraint(
            ["key"],
            ["document.key"],
        ),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("ix_participant_country_code", "participant", ["country_code"], unique=False)

    op.create_table(
        "posting",
        sa.Column("term_key", sa.Integer(), nullable=False),
        sa.Column("sort", sa.String(), nullable=False),
        sa.Column("record_key", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["term_key"],
            ["term.key"],
        ),
        sa.PrimaryKeyConstraint("term_key", "sort", "record_key"),
        sqlite_with_rowid=False,
    )

    op.create_table(
        "source",
        sa.Column("key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("publisher", sa.String(), nullable=True),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("citation", sa.String(), nullable=True),
        sa.Column("published", sa.Date(), nullable=True),
        sa.Column("retrieved", sa.Date(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("archived_url", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["key"],
            ["document.key"],
        ),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("id"),
    )
    op.create_table(
        "topic",
        sa.Column("key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["key"],
            ["document.key"],
        ),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("id"),
    )
    op.create_table(
        "trip",
        sa.Column("key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=True),
        sa.Column("start_date", sa.Date(), nullable=False),
        sa.Column("end_date", sa.Date(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("updated_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["key"],
            ["document.key"],
        ),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("id"),
    )
    op.create_table(
        "agreement",
        sa.Column("key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("trip_key", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("target_year", sa.Integer(), nullable=True),
        sa.Column("date", sa.Date(), nullable=True),
        sa.Column("end_date", sa.Date(), nullable=True),
        sa.Column("earliest_date", sa.Date(), nullable=False),
        sa.Column("latest_date", sa.Date(), nullable=False),
        sa.Column("city_key", sa.Integer(), nullable=True),
        sa.Column("place", sa.String(), nullable=True),
        sa.Column("country_code", sa.String(), nullable=True),
        sa.Column("document_key", sa.Integer(), nullable=True),
        sa.Column("part_of", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["city_key"],
            ["city.key"],
        ),
        sa.ForeignKeyConstraint(
            ["country_code"],
            ["country.code"],
        ),
        sa.ForeignKeyConstraint(
            ["document_key"],
            ["source.key"],
        ),
        sa.ForeignKeyConstraint(
            ["key"],
            ["document.key"],
        ),
        sa.ForeignKeyConstraint(
            ["trip_key"],
            ["trip.key"],
        ),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("ix_agreement_city_key", "agreement", ["city_key"], unique=False)
    op.create_index("ix_agreement_meeting_id", "agreement", ["meeting_id"], unique=False)
    op.create_index("ix_agreement_trip_key", "agreement", ["trip_key"], unique=False)

    op.create_table(
        "appearance",
        sa.Column("trip_key", sa.Integer(), nullable=False),
        sa.Column("participant_key", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("country_code", sa.String(), nullable=True),
        sa.Column("organization_key", sa.Integer(), nullable=True),
        sa.Column("travels", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["country_code"],
            ["country.code"],
        ),
        sa.ForeignKeyConstraint(
            ["organization_key"],
            ["organization.key"],
        ),
        sa.ForeignKeyConstraint(
            ["participant_key"],
            ["participant.key"],
        ),
        sa.ForeignKeyConstraint(
            ["trip_key"],
            ["trip.key"],
        ),
        sa.PrimaryKeyConstraint("trip_key", "participant_key"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "appearance_by_office",
        "appearance",
        ["participant_key", "title", "country_code", "organization_key"],
        unique=False,
    )
    op.create_index("appearance_by_country", "appearance", ["country_code"], unique=False)
    op.create_index(
        "appearance_by_participant", "appearance", ["participant_key", "trip_key"], unique=False
    )

    op.create_table(
        "evidence",
        sa.Column("record_key", sa.Integer(), nullable=False),
        sa.Column("trip_key", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("source_key", sa.Integer(), nullable=False),
        sa.Column("text_start", sa.String(), nullable=True),
        sa.Column("text_end", sa.String(), nullable=True),
        sa.Column("prefix", sa.String(), nullable=True),
        sa.Column("suffix", sa.String(), nullable=True),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("locator", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["record_key"],
            ["document.key"],
        ),
        sa.ForeignKeyConstraint(
            ["source_key"],
            ["source.key"],
        ),
        sa.ForeignKeyConstraint(
            ["trip_key"],
            ["trip.key"],
        ),
        sa.PrimaryKeyConstraint("record_key", "trip_key", "position"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_evidence_source_key", "evidence", ["source_key"], unique=False)
    op.create_index("ix_evidence_trip_key", "evidence", ["trip_key"], unique=False)

    op.create_table(
        "former_id",
        sa.Column("collection", sa.String(), nullable=False),
        sa.Column("former_id", sa.String(), nullable=False),
        sa.Column("trip_key", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["trip_key"],
            ["trip.key"],
        ),
        sa.PrimaryKeyConstraint("collection", "former_id", "trip_key"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_former_id_trip_key", "former_id", ["trip_key"], unique=False)

    op.create_table(
        "identifier",
        sa.Column("record_key", sa.Integer(), nullable=False),
        sa.Column("trip_key", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_key"],
            ["document.key"],
        ),
        sa.ForeignKeyConstraint(
            ["trip_key"],
            ["trip.key"],
        ),
        sa.PrimaryKeyConstraint("record_key", "trip_key", "scheme"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_identifier_trip_key", "identifier", ["trip_key"], unique=False)

    op.create_table(
        "meeting",
        sa.Column("key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("trip_key", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=True),
        sa.Column("format", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("date", sa.Date(), nullable=True),
        sa.Column("end_date", sa.Date(), nullable=True),
        sa.Column("earliest_date", sa.Date(), nullable=False),
        sa.Column("latest_date", sa.Date(), nullable=False),
        sa.Column("start_time", sa.String(), nullable=True),
        sa.Column("end_time", sa.String(), nullable=True),
        sa.Column("timezone", sa.String(), nullable=True),
        sa.Column("city_key", sa.Integer(), nullable=True),
        sa.Column("place", sa.String(), nullable=True),
        sa.Column("country_code", sa.String(), nullable=True),
        sa.Column("part_of", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["city_key"],
            ["city.key"],
        ),
        sa.ForeignKeyConstraint(
            ["country_code"],
            ["country.code"],
        ),
        sa.ForeignKeyConstraint(
            ["key"],
            ["document.key"],
        ),
        sa.ForeignKeyConstraint(
            ["trip_key"],
            ["trip.key"],
        ),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("ix_meeting_city_key", "meeting", ["city_key"], unique=False)
    op.create_index("ix_meeting_trip_key", "meeting", ["trip_key"], unique=False)

    op.create_table(
        "meeting_reference",
        sa.Column("trip_key", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("belongs", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["trip_key"],
            ["trip.key"],
        ),
        sa.PrimaryKeyConstraint("trip_key", "meeting_id"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_meeting_reference_meeting_id", "meeting_reference", ["meeting_id"], unique=False
    )

    op.create_table(
        "mention",
        sa.Column("trip_key", sa.Integer(), nullable=False),
        sa.Column("shared_key", sa.Integer(), nullable=False),
        sa.Column("definition", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["shared_key"],
            ["document.key"],
        ),
        sa.ForeignKeyConstraint(
            ["trip_key"],
            ["trip.key"],
        ),
        sa.PrimaryKeyConstraint("trip_key", "shared_key"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_mention_shared_key", "mention", ["shared_key"], unique=False)

    op.create_table(
        "other_name",
        sa.Column("record_key", sa.Integer(), nullable=False),
        sa.Column("trip_key", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_key"],
            ["document.key"],
        ),
        sa.ForeignKeyConstraint(
            ["trip_key"],
            ["trip.key"],
        ),
        sa.PrimaryKeyConstraint("record_key", "trip_key", "name"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_other_name_trip_key", "other_name", ["trip_key"], unique=False)

    op.create_table(
        "presence",
        sa.Column("record_key", sa.Integer(), nullable=False),
        sa.Column("participant_key", sa.Integer(), nullable=False),
        sa.Column("sort", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_key"],
            ["participant.key"],
        ),
        sa.ForeignKeyConstraint(
            ["record_key"],
            ["document.key"],
        ),
        sa.PrimaryKeyConstraint("record_key", "participant_key"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "presence_by_participant",
        "presence",
        ["participant_key", "sort", "record_key"],
        unique=False,
    )

    op.create_table(
        "quote",
        sa.Column("key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("trip_key", sa.Integer(), nullable=False),
        sa.Column("speaker_key", sa.Integer(), nullable=True),
        sa.Column("attribution", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("translation_text", sa.String(), nullable=True),
        sa.Column("translation_language", sa.String(), nullable=True),
        sa.Column("translation_by", sa.String(), nullable=True),
        sa.Column("occasion_when", sa.String(), nullable=True),
        sa.Column("meeting_id", sa.String(), nullable=True),
        sa.Column("audience", sa.String(), nullable=True),
        sa.Column("date", sa.Date(), nullable=True),
        sa.Column("end_date", sa.Date(), nullable=True),
        sa.Column("earliest_date", sa.Date(), nullable=False),
        sa.Column("latest_date", sa.Date(), nullable=False),
        sa.Column("city_key", sa.Integer(), nullable=True),
        sa.Column("place", sa.String(), nullable=True),
        sa.Column("country_code", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["city_key"],
            ["city.key"],
        ),
        sa.ForeignKeyConstraint(
            ["country_code"],
            ["country.code"],
        ),
        sa.ForeignKeyConstraint(
            ["key"],
            ["document.key"],
        ),
        sa.ForeignKeyConstraint(
            ["speaker_key"],
            ["participant.key"],
        ),
        sa.ForeignKeyConstraint(
            ["trip_key"],
            ["trip.key"],
        ),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("ix_quote_city_key", "quote", ["city_key"], unique=False)
    op.create_index("ix_quote_meeting_id", "quote", ["meeting_id"], unique=False)
    op.create_index("ix_quote_speaker_key", "quote", ["speaker_key"], unique=False)
    op.create_index("ix_quote_trip_key", "quote", ["trip_key"], unique=False)

    op.create_table(
        "record_topic",
        sa.Column("record_key", sa.Integer(), nullable=False),
        sa.Column("topic_key", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_key"],
            ["document.key"],
        ),
        sa.ForeignKeyConstraint(
            ["topic_key"],
            ["topic.key"],
        ),
        sa.PrimaryKeyConstraint("record_key", "topic_key"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_record_topic_topic_key", "record_topic", ["topic_key"], unique=False)

    op.create_table(
        "register_entry",
        sa.Column("trip_key", sa.Integer(), nullable=False),
        sa.Column("entry", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["trip_key"],
            ["trip.key"],
        ),
        sa.PrimaryKeyConstraint("trip_key", "entry"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_register_entry_entry", "register_entry", ["entry"], unique=False)

    op.create_table(
        "related_trip",
        sa.Column("trip_key", sa.Integer(), nullable=False),
        sa.Column("related_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["trip_key"],
            ["trip.key"],
        ),
        sa.PrimaryKeyConstraint("trip_key", "related_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "stop",
        sa.Column("key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("trip_key", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("city_key", sa.Integer(), nullable=True),
        sa.Column("place", sa.String(), nullable=True),
        sa.Column("country_code", sa.String(), nullable=True),
        sa.Column("arrival_date", sa.Date(), nullable=True),
        sa.Column("departure_date", sa.Date(), nullable=True),
        sa.Column("earliest_date", sa.Date(), nullable=False),
        sa.Column("latest_date", sa.Date(), nullable=False),
        sa.Column("remarks", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["city_key"],
            ["city.key"],
        ),
        sa.ForeignKeyConstraint(
            ["country_code"],
            ["country.code"],
        ),
        sa.ForeignKeyConstraint(
            ["key"],
            ["document.key"],
        ),
        sa.ForeignKeyConstraint(
            ["trip_key"],
            ["trip.key"],
        ),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("ix_stop_city_key", "stop", ["city_key"], unique=False)
    op.create_index("ix_stop_trip_key", "stop", ["trip_key"], unique=False)

    op.create_table(
        "trip_text",
        sa.Column("trip_key", sa.Integer(), nullable=False),
        sa.Column("format", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["trip_key"],
            ["trip.key"],
        ),
        sa.PrimaryKeyConstraint("trip_key"),
    )
    op.create_index("trip_text_by_digest", "trip_text", ["trip_key", "digest"], unique=False)
    op.create_table(
        "agreement_party",
        sa.Column("agreement_key", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("country_code", sa.String(), nullable=True),
        sa.Column("organization_key", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agreement_key"],
            ["agreement.key"],
        ),
        sa.ForeignKeyConstraint(
            ["country_code"],
            ["country.code"],
        ),
        sa.ForeignKeyConstraint(
            ["organization_key"],
            ["organization.key"],
        ),
        sa.PrimaryKeyConstraint("agreement_key", "position"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_agreement_party_country_code", "agreement_party", ["country_code"], unique=False
    )
    op.create_index(
        "ix_agreement_party_organization_key", "agreement_party", ["organization_key"], unique=False
    )

    op.create_table(
        "meeting_participant",
        sa.Column("meeting_key", sa.Integer(), nullable=False),
        sa.Column("participant_key", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_key"],
            ["meeting.key"],
        ),
        sa.ForeignKeyConstraint(
            ["participant_key"],
            ["participant.key"],
        ),
        sa.PrimaryKeyConstraint("meeting_key", "participant_key"),
        sqlite_with_rowid=False,
    )
    if op.get_context().dialect.name == "postgresql":
        _create_search_by_vectors()
    else:
        _create_search_by_fts5()


def _create_search_by_fts5() -> None:
    for collection in COLLECTIONS:
        op.execute(
            f"CREATE VIRTUAL TABLE search_{collection} USING fts5"
            " (title, text, every, shown_title UNINDEXED, shown_text UNINDEXED,"
            ' tokenize = "unicode61 remove_diacritics 0")'
        )
        op.execute(
            f"CREATE VIRTUAL TABLE search_{collection}_words"
            f" USING fts5vocab (search_{collection}, row)"
        )


def _create_search_by_vectors() -> None:
    for collection in COLLECTIONS:
        table = f"search_{collection}"
        op.execute(
            f"CREATE TABLE {table} (number BIGINT PRIMARY KEY, words TSVECTOR NOT NULL,"
            ' spaced TEXT COLLATE "C" NOT NULL, shown_title TEXT NOT NULL,'
            " shown_text TEXT NOT NULL)"
        )
        # Without a list of what is new, which each search would have to look through.
        op.execute(
            f"CREATE INDEX {table}_by_words ON {table} USING gin (words) WITH (fastupdate = off)"
        )
        op.execute(
            f'CREATE TABLE {table}_words (term TEXT COLLATE "C" PRIMARY KEY,'
            " records BIGINT NOT NULL)"
        )
    # To give back room at the end of a table, readers would have to wait, on standbys, too.
    op.execute(
        "DO $$ DECLARE name text; BEGIN"
        " FOR name IN SELECT relname FROM pg_class WHERE relkind = 'r'"
        " AND relnamespace = current_schema::regnamespace LOOP"
        " EXECUTE format('ALTER TABLE %I SET (vacuum_truncate = false)', name);"
        " END LOOP; END $$"
    )


def downgrade() -> None:
    for collection in COLLECTIONS:
        op.execute(f"DROP TABLE search_{collection}_words")
        op.execute(f"DROP TABLE search_{collection}")
    for table in (
        "meeting_participant",
        "agreement_party",
        "trip_text",
        "stop",
        "related_trip",
        "register_entry",
        "record_topic",
        "quote",
        "presence",
        "other_name",
        "mention",
        "meeting_reference",
        "meeting",
        "identifier",
        "former_id",
        "evidence",
        "appearance",
        "agreement",
        "trip",
        "topic",
        "source",
        "posting",
        "participant",
        "organization",
        "inferred_field",
        "city",
        "spelling",
        "term",
        "revision",
        "removed",
        "document",
        "country",
        "alias",
    ):
        op.drop_table(table)
