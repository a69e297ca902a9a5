"""The tables.

Three groups, in the order a newcomer needs them:

* the **records** a trip file speaks of (trips, meetings, participants, quotes, agreements, cities,
  topics, sources), normalised, with foreign keys;
* the **document** of each record: the JSON it is served as, rendered once when it is loaded;
* the **index** that filters read: terms, each with the set of its records, by which totals, facets
  and all that is asked together are worked out, and the postings that list each term's records in
  the order of a list, from which pages are read.

Beside them stand the **registers** that were imported, as they state their trips.

All keys of records come from one sequence (`app/store/keys.py`), so that whatever belongs to any
kind of record (documents, evidence, topics, inferred fields, postings) needs one table and one
foreign key.

Migrations and tests hold the tables to these models. Loading and serving use only their names and
those of their columns: building the models takes longer than loading a trip.
"""

from app.store.tables import index, registers, shared, trips

__all__ = ["index", "registers", "shared", "trips"]
