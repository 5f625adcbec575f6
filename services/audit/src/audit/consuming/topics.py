"""The topics, as the relay fills them."""

EVENTS = "madoguchi.audit"
STAMPS = "madoguchi.audit.stamps"
DEAD_LETTERS = "madoguchi.audit.dead-letter"
