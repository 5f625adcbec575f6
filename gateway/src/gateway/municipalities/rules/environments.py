"""What may stand in a municipality's file outside development, and what may not."""

from collections.abc import Iterator

from gateway.municipalities.rules.addresses import fault_of_address
from gateway.municipalities.rules.configuration import MunicipalityFile

Fault = tuple[tuple[int | str, ...], str]
"""A place in the file, and what is wrong there."""
_OF_THE_DEMO = (
    "was made by demo or tests, or is printed in a book: make a key that only the municipality has"
)


def faults_of_environment(municipality: MunicipalityFile, *, development: bool) -> Iterator[Fault]:
    """Return what must not be put in force here: addresses that point inside, keys of the demo."""
    for index, address in enumerate(municipality.adapters):
        fault = fault_of_address(address, development=development)
        if fault is not None:
            yield ("adapters", index), fault
    for index, key in enumerate(municipality.keys):
        if key.is_for_development and not development:
            yield ("keys", index), _OF_THE_DEMO
