"""Stops: what issues nothing until a named person releases it, whatever happens meanwhile."""
