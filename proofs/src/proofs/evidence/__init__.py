"""What was proven, kept in `docs/evidence` so that it can be read without running anything."""
