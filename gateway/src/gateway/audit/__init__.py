"""The trail of audit events: what happened, kept in the transaction in which it happened."""
