"""What the command line's tests play against it; in no wheel and no image."""
