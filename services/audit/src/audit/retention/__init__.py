"""Payloads whose time is over are emptied; what proves them stays."""
