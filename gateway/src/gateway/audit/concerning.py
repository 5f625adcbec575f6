"""Whose certificate was asked for, when a request is refused."""

from collections.abc import Generator
from contextlib import contextmanager

from madoguchi_wire.errors import MadoguchiError, MunicipalityUnknown


@contextmanager
def concerning(municipality: str) -> Generator[None]:
    """Note the municipality on whatever refuses inside, so that its report counts the refusal.

    A code that no municipality here has is somebody's typing, and stays out.
    """
    try:
        yield
    except MunicipalityUnknown:
        raise
    except MadoguchiError as error:
        error.municipality = municipality
        raise
