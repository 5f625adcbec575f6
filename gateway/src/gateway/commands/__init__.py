"""The gateway's command line."""
