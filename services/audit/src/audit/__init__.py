"""The archive of audit events: kept once, proven whole, read only by named persons."""
