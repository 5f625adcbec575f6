"""Simulated store terminals (キオスク端末) and cards, with the cards' authority.

Nothing here is imported by gateway or adapter: to them, these terminals and cards are real.
"""
