"""Everything that comes in is verified here, trusting nothing of the gateway."""
