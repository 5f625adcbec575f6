"""Reconciliation (突合): eight parties that do not ask each other tell the same papers and yen.

`parties` lets each tell by itself, `comparing` holds it against what was completed, `booked` looks
at each row of the ledger, `drawers` follows the coins of each machine, `paid_in` what chains paid,
and `owed` lists what was delivered and then voided. What differs is named one by one.
"""
