"""Municipalities and chains join by files, checks and decisions."""

from madoguchi.groups import Group
from madoguchi.onboard import (
    checking,
    comparing,
    deciding,
    generating,
    listing,
    making,
    probing,
    putting,
    reporting,
)

_EPILOG = """
To begin:  madoguchi onboard new CODE
           madoguchi onboard check FOLDER
           madoguchi onboard put FOLDER
           madoguchi onboard probe CODE --terminal FOLDER --card FOLDER --by NAME --why REASON
           madoguchi onboard go-live CODE --by NAME --why REASON
           madoguchi onboard list
"""

GROUP = Group(
    name="onboard",
    does="Municipalities and chains: files, checks and decisions.",
    epilog=_EPILOG,
    rooms=(
        making.add_parsers,
        checking.add_parsers,
        comparing.add_parsers,
        putting.add_parsers,
        probing.add_parsers,
        reporting.add_parsers,
        deciding.add_parsers,
        listing.add_parsers,
        generating.add_parsers,
    ),
)
