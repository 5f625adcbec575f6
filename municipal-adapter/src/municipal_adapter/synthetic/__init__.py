"""Records of fictitious people, for tests, demonstrations and load: nobody in them exists."""

from municipal_adapter.synthetic.cases import Case
from municipal_adapter.synthetic.loading import load
from municipal_adapter.synthetic.municipality import (
    HOUSEHOLDS,
    SyntheticMunicipality,
    synthetic_records,
)

__all__ = ["HOUSEHOLDS", "Case", "SyntheticMunicipality", "load", "synthetic_records"]
