"""Terminals are enrolled, watched and withheld."""

from madoguchi.groups import Group
from madoguchi.terminals import codes, inventory, serving, withholding

_EPILOG = """
To begin:  madoguchi terminals code TERMINAL --secret FILE --by YOU --why "installed today"
           and type the code at the terminal. A registrar has to run somewhere:
           madoguchi terminals registrar --key FILE --secret FILE
"""

GROUP = Group(
    name="terminals",
    does="Terminals: enrolled by a code, listed, suspended, lost, resumed.",
    epilog=_EPILOG,
    rooms=(
        inventory.add_parsers,
        codes.add_parsers,
        withholding.add_parsers,
        serving.add_parsers,
    ),
)
