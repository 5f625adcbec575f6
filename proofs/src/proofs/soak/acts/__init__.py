"""The kinds of strikes, by what they strike: lines, processes, people."""
