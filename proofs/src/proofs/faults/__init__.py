"""Faults that are done to a running system from outside: to its lines, clocks and disks."""
