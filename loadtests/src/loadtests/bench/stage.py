"""What both sides of the bench need on disk: keys, trust list, municipality, terminals, card."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from madoguchi_wire.clock import JAPAN
from madoguchi_wire.enrolment import Placed
from madoguchi_wire.keys import KeyPurpose, SigningKey, TrustedKey
from madoguchi_wire.kit.yaml_file import yaml_text
from madoguchi_wire.trust_list import AllowedBuild, TrustList
from store_terminal_sim.cards.authority import CardAuthoritySim, KeyKind
from store_terminal_sim.cards.profiles import USER_AUTHENTICATION_POLICY
from store_terminal_sim.terminal_folder import Delivered, enrol_delivered

MUNICIPALITY = "122033"
GATEWAY = "centre.madoguchi.example"
BUILD = "canned"
PRICE_YEN = 250


@dataclass(frozen=True)
class Stage:
    """A folder with everything, and the clock that all processes share."""

    folder: Path
    offset: timedelta
    """Moves every clock to 10 in the morning of an ordinary day, Japan's time."""
    terminals: int

    def set_up(self, adapter: str, replicas: list[str]) -> None:
        """Write the folder for an adapter and gateway replicas at these base URLs."""
        self.folder.mkdir(parents=True)
        root, now = SigningKey.generate(), datetime.now(UTC) + self.offset
        keys = [self._key("request", KeyPurpose.GATEWAY_REQUEST, GATEWAY, now)]
        keys.append(self._key("attestation", KeyPurpose.ATTESTATION, MUNICIPALITY, now))
        keys.append(self._key("enrolment", KeyPurpose.ENROLMENT, GATEWAY, now))
        registrar = SigningKey.load(self.folder / "enrolment.pem")
        for number in range(self.terminals):
            placed = Placed(terminal=terminal_name(number), site="bench", chain="bench")
            delivered = Delivered(
                placed, GATEWAY, replicas, "development", root.private.public_key()
            )
            folder, day = self.folder / placed.terminal, timedelta(days=1)
            enrol_delivered(folder, delivered, registrar, now - day, now + 30 * day)
        self._trust(root, keys, now)
        self._card(now)
        self._configuration(adapter)
        for name in ("token", "challenge"):
            (self.folder / f"{name}.secret").write_bytes(secrets.token_bytes(32))

    def _key(self, name: str, purpose: KeyPurpose, owner: str, now: datetime) -> TrustedKey:
        key = SigningKey.generate()
        key.save(self.folder / f"{name}.pem")
        return TrustedKey(
            kid=key.kid,
            purpose=purpose,
            owner=owner,
            public_key=key.public,
            not_before=now - timedelta(days=1),
            not_after=now + timedelta(days=30),
        )

    def _trust(self, root: SigningKey, keys: list[TrustedKey], now: datetime) -> None:
        trust = TrustList(
            version=1,
            environment="development",
            issued_at=now - timedelta(hours=1),
            expires_at=now + timedelta(days=1),
            keys=tuple(keys),
            builds=(AllowedBuild(municipality=MUNICIPALITY, build=BUILD),),
        )
        (self.folder / "trust-list.jws").write_text(trust.signed_by(root))
        pem = root.private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        (self.folder / "trust-root.pem").write_bytes(pem)

    def _card(self, now: datetime) -> None:
        # RSA-2048, as on the cards that people carry today.
        authority = CardAuthoritySim.create("jpki-card", KeyKind.RSA_2048, now)
        authority.save(self.folder / "authority")
        authority.issue(now, pin="1234").save(self.folder / "card")
        (self.folder / "cards.crl").write_bytes(authority.crl(now))
        entry = {
            "name": "jpki-card",
            "certificate": "authority/certificate.pem",
            "policy": USER_AUTHENTICATION_POLICY.dotted_string,
            "crl": "cards.crl",
        }
        self._yaml("card-authorities.yaml", {"authorities": [entry]})

    def _configuration(self, adapter: str) -> None:
        offer = {
            "opens": "06:30",
            "closes": "23:00",
            "members": False,
            "relationship": True,
            "honseki": True,
            "maximum_copies": 5,
        }
        self._yaml(
            f"configuration/municipalities/{MUNICIPALITY}.yaml",
            {
                "code": MUNICIPALITY,
                "name": {"ja": "市川市", "kana": "いちかわし", "en": "Ichikawa"},
                "adapters": [adapter],
                "offers": {"resident_record": offer},
                "closed": [],
                "tariffs": [
                    {
                        "version": "bench",
                        "from": "2010-02-02",
                        "prices": {"resident_record": PRICE_YEN},
                    }
                ],
                "collectors": [{"chain": "bench", "from": "2010-02-02"}],
                "places": [{"label": "市内"}],
            },
        )
        site = {
            "site": "bench",
            "name": "bench",
            "municipality": MUNICIPALITY,
            "type": "store",
        }
        terminals = [
            {"terminal": terminal_name(number), "site": "bench", "state": "enrolled"}
            for number in range(self.terminals)
        ]
        self._yaml(
            "configuration/chains/bench.yaml",
            {
                "chain": "bench",
                "name": "bench",
                "commissions": [{"from": "2010-02-02", "yen": 120}],
                "sites": [site],
                "terminals": terminals,
            },
        )

    def _yaml(self, name: str, value: object) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        # Through JSON, so that dates stay text and the file shows what the gateway reads.
        path.write_text(yaml_text(value), "utf-8")


def terminal_name(number: int) -> str:
    """Return the id of a terminal of the bench."""
    return f"bench-{number:03d}"


def ordinary_morning() -> timedelta:
    """Return the offset that makes it 10 in the morning of the next day in Japan."""
    now = datetime.now(JAPAN)
    morning = now.replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return morning - now
