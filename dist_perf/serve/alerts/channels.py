"""Delivers messages with Apprise; nothing that an address holds gets out of here."""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import apprise

from dist_perf.serve.alerts.messages import Message

_STATUS = re.compile(r"\berror=(\d{3})\b")
_TYPES = {
    "critical": apprise.NotifyType.FAILURE,
    "warning": apprise.NotifyType.WARNING,
    "info": apprise.NotifyType.INFO,
    "recovery": apprise.NotifyType.SUCCESS,
}


def deliver(address: str, message: Message) -> str | None:
    """Deliver a message.

    Args:
        address: a URL of Apprise. It may hold tokens and passwords, which others repeat in what
            they say of an error, so that of this only what is known to be harmless is taken.
        message: what to say.

    Returns:
        What went wrong; None if nothing did.
    """
    with _overheard() as said:
        try:
            service = apprise.Apprise.instantiate(address)
            if not isinstance(service, apprise.NotifyBase):
                return "the address is none that Apprise knows"
            sender = apprise.Apprise()
            sender.add(service)
            if sender.notify(
                body=message.body,
                title=message.title,
                notify_type=_TYPES[message.severity],
                body_format=apprise.NotifyFormat.TEXT,
            ):
                return None
        except Exception as error:
            return f"{type(error).__name__} at the delivery"
    status = next((found[1] for text in said if (found := _STATUS.search(text))), None)
    if status:
        return f"the address answered with HTTP status {status}"
    if any("onnection error" in text for text in said):
        return "the address cannot be reached"
    return "the address did not take the message"


class _Ear(logging.Handler):
    """Keeps what is logged to itself."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


@contextmanager
def _overheard() -> Iterator[list[str]]:
    """Keep what is logged or warned of meanwhile from every other handler."""
    ear, root = _Ear(), logging.getLogger()
    loggers = [root, *(logging.getLogger(name) for name in ("apprise", "requests", "urllib3"))]
    kept = [(logger, logger.handlers, logger.propagate) for logger in loggers]
    for logger in loggers:
        logger.handlers, logger.propagate = [ear], False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield ear.said
    finally:
        for logger, handlers, propagate in kept:
            logger.handlers, logger.propagate = handlers, propagate
