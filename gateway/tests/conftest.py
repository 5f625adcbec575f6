"""A gateway on a real database, with a trust list, one terminal and a municipality of its own.

Everything that a test needs to know is in files and settings, so the fixtures hand out the
product's own types: change a file, or start a second replica on the same settings.
"""

import secrets
import sys
import tempfile
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Iterator, Mapping
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    asynccontextmanager,
    contextmanager,
)
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import jwt
import pytest
import uvicorn
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from gateway.audit import outbox
from gateway.audit.described import described
from gateway.composition import create_app
from gateway.database.migrate import migrated
from gateway.settings import DatabaseSettings, Settings
from gateway_testing.city import HOUSEHOLD
from gateway_testing.world import RunGateway, World, open_world
from local_stack.in_force import decision_settings, put_in_force
from local_stack.ports import free_port
from local_stack.testing import MakeMigrated
from local_stack.tripwire.persons import searcher_of_cards, searcher_of_papers
from local_stack.tripwire.places import of_rows
from local_stack.tripwire.search import Searcher
from local_stack.tripwire.spellings import of_bytes
from local_stack.tripwire.watch import check
from madoguchi_wire.card_certificates import DEVELOPMENT_MARK
from madoguchi_wire.event_data import UndescribedData, check_data
from madoguchi_wire.events import EventType
from madoguchi_wire.keys import KeyPurpose, SigningKey, TrustedKey
from madoguchi_wire.kit.health import Health
from madoguchi_wire.kit.settings import CommonSettings
from madoguchi_wire.trust_list import AllowedBuild, TrustList
from store_terminal_sim.testing.enrolled import enrolled

GATEWAY = "centre.test.example"
TERMINAL = "tokiwa-0001-1"
ICHIKAWA = "122033"
BUILD = "test-build"
CARD_POLICY = "2.25.123456789"

OWNERS = {
    KeyPurpose.ENROLMENT: GATEWAY,
    KeyPurpose.GATEWAY_REQUEST: GATEWAY,
    KeyPurpose.ATTESTATION: ICHIKAWA,
}

MUNICIPALITY: dict[str, Any] = {
    "code": ICHIKAWA,
    "name": {"ja": "市川市", "kana": "いちかわし", "en": "Ichikawa City"},
    "adapters": ["http://127.0.0.1:9"],
    "offers": {
        "resident_record": {
            "opens": "00:00",
            "closes": "24:00",
            "members": True,
            "relationship": True,
            "honseki": True,
            "maximum_copies": 5,
        },
        "seal_registration": {"opens": "00:00", "closes": "24:00", "maximum_copies": 2},
    },
    "tariffs": [
        {
            "version": "2010-02",
            "from": "2010-02-02",
            "prices": {"resident_record": 250, "seal_registration": 250},
        }
    ],
    "collectors": [{"chain": "tokiwa", "from": "2010-02-02"}],
    "places": [{"label": "市内", "municipalities": [ICHIKAWA]}, {"label": "その他府県"}],
}
CHAIN: dict[str, Any] = {
    "chain": "tokiwa",
    "name": "ときわマート",
    "commissions": [{"from": "2010-02-02", "yen": 120}],
    "sites": [
        {"site": "tokiwa-0001", "name": "市川一丁目店", "municipality": ICHIKAWA, "type": "store"}
    ],
    "terminals": [
        {"terminal": TERMINAL, "site": "tokiwa-0001", "state": "enrolled"},
        {"terminal": "tokiwa-0001-2", "site": "tokiwa-0001", "state": "suspended"},
    ],
}


