"""The whole system on one machine: PostgreSQL, the services as processes, the demo."""
