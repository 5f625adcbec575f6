"""A Merkle tree over digests: one root for a batch, and a short proof that one is in it.

The shape is that of RFC 6962 §2.1: leaves and nodes are hashed in domains of their own, so that no
node passes for a leaf, and a tree of n leaves splits at the largest power of two below n.
"""

import hashlib
from collections.abc import Sequence


def root(digests: Sequence[str]) -> str:
    """Return the root over digests (SHA-256 in hex) in their order.

    Raises:
        ValueError: there is none.

    """
    if not digests:
        raise ValueError("a batch without events has no root")
    return _root([_leaf(digest) for digest in digests]).hex()


def proof(digests: Sequence[str], index: int) -> tuple[str, ...]:
    """Return the hashes (hex) that lead from the digest at `index` to the root, leaf first.

    Raises:
        IndexError: there is no such digest.

    """
    if not 0 <= index < len(digests):
        raise IndexError(f"no event {index} in a batch of {len(digests)}")
    return tuple(step.hex() for step in _path([_leaf(digest) for digest in digests], index))


def holds(digest: str, index: int, count: int, steps: Sequence[str], expected: str) -> bool:
    """Tell whether `steps` prove that `digest` is number `index` of `count` under a root."""
    if not 0 <= index < count:
        return False
    try:
        found = _leaf(digest)
        rest = [bytes.fromhex(step) for step in steps]
    except ValueError:
        return False
    place, last = index, count - 1
    for step in rest:
        if last == 0:
            return False
        if place % 2 == 1 or place == last:
            found = _node(step, found)
            while place % 2 == 0 and place != 0:
                place, last = place // 2, last // 2
        else:
            found = _node(found, step)
        place, last = place // 2, last // 2
    return last == 0 and found.hex() == expected


def _leaf(digest: str) -> bytes:
    return hashlib.sha256(b"\x00" + bytes.fromhex(digest)).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _root(leaves: Sequence[bytes]) -> bytes:
    if len(leaves) == 1:
        return leaves[0]
    half = _split(len(leaves))
    return _node(_root(leaves[:half]), _root(leaves[half:]))


def _path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    if len(leaves) == 1:
        return []
    half = _split(len(leaves))
    if index < half:
        return [*_path(leaves[:half], index), _root(leaves[half:])]
    return [*_path(leaves[half:], index - half), _root(leaves[:half])]


def _split(count: int) -> int:
    return 1 << (count - 1).bit_length() - 1
