"""Issuing servers of a vendor that have the faults of real ones, as processes on loopback."""
