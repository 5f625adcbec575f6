"""Changes of what is in force, one after the other, while terminals issue."""
