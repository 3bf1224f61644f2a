"""Sends what is new to each channel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from dist_perf.loading import store
from dist_perf.serve.alerts import channels, planning, sent, states
from dist_perf.serve.alerts.planning import Delivery


def send(database: store.Store, report: Callable[[Delivery], None]) -> bool:
    """Deliver what is new to every channel, one message each.

    Senders wait for each other. What was delivered is logged at once; a sender that dies between
    the two repeats its last message, and loses none.

    Args:
        database: the warehouse, in PostgreSQL.
        report: is given each delivery when it is done.

    Returns:
        Whether all were delivered.
    """
    all_delivered = True
    with database.only_loader_of("alerts"):
        sent.prepare(database)
        state = states.read(database)
        for planned in planning.planned(state, sent.reported(database)):
            delivery = replace(planned, error=_deliver(planned))
            sent.append(database, delivery.recipient, delivery.notices, delivery.error)
            report(delivery)
            all_delivered = all_delivered and delivery.error is None
    return all_delivered


def _deliver(planned: Delivery) -> str | None:
    known = planning.addresses(planned.channel)
    if not known:
        return f"it has no address: set {planning.variable(planned.channel)}"
    return channels.deliver(known[planned.address_number - 1], planned.message)
