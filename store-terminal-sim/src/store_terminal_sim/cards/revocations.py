"""Which certificates of an authority are revoked (失効) or on hold (一時停止), and the CRL."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from store_terminal_sim.cards.key_pool import CardKey, write_private
from store_terminal_sim.cards.profiles import digest_for

CRL_LIFETIME = timedelta(hours=24)


@dataclass(frozen=True)
class Revocation:
    """One entry of a CRL."""

    reason: x509.ReasonFlags
    since: datetime


class Revocations(dict[int, Revocation]):
    """The revoked certificates of one authority, by serial."""

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read the file that `save` wrote; none yet means nothing is revoked."""
        if not path.exists():
            return cls()
        return cls(
            {
                int(serial, 16): Revocation(
                    x509.ReasonFlags(entry["reason"]), datetime.fromisoformat(entry["since"])
                )
                for serial, entry in json.loads(path.read_bytes()).items()
            }
        )

    def save(self, path: Path) -> None:
        """Write the list; a server that is running picks it up at its next request."""
        entries = {
            f"{serial:x}": {"reason": entry.reason.value, "since": entry.since.isoformat()}
            for serial, entry in self.items()
        }
        write_private(path, json.dumps(entries, indent=1).encode())

    def crl(self, authority: x509.Certificate, key: CardKey, at: datetime) -> bytes:
        """Return the CRL as of `at`, DER, good for 24 hours."""
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(authority.subject)
            .last_update(at)
            .next_update(at + CRL_LIFETIME)
        )
        for serial, entry in self.items():
            builder = builder.add_revoked_certificate(
                x509.RevokedCertificateBuilder()
                .serial_number(serial)
                .revocation_date(entry.since)
                .add_extension(x509.CRLReason(entry.reason), critical=False)
                .build()
            )
        return builder.sign(key, digest_for(key)).public_bytes(Encoding.DER)
