"""What carries the core's wishes out: a simulated machine, and asyncio for the network."""
