"""The relay: carries audit events from the gateway's outbox to the audit stream."""
