"""The ledger of settlement, and who may write in it: one at a time."""
