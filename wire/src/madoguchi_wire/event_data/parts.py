"""What the data of events are made of: every text has a shape in which no person's name fits.

Three texts are a municipality's own words, its name, the label of a place and the version of a
tariff; they are short, and come from its configuration, never from a record.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Id = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"),
    Field(examples=["dbac66af-eacd-4a9a-949e-4e4cb4222fc5"]),
]
"""A random id: of an issuance, order, session, stop or incident."""
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
"""A name that configuration gives: of a terminal, site or chain."""
Person = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]{1,63}$"),
    Field(examples=["sato"]),
]
"""An operator's name in the staff directory: who decides at the centre answers for it by name."""
Municipality = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$"), Field(examples=["122033"])]
"""全国地方公共団体コード."""
Problem = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,63}$"), Field(examples=["under-age"])
]
"""Last part of a problem's type; what it means is at `/problems/{problem}` of the gateway."""
Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
"""A word of a list that may grow: a consumer lets pass what it does not know."""
Words = Annotated[str, StringConstraints(pattern=r"^[ -~]{1,200}$")]
"""What differed, by the name of the field or check; never a value."""
Label = Annotated[str, StringConstraints(min_length=1, max_length=40)]
"""A short text of a municipality's configuration."""
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$"), Field(examples=["3f" * 32])]
"""A SHA-256 in lower-case hexadecimal."""
Trace = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$"), Field(examples=["ab" * 16])]
"""Id of the trace in which it happened."""
Yen = Annotated[int, Field(ge=0, le=1_000_000, examples=[250])]
Count = Annotated[int, Field(ge=1)]

Test = Literal[True] | None
"""`true` at a test terminal, whose papers say 見本 and are billed to nobody; absent otherwise."""


class Cardholder(BaseModel):
    """Whose card it was, to tell that two papers of a municipality and month are one person's.

    Only the gateway can make the pseudonym of a card, and nobody can once the key is destroyed.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)

    key: Id
    """Random id of the key; each municipality has another one for each month of Japan's days."""
    pseudonym: Annotated[
        str, StringConstraints(pattern=r"^[0-9a-f]{32}$"), Field(examples=["c4" * 16])
    ]
    """HMAC-SHA256 of the card under that key, its first 128 bits."""


class EventData(BaseModel):
    """The data of one type of event, as its readers take it: what they do not know, they ignore.

    A type only ever gains fields, each with a default; whatever else changes gets a type of its
    own (`.v2`). So an old reader reads new events, and a new one old events.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)


class Traced(EventData):
    """Something that happened while a request was served."""

    trace: Trace | None = None
    """Trace of the request; null while tracing is off."""


class AtTerminal(Traced):
    """Something that happened at one terminal."""

    terminal: Annotated[Name, Field(examples=["komorebi-ichikawa-yawata-1"])]
    site: Annotated[Name, Field(examples=["komorebi-ichikawa-yawata"])]
    """Where the terminal stands: a store, or a city's own place."""
    test: Test = None
