"""Measures the lot engine, builds, a day and questions on the feeds of this area."""
