"""The SQL that all databases share: reading, writing and the index."""
