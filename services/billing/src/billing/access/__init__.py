"""Who looked at what, and why: recorded before anything is shown."""
