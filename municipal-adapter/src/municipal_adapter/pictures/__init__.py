"""PNG pictures of the municipality: what can be printed and read back."""