@pytest.fixture(autouse=True)
def every_event_is_described(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a test in which an event says what its model does not describe."""
    amiss: list[str] = []

    def noticed(kind: EventType, data: Mapping[str, Any]) -> dict[str, Any]:
        try:
            check_data(kind, data)
        except UndescribedData as error:
            amiss.append(str(error))
        return described(kind, data)

    monkeypatch.setattr(outbox, "described", noticed)
    yield
    assert amiss == []


@pytest.fixture(scope="session")
def gateway_keys() -> dict[KeyPurpose, SigningKey]:
    """A key for each purpose, the root of the trust list included."""
    return {purpose: SigningKey.generate() for purpose in KeyPurpose}


@pytest.fixture(scope="session")
def card_authority_key() -> rsa.RSAPrivateKey:
    """The key of the card authority that the gateway accepts."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def write_trust_list(
    tmp_path: Path, gateway_keys: dict[KeyPurpose, SigningKey]
) -> Callable[..., Path]:
    """A function that writes `trust-list.jws`; keyword arguments change the statement."""

    def write(**changes: object) -> Path:
        now = datetime.now(UTC)
        trust = TrustList(
            version=1,
            environment="development",
            issued_at=now - timedelta(days=1),
            expires_at=now + timedelta(days=30),
            keys=tuple(
                TrustedKey(
                    kid=gateway_keys[purpose].kid,
                    purpose=purpose,
                    owner=owner,
                    public_key=gateway_keys[purpose].public,
                    not_before=now - timedelta(days=1),
                    not_after=now + timedelta(days=365),
                )
                for purpose, owner in OWNERS.items()
            ),
            builds=(AllowedBuild(municipality=ICHIKAWA, build=BUILD),),
        ).model_copy(update=changes)
        path = tmp_path / "trust-list.jws"
        path.write_text(trust.signed_by(gateway_keys[KeyPurpose.TRUST_ROOT]))
        return path

    return write


@pytest.fixture
def write_configuration(tmp_path: Path) -> Callable[..., Path]:
    """A function that writes municipality and chain files, and returns their folder."""

    def write(municipality: dict[str, Any] = MUNICIPALITY, chain: dict[str, Any] = CHAIN) -> Path:
        return _written(tmp_path / "configuration", municipality, chain)

    return write


def _written(folder: Path, municipality: dict[str, Any], chain: dict[str, Any]) -> Path:
    for kind, name, values in (
        ("municipalities", municipality["code"], municipality),
        ("chains", chain["chain"], chain),
    ):
        path = folder / kind / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(values, allow_unicode=True), encoding="utf-8")
    return folder


async def configured(database_url: str) -> None:
    """Migrate, and put the usual files in force; partitions of months take long to make."""
    await migrated(database_url)
    common = CommonSettings(environment="development")
    settings = DatabaseSettings(common=common, database_url=database_url, name=GATEWAY)
    with tempfile.TemporaryDirectory() as folder:
        written = _written(Path(folder), MUNICIPALITY, CHAIN)
        await put_in_force(written, decision_settings(settings), _no_key)


def _no_key(code: str) -> SigningKey:
    raise KeyError(code)


PutInForce = Callable[..., Awaitable[list[str]]]


@pytest.fixture
def put_files(gateway_settings: Settings, gateway_keys: dict[KeyPurpose, SigningKey]) -> PutInForce:
    """A function that puts a folder in force, and returns a line for each thing that changed."""

    async def put(folder: Path) -> list[str]:
        key = gateway_keys[KeyPurpose.ATTESTATION]
        settings = decision_settings(gateway_settings)
        changed = await put_in_force(folder, settings, lambda _code: key)
        versions = [f"municipality {o.municipality} version {o.version}" for o in changed.versions]
        return versions + [f"chain {chain}" for chain in changed.chains]

    return put


@pytest.fixture
async def gateway_settings(
    tmp_path: Path,
    migrated_database: MakeMigrated,
    gateway_keys: dict[KeyPurpose, SigningKey],
    card_authority_key: rsa.RSAPrivateKey,
    write_trust_list: Callable[..., Path],
) -> Settings:
    """Settings of a gateway whose database is migrated and whose configuration is in force."""
    root = gateway_keys[KeyPurpose.TRUST_ROOT].private.public_key()
    (tmp_path / "root.pem").write_bytes(
        root.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    gateway_keys[KeyPurpose.GATEWAY_REQUEST].save(tmp_path / "request.pem")
    for name in ("token", "challenge", "pseudonym"):
        (tmp_path / f"{name}.secret").write_bytes(secrets.token_bytes(32))
    return Settings(
        common=CommonSettings(environment="development"),
        database_url=await migrated_database(configured),
        name=GATEWAY,
        port=free_port(),
        trust_list=write_trust_list(),
        trust_root=tmp_path / "root.pem",
        request_key=tmp_path / "request.pem",
        token_secret=tmp_path / "token.secret",
        challenge_secret=tmp_path / "challenge.secret",
        pseudonym_secret=tmp_path / "pseudonym.secret",
        card_authorities=_write_card_authority(tmp_path, card_authority_key),
    )


def _write_card_authority(folder: Path, key: rsa.RSAPrivateKey) -> Path:
    now = datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Test card authority")])
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.UnrecognizedExtension(DEVELOPMENT_MARK, b""), critical=False)
        .sign(key, hashes.SHA256())
    )
    crl = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(name)
        .last_update(now - timedelta(minutes=1))
        .next_update(now + timedelta(days=7))
        .sign(key, hashes.SHA256())
    )
    (folder / "authority.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "authority.crl").write_bytes(crl.public_bytes(serialization.Encoding.DER))
    authority = {
        "name": "test-card",
        "certificate": str(folder / "authority.pem"),
        "policy": CARD_POLICY,
        "crl": str(folder / "authority.crl"),
    }
    path = folder / "card-authorities.yaml"
    path.write_text(yaml.safe_dump({"authorities": [authority]}))
    return path


@pytest.fixture
def run_gateway() -> Callable[[Settings], AbstractContextManager[str]]:
    """A context manager that serves a replica over real HTTP and gives its base address."""

    @contextmanager
    def run(settings: Settings) -> Generator[str]:
        health = Health()
        app = create_app(settings, health)
        port = free_port()
        server = uvicorn.Server(
            uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, lifespan="on")
        )
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            while not server.started:
                assert thread.is_alive(), "the gateway did not start: see the captured log"
                thread.join(0.02)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join(15)

    return run


