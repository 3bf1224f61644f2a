"""Loads, generates and serves the distribution performance warehouse."""
