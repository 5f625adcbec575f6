"""The relay: carries audit events from the outbox to a file or to Kafka."""
