"""A time-stamp authority (RFC 3161) on this machine: `openssl ts` behind a little HTTP server."""

import shutil
import subprocess
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from madoguchi_wire.timestamps import ANSWER_TYPE, TimestampRequest, read_roots

_CONFIG = """
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
signer_cert = {folder}/signer.pem
signer_key = {folder}/signer.key
default_policy = 1.2.3.4.1
digests = sha256
signer_digest = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
"""


@dataclass(frozen=True)
class TimestampAuthority:
    """An authority whose files are in a folder."""

    folder: Path

    @classmethod
    def make(cls, folder: Path, name: str = "time") -> "TimestampAuthority":
        """Make root, signer and files of a new authority.

        Raises:
            FileNotFoundError: there is no `openssl`.

        """
        if shutil.which("openssl") is None:
            raise FileNotFoundError("the tests of time stamps need openssl: install it")
        root_key, signer_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        root = _certificate(f"{name} root", root_key.public_key(), f"{name} root", root_key)
        signer = _certificate(f"{name} signer", signer_key.public_key(), f"{name} root", root_key)
        (folder / "root.pem").write_bytes(root.public_bytes(serialization.Encoding.PEM))
        (folder / "signer.pem").write_bytes(signer.public_bytes(serialization.Encoding.PEM))
        pem = signer_key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        (folder / "signer.key").write_bytes(pem)
        (folder / "serial").write_text("01\n")
        (folder / "ts.cnf").write_text(_CONFIG.format(folder=folder))
        return cls(folder)

    @property
    def root(self) -> Path:
        """The root's certificate, PEM."""
        return self.folder / "root.pem"

    @property
    def roots(self) -> Sequence[x509.Certificate]:
        """The root's certificate, read."""
        return read_roots(self.root)

    def token(self, stamp: str) -> bytes:
        """Return the time stamp of a stamp: it exists now, by this machine's clock."""
        request = TimestampRequest(stamp)
        return request.token_in(self.answer(request.body), self.roots)

    def answer(self, request: bytes) -> bytes:
        """Return the authority's answer to a TimeStampReq."""
        (self.folder / "request.tsq").write_bytes(request)
        command = ["openssl", "ts", "-reply", "-config", str(self.folder / "ts.cnf")]
        asked = [*command, "-queryfile", str(self.folder / "request.tsq")]
        done = subprocess.run(asked, capture_output=True, check=True)  # noqa: S603 (of ours)
        return done.stdout

    @contextmanager
    def serving(self, port: int = 0) -> Generator[str]:
        """Serve on loopback; give the address."""
        authority = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                answer = authority.answer(body)
                self.send_response(200)
                self.send_header("content-type", ANSWER_TYPE)
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Say nothing."""

        with ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
            thread = Thread(target=server.serve_forever, daemon=True)
            thread.start()
            try:
                yield f"http://127.0.0.1:{server.server_address[1]}/"
            finally:
                server.shutdown()
                thread.join()


def _certificate(
    subject: str,
    key: ec.EllipticCurvePublicKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
) -> x509.Certificate:
    is_root, now = subject == issuer, datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=is_root, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
    )
    if not is_root:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(usage, critical=True)
    return builder.sign(issuer_key, hashes.SHA256())


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
