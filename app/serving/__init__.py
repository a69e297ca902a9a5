"""Rows to bytes: documents, caching and problem responses."""
