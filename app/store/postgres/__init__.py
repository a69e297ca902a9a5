"""The store on PostgreSQL, of which there may be several hosts."""
