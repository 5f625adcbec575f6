"""Whose keys and which builds count: the trust list, and the root that signs it."""

from madoguchi.groups import Group
from madoguchi.trust import commands

_EPILOG = """
To begin:  madoguchi trust make --root KEY.pem --public ROOT.pem
           madoguchi trust sign DRAFT.yaml --root KEY.pem --list trust-list.jws
           madoguchi trust show trust-list.jws --public ROOT.pem
"""

GROUP = Group(
    name="trust",
    does="The trust list: made, signed, shown, renewed by its root.",
    epilog=_EPILOG,
    rooms=(commands.add_parsers,),
)
