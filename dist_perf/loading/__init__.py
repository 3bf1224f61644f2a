"""Loads files into the feeds' raw tables: typed, logged, all or nothing."""

from dist_perf.loading.load import LoadedFile, load_files

__all__ = ["LoadedFile", "load_files"]
