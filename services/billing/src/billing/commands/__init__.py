"""Commands, by what they do."""
