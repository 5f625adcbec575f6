"""A model of one issuance's life, explored in full: every order of steps, every crash and timeout.

What decides is the product's own: the table of transitions, the rules of reports, books, claims and
stops, and the terminal's core, recorded step by step. The model adds what surrounds them: rows,
messages that are lost, repeated and late, a machine with coins and a tray, and people.
"""
