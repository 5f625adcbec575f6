"""Judges a whole history afterwards, sharing nothing with the services but what travels.

`evidence` reads what is left behind (papers, register, stream, database), `checks` are plain
functions from evidence to faults, and the verdict holds only if there is none.
"""
