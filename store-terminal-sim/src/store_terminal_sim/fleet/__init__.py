"""Many terminals without screens in one process, each with its own journal and machine on disk."""
