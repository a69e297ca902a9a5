"""Readout: a REST API that serves official trips, each fact tied to the words of its source."""
