"""One slow city is one slow city: what the others notice of one that hangs and one that fails."""
