"""Terminals: who they are, how they show it, and the trust list that they share with us."""
