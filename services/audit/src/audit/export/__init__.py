"""The archive by month, for other programs."""
