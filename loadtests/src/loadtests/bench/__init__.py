"""The bench: complete flows a second of the product against a floor without rules."""
