"""What is to be reported to whom."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dist_perf.serve.alerts import messages, states
from dist_perf.serve.alerts.checks import AlertKey
from dist_perf.serve.alerts.states import Notice, Recipient, Reported, State

VARIABLE = "DIST_PERF_ALERT_"


@dataclass(frozen=True)
class Delivery:
    """A message to one recipient.

    Attributes:
        error: why it was not delivered; None if it was, or was not tried yet.
    """

    channel: str
    address_number: int
    message: messages.Message
    notices: Sequence[Notice]
    error: str | None = None

    @property
    def recipient(self) -> Recipient:
        """Whom it goes to."""
        return self.channel, self.address_number


def variable(channel: str) -> str:
    """Return the environment variable that holds the addresses of a channel."""
    return VARIABLE + channel.upper()


def addresses(channel: str) -> list[str]:
    """Return the addresses of a channel, which white space separates."""
    return os.environ.get(variable(channel), "").split()


def planned(
    state: State, reported: Mapping[Recipient, Mapping[AlertKey, Reported]]
) -> Iterator[Delivery]:
    """Yield one message for each recipient to whom something is to be reported."""
    for channel in sorted(state.channels | {channel for channel, _ in reported}):
        count = len(addresses(channel))
        # A channel that no rule names any more may have lost its address too.
        if count == 0 and channel in state.channels:
            count = 1
        for number in range(1, count + 1):
            notices = states.notices(state, channel, reported.get((channel, number), {}))
            if notices:
                yield Delivery(channel, number, messages.compose(notices), notices)
