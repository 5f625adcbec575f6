"""What signed statements say, in the API description: a reader in another language needs it all."""

from typing import Any

from fastapi import FastAPI
from madoguchi_wire.adapter_api import (
    HouseholdStatement,
    OutcomeStatement,
    PrepareStatement,
    WithheldStatement,
)
from madoguchi_wire.attestation import Attestation
from madoguchi_wire.enrolment import Enrolment
from madoguchi_wire.order import Household, HouseholdRequest, Order
from madoguchi_wire.reports import TerminalReport
from madoguchi_wire.session import SignedSession
from madoguchi_wire.signed import Statement
from madoguchi_wire.stamps import Countersignature, Head, Stamp
from madoguchi_wire.trust_list import TrustList
from madoguchi_wire.withdrawn import WithdrawnList
from pydantic.json_schema import models_json_schema

STATEMENTS: tuple[type[Statement], ...] = (
    PrepareStatement,
    HouseholdStatement,
    OutcomeStatement,
    SignedSession,
    Order,
    HouseholdRequest,
    TerminalReport,
    Attestation,
    WithheldStatement,
    TrustList,
    Enrolment,
    WithdrawnList,
    Stamp,
    Head,
    Countersignature,
)
"""All that an adapter reads or signs, as payloads of compact JWS."""
_TYP = "x-jws-typ"
_REFERENCE = "#/components/schemas/{model}"


def describe_statements(app: FastAPI) -> None:
    """Let the API description of an application have the schemas of all statements.

    Each has its JWS header `typ` as `x-jws-typ`. What is sealed, `Household`, is there, too.
    """
    describe = app.openapi

    def described() -> dict[str, Any]:
        made = describe()
        schemas: dict[str, Any] = made["components"]["schemas"]
        for name, schema in _schemas().items():
            schemas.setdefault(name, schema)
        return made

    app.openapi = described


def _schemas() -> dict[str, Any]:
    models = [(model, "validation") for model in (*STATEMENTS, Household)]
    _, made = models_json_schema(models, ref_template=_REFERENCE)  # pyright: ignore[reportArgumentType]
    for statement in STATEMENTS:
        made["$defs"][statement.__name__][_TYP] = statement.typ
    return made["$defs"]
