"""Alembic's folder: `env.py` and the numbered steps in `versions`."""
