"""Municipalities: what each offers, when and at which price, by numbered versions."""
