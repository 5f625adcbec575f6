"""RSA keys kept on disk, because making one takes 0.1 to 0.3 s and a demo needs many cards."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

CardKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
"""RSA-2048 as on today's cards, or P-384 as on those of the next generation (domain §9)."""


def key_pem(key: CardKey) -> bytes:
    """Return the private key as unencrypted PKCS #8 PEM."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def load_key(path: Path) -> CardKey:
    """Read a private key of a card or an authority.

    Raises:
        ValueError: the file holds neither an RSA nor an elliptic-curve key.

    """
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise ValueError(f"{path.name} holds no key that a card could have")
    return key


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{uuid4().hex}")
    unfinished.touch(mode=0o600)
    unfinished.write_bytes(content)
    unfinished.replace(path)


class RsaKeyPool:
    """Hands out RSA-2048 keys, each once in the life of this pool.

    With a folder (`var/` in development) the keys stay there, so that the next set-up of demo or
    tests needs seconds less; the same keys then come back under other certificates, which is
    harmless for keys that nothing outside development trusts.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._kept: Iterator[Path] = iter(sorted(folder.glob("rsa-*.pem")) if folder else [])

    def take(self) -> rsa.RSAPrivateKey:
        """Return a key that this pool has not handed out before."""
        for path in self._kept:
            key = load_key(path)
            if isinstance(key, rsa.RSAPrivateKey):
                return key
        made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        if self._folder is not None:
            write_private(self._folder / f"rsa-{uuid4().hex}.pem", key_pem(made))
        return made
