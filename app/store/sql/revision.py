"""The identity of the data, written when a load has changed them."""

import hashlib

from app.store.sql.writer import Writer


def write_revision(connection: Writer, shapes: str, now: str) -> str:
    """Return the revision: a hash of the trips, and of what registers add to them.

    It is written if it has changed.

    `shapes` identifies what documents and terms are made for, `now` is the time of the load.
    """
    digest = hashlib.sha256(shapes.encode())
    # They come from a covering index: reading the table would read all texts, too.
    digests = dict(connection.execute("SELECT trip_key, digest FROM trip_text"))
    for key, *row in connection.execute("SELECT key, id, updated_at, origin FROM trip ORDER BY id"):
        digest.update("\n".join((*row, digests[key], "")).encode())
    for layer in connection.execute("SELECT * FROM layer ORDER BY trip_id, register_id"):
        digest.update("\n".join((*layer, "")).encode())
    revision = digest.hexdigest()[:16]
    served = connection.execute("SELECT number, id FROM revision").fetchone()
    if served is None or served[1] != revision:
        connection.execute("DELETE FROM revision")
        connection.execute(
            "INSERT INTO revision (number, id, shapes, loaded_at) VALUES (?, ?, ?, ?)",
            (served[0] + 1 if served else 1, revision, shapes, now),
        )
    return revision
