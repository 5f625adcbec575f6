"""Load tests and the bench: complete flows through the real API by the terminal's own core."""