@pytest.fixture
def gateway_address(
    gateway_settings: Settings, run_gateway: Callable[[Settings], AbstractContextManager[str]]
) -> Iterator[str]:
    """The address of one running replica."""
    with run_gateway(gateway_settings) as address:
        yield address


@pytest.fixture
def enrolment(gateway_keys: dict[KeyPurpose, SigningKey]) -> str:
    """The enrolment of the one terminal (JWS)."""
    statement_key, now = gateway_keys[KeyPurpose.TERMINAL_STATEMENT], datetime.now(UTC)
    token_key = gateway_keys[KeyPurpose.TERMINAL_TOKEN]
    return enrolled(gateway_keys[KeyPurpose.ENROLMENT], TERMINAL, statement_key, now, token_key)


@pytest.fixture
def client_assertion(
    gateway_keys: dict[KeyPurpose, SigningKey], enrolment: str
) -> Callable[..., str]:
    """A function that signs a right client assertion; keyword arguments change its claims."""

    def sign(**changes: object) -> str:
        now = int(datetime.now(UTC).timestamp())
        claims = {
            "iss": TERMINAL,
            "sub": TERMINAL,
            "aud": GATEWAY,
            "iat": now,
            "exp": now + 60,
            "jti": str(uuid4()),
            "enrolment": enrolment,
            "software": "a-terminal 1.2.3",
        } | changes
        key = gateway_keys[KeyPurpose.TERMINAL_TOKEN]
        return jwt.encode(claims, key.private, algorithm="ES256", headers={"kid": key.kid})

    return sign


OpenWorld = Callable[..., AbstractAsyncContextManager[World]]


@pytest.fixture
def new_world(
    gateway_settings: Settings,
    tmp_path: Path,
    gateway_keys: dict[KeyPurpose, SigningKey],
    run_gateway: RunGateway,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> OpenWorld:
    """A function that opens a world with `replicas` and with changed settings."""

    @asynccontextmanager
    async def make(replicas: int = 1, **changes: object) -> AsyncGenerator[World]:
        async with open_world(
            gateway_settings, tmp_path / "world", gateway_keys, run_gateway, replicas, **changes
        ) as world:
            yield world
            await _search(world, capsys, caplog)

    return make


async def _search(
    world: World, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Search what the gateway kept and said for cards, documents and who lives with whom."""
    known = [
        searcher_of_cards((card.serial, card.certificate) for card in world.cards),
        searcher_of_papers(),
        Searcher(dict.fromkeys(of_bytes(HOUSEHOLD), "a household")),
    ]
    said = capsys.readouterr()
    check(known, [await of_rows(world.pool), ("the logs", (said.out + caplog.text).encode())])
    sys.stdout.write(said.out)
    sys.stderr.write(said.err)


@pytest.fixture
async def world(new_world: OpenWorld) -> AsyncGenerator[World]:
    """One replica with a city, terminals and cards around it."""
    async with new_world() as opened:
        yield opened


@pytest.fixture
async def two_replicas(new_world: OpenWorld) -> AsyncGenerator[World]:
    """As `world`, with two replicas on one database."""
    async with new_world(replicas=2) as opened:
        yield opened
