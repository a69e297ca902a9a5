"""The database: all SQL, behind one interface."""
