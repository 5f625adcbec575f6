"""Sessions opened by a card, households, and whether a card is revoked."""
