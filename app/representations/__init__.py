"""The formats that records are served in: one module a format."""
