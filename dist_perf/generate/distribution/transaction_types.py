"""The codes on the generated flows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class TransactionType(NamedTuple):
    """One code as a dealer's system knows it."""

    code: str
    name: str
    flow_class: str
    amount_sign: int = 1


TRANSACTION_TYPES = (
    TransactionType("BUY", "Purchase", "purchase"),
    TransactionType("SIP", "Systematic purchase", "purchase"),
    TransactionType("RLV", "Rollover contribution", "purchase"),
    TransactionType("BUX", "Purchase cancelled and reported positive", "purchase", -1),
    TransactionType("RED", "Redemption", "redemption"),
    TransactionType("SWP", "Systematic withdrawal", "redemption"),
    TransactionType("RMD", "Required minimum distribution", "redemption"),
    TransactionType("REX", "Redemption cancelled and reported positive", "redemption", -1),
    TransactionType("XIN", "Exchange in", "exchange_in"),
    TransactionType("XOUT", "Exchange out", "exchange_out"),
    TransactionType("MXI", "Model exchange in by the home office", "exchange_in"),
    TransactionType("MXO", "Model exchange out by the home office", "exchange_out"),
    TransactionType("ACI", "Account transfer in in kind", "transfer_in"),
    TransactionType("ACO", "Account transfer out in kind", "transfer_out"),
    TransactionType("CVI", "Share class conversion in", "conversion_in"),
    TransactionType("CVO", "Share class conversion out", "conversion_out"),
    TransactionType("MGI", "Fund merger in", "merger_in"),
    TransactionType("MGO", "Fund merger out", "merger_out"),
    TransactionType("DRI", "Dividend reinvested", "reinvestment"),
    TransactionType("CGR", "Capital gain reinvested", "reinvestment"),
    TransactionType("DIV", "Distribution paid in cash", "distribution"),
    TransactionType("FEE", "Advisory fee deducted", "fee_deduction"),
    TransactionType("SDB", "Seed capital in", "seed_purchase"),
    TransactionType("SDS", "Seed capital out", "seed_redemption"),
    TransactionType("COR", "Correction of an earlier movement", "correction"),
    TransactionType("ADJ", "Adjustment of the record", "adjustment"),
    TransactionType("ACQ", "Assets acquired with a book of business", "acquisition"),
)

# Omnibus platforms report the flow class itself instead of a code.
CODES = np.array([*(each.code for each in TRANSACTION_TYPES), "purchase", "redemption"])
NUMBER = {str(code): number for number, code in enumerate(CODES)}

_CLASSES = [*(each.flow_class for each in TRANSACTION_TYPES), "purchase", "redemption"]
_HOLDING_SIGN = {"redemption": -1, "distribution": 0, "fee_deduction": -1, "seed_redemption": -1}
# What a unit of each code, uncorrected, does to the units held: 1, -1 or 0.
HOLDING_SIGNS = np.array(
    [-1 if name.endswith("_out") else _HOLDING_SIGN.get(name, 1) for name in _CLASSES]
) * np.array([*(each.amount_sign for each in TRANSACTION_TYPES), 1, 1])
