"""Whose certificate was asked for, when a request is refused."""

from collections.abc import Generator
from contextlib import contextmanager

from madoguchi_wire.errors import MadoguchiError, MunicipalityUnknown

from gateway.municipalities.notices import add_notice
from gateway.municipalities.registry import MunicipalityRegistry


@contextmanager
def concerning(municipalities: MunicipalityRegistry, municipality: str) -> Generator[None]:
    """Note the municipality on whatever refuses inside: its report counts it, its words are told.

    A code that no municipality here has is somebody's typing, and stays out.
    """
    try:
        yield
    except MunicipalityUnknown:
        raise
    except MadoguchiError as error:
        error.municipality = municipality
        add_notice(municipalities, municipality, error)
        raise
