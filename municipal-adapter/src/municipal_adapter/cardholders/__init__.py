"""Whose card it is: each card registered for one resident, and bound to that person."""
