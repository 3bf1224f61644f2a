"""Loads, builds and serves an analytics warehouse of several subject areas."""
