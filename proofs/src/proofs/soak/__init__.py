"""A long load under planned faults, and a checker that reads the whole history afterwards."""
