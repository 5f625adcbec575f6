"""A municipality's own words and contact, added to the problem by which it refuses."""

from madoguchi_wire.errors import MadoguchiError, MunicipalityUnknown
from madoguchi_wire.gateway_api import Words

from gateway.municipalities.registry import MunicipalityRegistry


def add_notice(
    municipalities: MunicipalityRegistry, municipality: str, error: MadoguchiError
) -> None:
    """Add what its version in force says of this refusal; nothing if there is none."""
    try:
        body = municipalities.in_force(municipality).body
    except MunicipalityUnknown:
        return
    said = {reason: words for reason, words in body.words.items() if reason == error.slug}
    for words in said.values():
        error.says["notice"] = Words(ja=words.ja, en=words.en).model_dump(mode="json")
    if body.contact is not None:
        error.says["contact"] = body.contact.told.model_dump(mode="json")
