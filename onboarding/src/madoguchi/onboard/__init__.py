"""Municipalities and chains join by files, checks and decisions."""

from madoguchi.groups import Group
from madoguchi.onboard import checking

_EPILOG = """
To begin:  madoguchi onboard check FOLDER
"""

GROUP = Group(
    name="onboard",
    does="Municipalities and chains: files, checks and decisions.",
    epilog=_EPILOG,
    rooms=(checking.add_parsers,),
)
