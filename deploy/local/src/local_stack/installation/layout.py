"""Where things lie in an installation's folder."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Layout:
    """The folder of one installation."""

    folder: Path

    @property
    def facts(self) -> Path:
        """Addresses, database addresses and the clock's offset, as JSON."""
        return self.folder / "installation.json"

    @property
    def clock(self) -> Path:
        """What a simulation moves the clock by; there is none where time goes on by itself."""
        return self.folder / "clock"

    @property
    def trust_list(self) -> Path:
        """The signed trust list."""
        return self.folder / "trust-list.jws"

    @property
    def withdrawn(self) -> Path:
        """The signed list of withdrawn enrolments."""
        return self.folder / "withdrawn-enrolments.jws"

    @property
    def trust_root(self) -> Path:
        """The pinned root's public key."""
        return self.folder / "trust-root.pem"

    @property
    def root_key(self) -> Path:
        """The root's private key, which no service reads."""
        return self.folder / "trust-root" / "key.pem"

    @property
    def request_key(self) -> Path:
        """Signs the gateway's requests to adapters."""
        return self.folder / "gateway" / "request.pem"

    @property
    def enrolment_key(self) -> Path:
        """Signs enrolments of terminals; the registrar alone reads it."""
        return self.folder / "registrar" / "enrolment.pem"

    @property
    def codes_secret(self) -> Path:
        """Makes one-time codes for terminals; the registrar alone reads it."""
        return self.folder / "registrar" / "codes.secret"

    @property
    def stamping_key(self) -> Path:
        """Signs stamps over audit events; the stamper alone reads it."""
        return self.folder / "stamper" / "stamping.pem"

    @property
    def audit_token(self) -> Path:
        """Shown to the archive by whoever signs people in."""
        return self.folder / "audit" / "token"

    @property
    def billing_token(self) -> Path:
        """Shown to billing by whoever signs people in."""
        return self.folder / "billing" / "token"

    @property
    def token_secret(self) -> Path:
        """Signs access tokens."""
        return self.folder / "gateway" / "token.secret"

    @property
    def challenge_secret(self) -> Path:
        """Makes challenges."""
        return self.folder / "gateway" / "challenge.secret"

    @property
    def pseudonym_secret(self) -> Path:
        """Makes the pseudonyms of cards."""
        return self.folder / "gateway" / "pseudonym.secret"

    @property
    def card_authorities(self) -> Path:
        """The file of accepted card authorities."""
        return self.folder / "card-authorities.yaml"

    @property
    def authorities(self) -> Path:
        """The virtual card authorities, each in a folder of its own."""
        return self.folder / "authorities"

    @property
    def configuration(self) -> Path:
        """What `madoguchi onboard` reads."""
        return self.folder / "configuration"

    @property
    def contracts(self) -> Path:
        """The contract files, which billing reads."""
        return self.configuration / "billing"

    @property
    def register(self) -> Path:
        """What must stand on each cardholder's papers; only the checker reads it."""
        return self.folder / "card-register.json"

    @property
    def askings(self) -> Path:
        """Who asked for what, as seen from in front of the terminals; for the checker."""
        return self.folder / "askings.jsonl"

    @property
    def audit_file(self) -> Path:
        """The audit stream."""
        return self.folder / "audit.jsonl"

    @property
    def logs(self) -> Path:
        """What the processes print."""
        return self.folder / "logs"

    @property
    def terminals(self) -> Path:
        """The terminals, each in a folder of its own."""
        return self.folder / "terminals"

    def terminal(self, name: str) -> Path:
        """Return the folder of a terminal."""
        return self.terminals / name

    def card(self, municipality: str, name: str) -> Path:
        """Return the folder of a card."""
        return self.folder / "cards" / municipality / name

    def adapter_file(self, municipality: str) -> Path:
        """Return the adapter file of a municipality."""
        return self.folder / "adapters" / f"{municipality}.yaml"

    def municipality_keys(self, municipality: str) -> Path:
        """Return the folder with the keys of a municipality."""
        return self.folder / "adapters" / municipality
