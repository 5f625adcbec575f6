"""Records of fictitious people, for tests, demonstrations and load: nobody in them exists."""

from municipal_adapter.synthetic.cases import Case
from municipal_adapter.synthetic.loading import load
from municipal_adapter.synthetic.municipality import (
    HOUSEHOLDS,
    SyntheticMunicipality,
    ordinary_records,
    synthetic_records,
)
from municipal_adapter.synthetic.people import Place

__all__ = [
    "HOUSEHOLDS",
    "Case",
    "Place",
    "SyntheticMunicipality",
    "load",
    "ordinary_records",
    "synthetic_records",
]
