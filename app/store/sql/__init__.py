"""What is SQL in any database: reading, writing and the index, for the stores beside it."""
