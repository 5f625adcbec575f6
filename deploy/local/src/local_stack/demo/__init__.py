"""`make demo`: the whole system at work, judged by the checker."""
