"""Where the data is kept: all SQL, behind one interface."""
