"""`docs/audit/events.md`: every type of event and what it says, for readers."""

from collections.abc import Iterator
from typing import Any

from madoguchi_wire.event_data import DATA
from madoguchi_wire.events import EventType

from local_stack.schemas.messages import event_schema, file_of

_HEAD = """\
# What the audit stream says

Made from the models by `make schemas`; do not edit. Each message is a CloudEvent 1.0 in structured
mode: `id`, `source` (the centre), `type`, `subject` (the issuance, or a random id), `sequence` (per
subject, from 1, without gaps), `time` (UTC), `salt` (random) and `data`. Topics, keys and headers
are in [asyncapi.yaml](../asyncapi.yaml), JSON Schemas in [schemas/events](../schemas/events).

**For readers.** A type only gains fields, which older events lack; other changes get a new type
(`.v2`). Ignore fields and types that you do not know. A message may come twice: `source` and `id`
together tell. No event names a person: no name, address, birth date, card or digest of a card. The
pseudonym in `issuance.accepted` is another one in each municipality and month (decision 0033).
Operators who decide something are named, as they answer for it.
"""


def text() -> str:
    """Return the page."""
    kinds = "\n".join(_line(kind) for kind in EventType)
    table = f"| type | what happened |\n|---|---|\n{kinds}\n"
    return f"{_HEAD}\n{table}\n" + "\n".join(_section(kind) for kind in EventType)


def _short(kind: EventType) -> str:
    return kind.value.removeprefix("madoguchi.")


def _line(kind: EventType) -> str:
    about = (DATA[kind].__doc__ or "").partition("\n")[0]
    anchor = _short(kind).replace(".", "")
    return f"| [{_short(kind)}](#{anchor}) | {about} |"


def _section(kind: EventType) -> str:
    data = event_schema(kind)["properties"]["data"]
    rows = "\n".join(_rows(data))
    about = " ".join((DATA[kind].__doc__ or "").split())
    link = f"[schema](../schemas/events/{file_of(kind)})"
    table = f"| field | is | always | says |\n|---|---|---|---|\n{rows}\n"
    return f"## {_short(kind)}\n\n{about} {link}\n\n{table}"


def _rows(data: dict[str, Any], prefix: str = "") -> Iterator[str]:
    for name, field in data["properties"].items():
        always = "yes" if name in data.get("required", ()) else ""
        about = " ".join(field.get("description", "").split())
        yield f"| {prefix}{name} | {_type(field)} | {always} | {about} |"
        for choice in field.get("anyOf", ()):
            if "properties" in choice:
                yield from _rows(choice, f"{name}.")


def _type(field: dict[str, Any]) -> str:
    if "const" in field:
        return f"`{field['const']}`"
    if "anyOf" in field:
        return _type(field["anyOf"][0])
    return field["type"]
