"""Watches processes from outside: their memory, and the disk that they spill to."""

from __future__ import annotations

import contextlib
import os
import resource
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

SECONDS_BETWEEN_LOOKS = 0.25


class Watch:
    """Samples some process trees several times a second, from entry to exit.

    Shared memory counts once: on Linux each process is charged with its proportion of it.

    Attributes:
        seconds: wall time between entry and exit.
        processor_seconds: that they and the children of this process spent, on all cores.
        peak_bytes: the most that all the processes together held.
        peak_spill_bytes: the most that the directory of temporary files held.
    """

    def __init__(
        self, roots: Callable[[], Iterable[psutil.Process]], spills_to: Path | None = None
    ) -> None:
        """Watch the processes that `roots` returns at each sample, with all their children."""
        self._roots = roots
        self._spills_to = spills_to
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look_on, daemon=True)
        self._started = 0.0
        self.seconds = 0.0
        self.processor_seconds = 0.0
        self.peak_bytes = 0
        self.peak_spill_bytes = 0

    def __enter__(self) -> Self:
        """Start sampling."""
        self._started = time.perf_counter()
        self.processor_seconds = -self._spent()
        self._thread.start()
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop sampling."""
        self.seconds = time.perf_counter() - self._started
        self.processor_seconds += self._spent()
        self._over.set()
        self._thread.join()

    def _spent(self) -> float:
        """Return the processor time of children that have ended, and of those still running."""
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        running = sum(tree_seconds(root) for root in self._roots())
        return ended.ru_utime + ended.ru_stime + running

    def _look_on(self) -> None:
        while True:
            held = sum(tree_bytes(root) for root in self._roots())
            self.peak_bytes = max(self.peak_bytes, held)
            if self._spills_to is not None:
                self.peak_spill_bytes = max(self.peak_spill_bytes, directory_bytes(self._spills_to))
            if self._over.wait(SECONDS_BETWEEN_LOOKS):
                return


def tree_bytes(root: psutil.Process) -> int:
    """Return the memory that a process and its children hold; none if it is gone."""
    try:
        family = [root, *root.children(recursive=True)]
    except psutil.Error:
        return 0
    return sum(_process_bytes(process) for process in family)


def tree_seconds(root: psutil.Process) -> float:
    """Return the processor time of a process and all its children, also those that ended."""
    seconds = 0.0
    try:
        for process in (root, *root.children(recursive=True)):
            spent = process.cpu_times()
            seconds += spent.user + spent.system + spent.children_user + spent.children_system
    except psutil.Error:
        return seconds
    return seconds


def _process_bytes(process: psutil.Process) -> int:
    try:
        memory = process.memory_full_info()
    except psutil.Error:
        return 0
    # Systems other than Linux report only the memory of the process alone.
    return int(getattr(memory, "pss", memory.uss))


def directory_bytes(directory: Path) -> int:
    """Return the size of the files below a directory; none if it is not there."""
    size = 0
    # Unlike a glob, a walk skips a directory that is removed meanwhile.
    for folder, _, names in os.walk(directory):
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                size += (Path(folder) / name).stat().st_size
    return size
