"""What the adapter's tests play against it; in no wheel and no image."""
