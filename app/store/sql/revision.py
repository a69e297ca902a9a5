"""The identity of the data, written when a load has changed them."""

import hashlib

from app.store.sql.writer import Writer


def write_revision(connection: Writer, shapes: str, now: str) -> str:
    """Return the revision that follows from the trips, and from what registers add to them.

    It is written if it is another than before.

    `shapes` identifies what documents and terms are made for, `now` is the time of the load.
    """
    digest = hashlib.sha256(shapes.encode())
    # From their index: the texts beside them would all be read.
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
