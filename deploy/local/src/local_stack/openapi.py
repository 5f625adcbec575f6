"""The API descriptions in `docs/openapi/`, kept as the programs tell them."""

import json
from collections.abc import Callable
from typing import Any

from audit.application import api_description as audit_description
from billing.application import api_description as billing_description
from gateway.composition import api_description as gateway_description
from municipal_adapter.composition import api_description as adapter_description
from relay.application import api_description as relay_description
from stamper.application import api_description as stamper_description

from local_stack.documents import Documents
from local_stack.folders import ROOT

FOLDER = ROOT / "docs" / "openapi"
DESCRIPTIONS: dict[str, Callable[[], dict[str, Any]]] = {
    "gateway.json": gateway_description,
    "adapter.json": adapter_description,
    "relay.json": relay_description,
    "stamper.json": stamper_description,
    "audit.json": audit_description,
    "billing.json": billing_description,
}


def descriptions() -> Documents:
    """Return the descriptions as the programs tell them."""
    texts = {
        name: json.dumps(description(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"
        for name, description in DESCRIPTIONS.items()
    }
    return Documents(FOLDER, texts, "make openapi")
