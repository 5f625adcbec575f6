"""JSON Schemas (2020-12) of the files that people write: editors complete and check them.

What spans several fields (overlaps, check digits, addresses) `madoguchi onboard check` tells.
"""

from typing import Any

from gateway.municipalities.rules.chain import ChainFile, ChainHead
from gateway.municipalities.rules.configuration import MunicipalityFile
from municipal_adapter.municipality.file import AdapterFile
from pydantic import BaseModel

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_FILES: dict[str, type[BaseModel]] = {
    "municipality.json": MunicipalityFile,
    "chain.json": ChainFile,
    "adapter.json": AdapterFile,
}


def file_schemas() -> dict[str, dict[str, Any]]:
    """Return the schemas by the names of their files."""
    made = {name: _schema(model) for name, model in _FILES.items()}
    # Sites and terminals may stand in CSV files beside a chain's.
    in_csv = ChainHead.model_json_schema()["required"]
    made["chain.json"]["required"] = in_csv
    return made


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return {"$schema": _DIALECT, **model.model_json_schema()}
