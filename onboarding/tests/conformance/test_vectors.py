"""Our own wire, and the terminal's core, say of every vector what it says of itself."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from madoguchi.conformance.vectors.answers import page_documents
from madoguchi.conformance.vectors.cast import AT, Cast
from madoguchi.conformance.vectors.seeded import Seed
from madoguchi.conformance.vectors.writing import DEFAULT_SEED, vectors_of, write_vectors
from madoguchi.main import main
from madoguchi_wire.adapter_api import PrepareStatement
from madoguchi_wire.attestation import Expected, verified_attestation
from madoguchi_wire.card_certificates import CardAuthority, CardVerifier, RevocationList
from madoguchi_wire.encoding import from_base64url
from madoguchi_wire.errors import MadoguchiError
from madoguchi_wire.keys import KeyPurpose, load_public_key
from madoguchi_wire.order import Kind, verified_order
from madoguchi_wire.sealing import OpeningKey, SealingSuite
from madoguchi_wire.session import SessionVerifier
from madoguchi_wire.trust_list import TrustList, verified_trust_list
from store_terminal_sim.core.pages import check_pages, page_texts
from store_terminal_sim.core.problems import DocumentRejected

Given = dict[str, Any]
ALL = vectors_of(Cast(Seed(DEFAULT_SEED)))
EACH = [(name, one.id) for name, vectors in ALL.items() for one in vectors]


class Reader:
    """Reads the folder as somebody does who has nothing else."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        keys = self.read("keys")
        self.root = load_public_key(keys["root"])
        self.trust: TrustList = verified_trust_list(
            keys["trust_list"], self.root, self.moment(keys), "development"
        )
        self.keys = self.trust.key_set()
        told = keys["card_authority"]
        certificate = x509.load_der_x509_certificate(from_base64url(told["certificate"]))
        policy = x509.ObjectIdentifier(told["policy"])
        self.authority = CardAuthority(told["name"], certificate, policy)
        cards = CardVerifier([self.authority])
        self.sessions = SessionVerifier(keys["gateway"], self.keys, cards)
        self.opening_key = OpeningKey(SealingSuite.X25519)
        # The wire reads no private key of a session from outside, and needs not.
        self.opening_key._private = X25519PrivateKey.from_private_bytes(  # pyright: ignore[reportPrivateUsage]
            from_base64url(keys["private"]["session_sealing"])
        )
        self.gateway, self.municipality = keys["gateway"], keys["municipality"]

    def read(self, name: str) -> Given:
        return json.loads((self.folder / f"{name}.json").read_bytes())

    def vector(self, name: str, id_: str) -> Given:
        return next(one for one in self.read(name)["vectors"] if one["id"] == id_)

    @staticmethod
    def moment(given: Given) -> datetime:
        return datetime.fromisoformat(given["at"])

    def keys_found(self, given: Given) -> None:
        purpose = KeyPurpose(given["purpose"])
        self.keys.find(given["kid"], purpose, self.moment(given), owner=given["owner"])

    def trust_lists(self, given: Given) -> None:
        seen = given["newest_version_seen"]
        verified_trust_list(given["token"], self.root, self.moment(given), "development", seen)

    def revocations(self, given: Given) -> None:
        known = RevocationList(from_base64url(given["revocation_list"]), self.authority)
        known.check(int(given["serial"], 16), self.moment(given), timedelta(days=1))

    def requests(self, given: Given) -> None:
        kid = PrepareStatement.kid_of(given["token"])
        _, key = self.keys.find(kid, KeyPurpose.GATEWAY_REQUEST, AT, owner=self.gateway)
        PrepareStatement.verified(given["token"], key)

    def session(self, given: Given) -> None:
        self.sessions.verify(given["token"], given["municipality"], self.moment(given))

    def orders(self, given: Given) -> None:
        session = self.sessions.verify(given["session"], self.municipality, AT)
        verified_order(given["token"], session)

    def attestations(self, given: Given) -> None:
        asked = given["asked"]
        expected = Expected(
            issuance=asked["issuance"],
            order=asked["order"],
            session=asked["session"],
            copy_number=asked["copy_number"],
            municipality=asked["municipality"],
            kind=Kind(asked["kind"]),
            card_certificate=from_base64url(asked["card_certificate"]),
            allowed_builds=frozenset({asked["build"]}),
            asked_at=datetime.fromisoformat(asked["asked_at"]),
        )
        verified_attestation(given["token"], self.keys, expected, self.moment(asked))

    def sealed(self, given: Given) -> None:
        self.opening_key.open(from_base64url(given["ciphertext"]), from_base64url(given["info"]))

    def documents(self, given: Given) -> None:
        texts = page_texts((self.folder / given["file"]).read_bytes())
        check_pages(texts, given["issuance"], given["attested_pages"])


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    folder = tmp_path_factory.mktemp("vectors")
    assert main(["conformance", "vectors", str(folder)]) == 0
    return Reader(folder)


@pytest.mark.parametrize(("name", "id_"), EACH, ids=[id_ for _, id_ in EACH])
def test_our_wire_says_of_each_vector_what_it_says_of_itself(
    reader: Reader, name: str, id_: str
) -> None:
    judges: dict[str, Callable[[Given], None]] = {
        "keys-found": reader.keys_found,
        "trust-lists": reader.trust_lists,
        "revocations": reader.revocations,
        "requests": reader.requests,
        "sessions": reader.session,
        "orders": reader.orders,
        "attestations": reader.attestations,
        "sealed": reader.sealed,
        "documents": reader.documents,
    }
    vector, reason = reader.vector(name, id_), None
    try:
        judges[name](vector["input"])
    except MadoguchiError as error:
        reason = error.slug
    except DocumentRejected as error:
        reason = str(error)
    assert (reason, vector["verdict"]) == (
        vector["reason"],
        "holds" if reason is None else "refused",
    )


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(
    reader: Reader, tmp_path: Path
) -> None:
    def bytes_of(folder: Path) -> dict[str, bytes]:
        files = (path for path in folder.rglob("*") if path.is_file())
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}

    write_vectors(tmp_path / "again", Seed(DEFAULT_SEED))
    write_vectors(tmp_path / "others", Seed("another"))
    first, others = bytes_of(reader.folder), bytes_of(tmp_path / "others")
    assert bytes_of(tmp_path / "again") == first
    assert {name for name, content in first.items() if others[name] != content} == {
        *("keys.json", "keys-found.json", "trust-lists.json", "revocations.json"),
        *("requests.json", "sessions.json", "orders.json", "attestations.json", "sealed.json"),
    }


def test_every_file_of_vectors_fits_the_schema_in_the_folder(reader: Reader) -> None:
    validator = jsonschema_rs.validator_for(reader.read("vectors.schema"))
    for name, vectors in ALL.items():
        written = reader.read(name)
        validator.validate(written)
        assert len(written["vectors"]) == len(vectors)
        verdicts = {one["verdict"] for one in written["vectors"]}
        assert verdicts == {"holds", "refused"}
    assert len(list((reader.folder / "pdf").iterdir())) == len(page_documents())
