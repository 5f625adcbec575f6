"""The trust list in force: read from a file, verified by the pinned root, never rolled back."""

from pathlib import Path

import structlog
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from madoguchi_wire.clock import Clock
from madoguchi_wire.errors import ServiceUnavailable, SignatureRefused
from madoguchi_wire.keys import KeySet
from madoguchi_wire.trust_list import Environment, TrustList, verified_trust_list

_log = structlog.get_logger()


class Trust:
    """Whose keys and which builds count at present."""

    def __init__(self, file: Path, root: Path, environment: Environment, clock: Clock) -> None:
        """Read the list for the first time.

        Raises:
            ValueError: list or root cannot be read, or the root is no P-256 public key in PEM.
            SignatureRefused: another root, expired, or of another environment.

        """
        self._file = file
        self._root = load_root(root)
        self._environment: Environment = environment
        self._clock = clock
        self._seen: tuple[int, int, int] | None = None
        self._version = 0
        self._read()

    def refresh(self) -> None:
        """Read the file again if it changed; a list that does not hold leaves ours in force."""
        try:
            if self._seen != self._file_state():
                self._read()
        except (OSError, ValueError, SignatureRefused) as error:
            _log.error("trust_list_refused", reason=str(error), version_in_force=self._version)

    @property
    def key_set(self) -> KeySet:
        """The keys in force.

        Raises:
            ServiceUnavailable: the list has expired and no newer one has come.

        """
        if self.fault() is not None:
            raise ServiceUnavailable()
        return self._keys

    @property
    def token(self) -> str:
        """The list in force, as its root signed it (JWS)."""
        return self._token

    def builds_of(self, municipality: str) -> frozenset[str]:
        """Return the builds of adapters that may issue for a municipality."""
        return self._list.builds_of(municipality)

    def sharing_build_or_vendor(self, municipality: str) -> frozenset[str]:
        """Return every municipality with a build or a vendor of this one's, itself too."""
        return self._list.sharing_build_or_vendor(municipality)

    def fault(self) -> str | None:
        """Say in words what is wrong with the list in force; None if nothing is."""
        if self._clock.now() > self._list.expires_at:
            return f"the trust list (version {self._version}) has expired: provide a newer one"
        return None

    def _read(self) -> None:
        token = self._token_read()
        verified = verified_trust_list(
            token, self._root, self._clock.now(), self._environment, self._version
        )
        self._use(token, verified)

    def _token_read(self) -> str:
        try:
            self._seen = self._file_state()
            return self._file.read_text("ascii").strip()
        except OSError as error:
            why = f"cannot be read: {error.strerror}"
        except UnicodeDecodeError:
            why = "is no signed statement"
        raise ValueError(f"the trust list {self._file} {why}")

    def _use(self, token: str, verified: TrustList) -> None:
        self._keys = verified.key_set()
        self._token, self._list, self._version = token, verified, verified.version
        _log.info("trust_list_in_force", version=verified.version, keys=len(verified.keys))

    def _file_state(self) -> tuple[int, int, int]:
        state = self._file.stat()
        return state.st_ino, state.st_mtime_ns, state.st_size


def load_root(path: Path) -> ec.EllipticCurvePublicKey:
    """Read the pinned root's public key.

    Raises:
        ValueError: the file cannot be read, or holds no P-256 public key in PEM.

    """
    try:
        key = serialization.load_pem_public_key(path.read_bytes())
    except OSError as error:
        raise ValueError(f"the trust root {path} cannot be read: {error.strerror}") from None
    except ValueError:
        raise ValueError(f"{path}: holds no public key: give the trust root's PEM file") from None
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError(f"{path}: holds no P-256 public key: give the trust root's PEM file")
    return key
