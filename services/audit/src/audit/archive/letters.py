"""Dead letters: what could not be archived, whole, with the reason and the place it came from."""

from collections.abc import Sequence
from dataclasses import dataclass

from madoguchi_wire.encoding import sha256_hex
from madoguchi_wire.kit.pool import Connection

_INSERT = """
    INSERT INTO dead_letters (origin, partition, place, reason, what, key, value, value_sha256)
    SELECT * FROM unnest($1::text[], $2::int[], $3::bigint[], $4::text[], $5::text[], $6::bytea[],
                         $7::bytea[], $8::text[])
    ON CONFLICT (origin, partition, place, value_sha256) DO NOTHING
"""


@dataclass(frozen=True)
class Letter:
    """A message that was set aside."""

    origin: str
    """Topic, or name of the file."""
    partition: int
    place: int
    """Offset, or number of the line."""
    reason: str
    what: str
    key: bytes | None
    value: bytes


async def keep_letters(connection: Connection, letters: Sequence[Letter]) -> None:
    """Keep letters inside the caller's transaction; each once, however often it comes."""
    if not letters:
        return
    await connection.execute(
        _INSERT,
        [letter.origin for letter in letters],
        [letter.partition for letter in letters],
        [letter.place for letter in letters],
        [letter.reason for letter in letters],
        [letter.what for letter in letters],
        [letter.key for letter in letters],
        [letter.value for letter in letters],
        [sha256_hex(letter.value) for letter in letters],
    )
