"""Every guard earns its place: each is taken out of a copy of the code, and a test must fail.

A check that can be missing without any test noticing is a check that will be missing one day. So
each is declared here with its place in the code and the tests that stand for it; the tests pass on
an untouched copy, and one of them fails by an assertion of its own when the check is gone.
"""
