"""For vendors: whether an adapter, in whatever language, does what an adapter must."""

from madoguchi.conformance import running
from madoguchi.conformance.vectors import writing
from madoguchi.groups import Group

_EPILOG = """
To begin:  madoguchi conformance kit DIR --municipality 122033 --key PUBLIC_KEY --build FINGERPRINT
           madoguchi conformance https://ADAPTER --kit DIR
           madoguchi conformance vectors DIR
docs/conformance.md tells all that an adapter must do.
"""

GROUP = Group(
    name="conformance",
    does="For vendors of adapters: requirements, a test centre, and trying an adapter.",
    epilog=_EPILOG,
    rooms=(running.add_parsers, writing.add_parsers),
    usual="run",
)
"""`madoguchi conformance URL` is `madoguchi conformance run URL`."""
