"""Records that come as files: a nightly batch, and change events in between (随時連携)."""
