"""Services without some of their checks: what would happen if the product did not have them.

The product has no such switch. This package takes named checks out of a process of its own before
the unchanged product starts in it, and exists for the proofs alone.
"""
