"""Verifies an auditor's package, offline: python verify.py [FOLDER] [--root FILE] [--heads FILE].

Needs Python 3.11 and the library `cryptography`, and nothing of the system that made the package.
Exit code 0: all that was checked holds. 1: something does not. 2: the package cannot be read.
"""

import argparse
import base64
import hashlib
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

NEEDED = 2
"""Municipalities that countersign a stamp, and that say what they saw last."""
HEAD = "madoguchi-stamp-head+jws"
TOLERANCE = timedelta(minutes=5)
"""A head may be so much older than the package's moment."""
SETTLE = timedelta(minutes=1)
"""What was stamped so shortly before the package was made may not be in it."""
OVERDUE = timedelta(hours=4)
"""An event may be so long without a stamp: issuing stops after as long."""
FIRST_PREVIOUS = "0" * 64


class Refused(Exception):
    """A signature or a statement does not hold."""


def decoded(text: str) -> bytes:
    """Decode base64url without padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def sha256(data: bytes) -> str:
    """Return the SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


def opened(token: str, typ: str, keys: "Keys", purpose: str) -> tuple[dict[str, Any], str]:
    """Return what a signed statement (JWS, ES256) says, and who signed it."""
    try:
        head, body, signature = token.split(".")
        header, said = json.loads(decoded(head)), json.loads(decoded(body))
        raw = decoded(signature)
    except ValueError as error:
        raise Refused("it cannot be read") from error
    if header.get("alg") != "ES256" or header.get("typ") != typ or len(raw) != 64:
        raise Refused(f"it is no {typ}")
    public, owner = keys.find(
        header.get("kid"),
        purpose,
        next((said[name] for name in ("stamped_at", "seen_at", "as_of") if name in said), None),
    )
    der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    try:
        public.verify(der, f"{head}.{body}".encode(), ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        raise Refused("the signature is wrong") from None
    return said, owner


class Keys:
    """The keys of the trust list, which the pinned root signed."""

    def __init__(self, root: ec.EllipticCurvePublicKey) -> None:
        self._root, self._keys = root, dict[str, dict[str, Any]]()
        der = root.public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        self.fingerprint = sha256(der)

    def load(self, token: str) -> None:
        """Take the keys of a trust list."""
        said, _ = opened(token, "madoguchi-trust-list+jws", self, "trust-root")
        self._keys = {key["kid"]: key for key in said["keys"]}

    def find(self, kid: object, purpose: str, at: str | None) -> tuple[Any, str]:
        """Return a key for a purpose at a moment, and its owner."""
        if purpose == "trust-root":
            return self._root, "root"
        key = self._keys.get(str(kid))
        if key is None or key["purpose"] != purpose:
            raise Refused("its key is not trusted for this")
        moment = datetime.fromisoformat(str(at))
        times = (datetime.fromisoformat(key[name]) for name in ("not_before", "not_after"))
        if not next(times) <= moment <= next(times):
            raise Refused("its key was not valid at that time")
        return serialization.load_der_public_key(decoded(key["public_key"])), key["owner"]


def merkle_root(leaves: Sequence[str]) -> str:
    """Return the root (RFC 6962) over digests."""
    row = [hashlib.sha256(b"\0" + bytes.fromhex(leaf)).digest() for leaf in leaves]
    return _above(row).hex()


def _above(row: Sequence[bytes]) -> bytes:
    if len(row) == 1:
        return row[0]
    half = 1 << (len(row) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + _above(row[:half]) + _above(row[half:])).digest()


def check_stamps(
    records: Sequence[dict[str, Any]], heads: Sequence[str], centre: str, keys: Keys
) -> Iterator[str]:
    """Find what is wrong with the chain of stamps."""
    seen = defaultdict[int, list[dict[str, Any]]](list)
    yield from _open_heads(heads, centre, keys, seen)
    before: dict[str, Any] | None = None
    previous = ""
    for record in records:
        place = f"stamp {before['number'] + 1}" if before else "the first stamp"
        digest = sha256(record["stamp"].encode())
        try:
            stamp, owner = opened(record["stamp"], "madoguchi-stamp+jws", keys, "stamping")
        except Refused as error:
            yield f"{place}: refused: {error}"
            before, previous = None, ""
            continue
        number = stamp["number"]
        if owner != centre or stamp["centre"] != centre:
            yield f"stamp {number}: it is of another centre"
        yield from _place(stamp, before, previous)
        if (
            len(record["leaves"]) != stamp["events"]
            or merkle_root(record["leaves"]) != stamp["root"]
        ):
            yield f"stamp {number}: the listed events are not those that were stamped"
        yield from _witnesses(record, stamp, digest, keys)
        for said in seen.pop(number, ()):
            if (said["stamp"], said["total"]) != (digest, stamp["total"]):
                yield f"stamp {number}: {said['municipality']} saw another one: history rewritten"
        before, previous = stamp, digest
    yield from _end(before["number"] if before else 0, seen)


def _end(last: int, seen: dict[int, list[dict[str, Any]]]) -> Iterator[str]:
    for number in sorted(seen):
        for said in seen[number] if number > last else ():
            yield (
                f"stamp {last + 1}: the end is cut: {said['municipality']} has seen stamp {number},"
                f" the package ends at {last}"
            )


def _open_heads(
    heads: Sequence[str],
    centre: str,
    keys: Keys,
    seen: defaultdict[int, list[dict[str, Any]]],
) -> Iterator[str]:
    for head in heads:
        try:
            said = _head(head, centre, keys)
            seen[said["number"]].append(said)
        except Refused as error:
            yield f"a witness's head is refused: {error}"


def _head(token: str, centre: str, keys: Keys) -> dict[str, Any]:
    said, owner = opened(token, HEAD, keys, "countersigning")
    if said["centre"] != centre or said["municipality"] != owner:
        raise Refused("it is of another centre, or in the name of another municipality")
    return said


def seen_to_the_end(
    records: Sequence[dict[str, Any]],
    heads: Sequence[str],
    centre: str,
    keys: Keys,
    moment: datetime,
) -> list[dict[str, Any]]:
    """Return the heads of witnesses who should have seen every stamp, as of the moment."""
    known = list[dict[str, Any]]()
    for token in heads:
        try:
            said = _head(token, centre, keys)
        except Refused:
            continue  # `check_stamps` tells it
        if at(said["as_of"]) >= moment - TOLERANCE:
            known.append(said)
    for record in records:
        made = stamp_in(record)
        known = [
            one
            for one in known
            if made["number"] <= one["number"] or at(made["stamped_at"]) > at(one["as_of"])
        ]
    return known


def check_end(known: Sequence[dict[str, Any]], moment: datetime) -> Iterator[str]:
    """Find that too few municipalities vouch for the end."""
    told = len({said["municipality"] for said in known})
    if told < NEEDED:
        yield (
            f"{told} municipalities say what they saw last as of {spelt(moment)},"
            f" {NEEDED} are needed: the end may be cut"
        )


def check_beginning(records: Sequence[dict[str, Any]], manifest: dict[str, Any]) -> Iterator[str]:
    """Find that the first stamp is not there, though the package begins with it."""
    if manifest["first_day"] is None and (not records or stamp_in(records[0])["number"] != 1):
        yield "stamp 1: missing: nothing limits the beginning of this package"


def moment_of(manifest: dict[str, Any]) -> datetime:
    """Return as of when a package claims to have everything."""
    made = at(manifest["made_at"]) - SETTLE
    if manifest["last_day"] is None:
        return made
    return min(made, datetime.fromisoformat(f"{manifest['last_day']}T23:59:59.999+09:00"))


def at(text: str) -> datetime:
    """Read a moment."""
    return datetime.fromisoformat(text)


def spelt(moment: datetime) -> str:
    """Spell a moment as witnesses are asked."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def stamp_in(record: dict[str, Any]) -> dict[str, Any]:
    """Return what a stamp says; whether it is signed is for `check_stamps`."""
    return json.loads(decoded(record["stamp"].split(".")[1]))


def _place(stamp: dict[str, Any], before: dict[str, Any] | None, previous: str) -> Iterator[str]:
    number = stamp["number"]
    if number == 1 and stamp["previous"] != FIRST_PREVIOUS:
        yield "stamp 1: it names a stamp before it"
    if before is None:
        return
    if number != before["number"] + 1:
        yield f"stamp {before['number'] + 1}: missing or out of order: stamp {number} comes instead"
    elif stamp["previous"] != previous:
        yield f"stamp {number}: the chain is broken: it names another stamp as the one before it"
    elif stamp["total"] != before["total"] + stamp["events"]:
        yield f"stamp {number}: its total is wrong"


def _witnesses(
    record: dict[str, Any], stamp: dict[str, Any], digest: str, keys: Keys
) -> Iterator[str]:
    signed = set[str]()
    for token in record["countersignatures"]:
        try:
            said, owner = opened(token, "madoguchi-countersignature+jws", keys, "countersigning")
        except Refused as error:
            yield f"stamp {stamp['number']}: a countersignature is refused: {error}"
            continue
        if (said["number"], said["stamp"]) == (stamp["number"], digest):
            signed.add(owner)
        else:
            yield f"stamp {stamp['number']}: {owner} signed another stamp: history rewritten"
    if len(signed) < NEEDED:
        yield f"stamp {stamp['number']}: {len(signed)} witnesses signed it, {NEEDED} are needed"


def line_digest(line: bytes) -> tuple[str, str]:
    """Return the digest of a line of events.jsonl, and why it has no payload, if so."""
    if line.startswith(b'{"digest"'):
        told = json.loads(line)
        return told["digest"], told["why"]
    return sha256(b"madoguchi/event/v2\n" + line), ""


def check_events(
    records: Sequence[dict[str, Any]], lines: Sequence[bytes], moment: datetime
) -> Iterator[str]:
    """Find where the events differ from what was stamped."""
    found = [line_digest(line)[0] for line in lines]
    places = {digest: number for number, digest in reversed(list(enumerate(found, start=1)))}
    stamped = {leaf for record in records for leaf in record["leaves"]}
    next_line = 0
    for record in records:
        number = stamp_in(record)["number"]
        for place, leaf in enumerate(record["leaves"], start=1):
            here = found[next_line] if next_line < len(found) else None
            name = f"stamp {number}, event {place}"
            if here == leaf:
                next_line += 1
            elif leaf in places:
                yield f"{name}: out of order: it stands in line {places[leaf]}, not {next_line + 1}"
                next_line += 1
            elif here is None or here in stamped:
                yield f"{name}: missing"
            else:
                yield f"{name}: changed: line {next_line + 1} is not what was stamped"
                next_line += 1
    for number in range(next_line, len(found)):
        when = _time(lines[number])
        if found[number] in stamped or when is None:
            yield f"line {number + 1} of events.jsonl was never stamped, or comes twice"
        elif when < moment - OVERDUE:
            yield f"line {number + 1}: no stamp names it, though it is of {spelt(when)}"


def _time(line: bytes) -> datetime | None:
    try:
        return datetime.fromisoformat(json.loads(line)["time"])
    except (ValueError, KeyError, TypeError):
        return None


def check_bare(lines: Sequence[bytes], municipality: str | None) -> Iterator[str]:
    """Find events that are hidden as another municipality's, where nobody is another."""
    for number, line in enumerate(lines, start=1):
        if line_digest(line)[1] == "other" and municipality is None:
            yield f"line {number}: a bare digest of another municipality, and all are packed"


def check_sequences(lines: Sequence[bytes]) -> Iterator[str]:
    """Find gaps and wrong order within one issuance."""
    last = dict[str, int]()
    for number, line in enumerate(lines, start=1):
        if line_digest(line)[1]:
            continue
        try:
            event = json.loads(line)
            subject, sequence = event["subject"], event["sequence"]
        except (ValueError, KeyError):
            yield f"line {number} of events.jsonl is no event"
            continue
        if subject in last and sequence != last[subject] + 1:
            yield f"line {number}: event {sequence} of {subject} comes after {last[subject]}"
        last[subject] = sequence


def write_timestamps(records: Sequence[dict[str, Any]], folder: Path) -> str:
    """Write each stamp and its time stamp (DER) into files; return how OpenSSL verifies them."""
    folder.mkdir(parents=True, exist_ok=True)
    for record in records:
        if record.get("timestamp"):
            number = stamp_in(record)["number"]
            (folder / f"{number}.stamp").write_text(record["stamp"], "ascii")
            (folder / f"{number}.tst").write_bytes(decoded(record["timestamp"]))
    return (
        f"In {folder}, with the certificates of the authority, for each number N:\n"
        "  openssl ts -verify -token_in -in N.tst -data N.stamp -CAfile ROOTS.pem\n"
        "  openssl ts -reply -token_in -token_out -in N.tst -text   (the time)\n"
    )


def main() -> int:
    """Check a package, and say what was checked and what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).parent)
    parser.add_argument("--root", type=Path, help="the trust root that you know, PEM")
    parser.add_argument("--heads", type=Path, help="what municipalities told you they saw last")
    parser.add_argument("--timestamps", type=Path, help="write the time stamps into this folder")
    asked = parser.parse_args()
    folder: Path = asked.folder
    try:
        manifest = json.loads((folder / "manifest.json").read_bytes())
        stamps = (folder / "stamps.jsonl").read_bytes().splitlines()
        records = [json.loads(line) for line in stamps]
        lines = (folder / "events.jsonl").read_bytes().splitlines()
        said = asked.heads or folder / "heads.jsonl"
        heads = re.findall(r"[\w-]+\.[\w-]+\.[\w-]+", said.read_text("ascii"), re.ASCII)
        root = serialization.load_pem_public_key(
            (asked.root or folder / "trust-root.pem").read_bytes()
        )
        keys = Keys(root)  # type: ignore[arg-type]
        keys.load((folder / "trust-list.jws").read_text("ascii").strip())
        moment, centre = moment_of(manifest), manifest["centre"]
        known = seen_to_the_end(records, heads, centre, keys, moment)
    except (OSError, ValueError, KeyError, Refused) as error:
        sys.stdout.write(f"The package cannot be read: {error}\n")
        return 2
    faults = [
        *check_stamps(records, heads, centre, keys),
        *check_beginning(records, manifest),
        *check_end(known, moment),
        *check_events(records, lines, moment),
        *check_bare(lines, manifest["municipality"]),
        *check_sequences(lines),
    ]
    why = [line_digest(line)[1] for line in lines]
    say = sys.stdout.write
    say(f"trust root (compare it): {keys.fingerprint}{'' if asked.root else ', as packed'}\n")
    say(f"complete as of (compare it): {spelt(moment)}\n")
    say(f"stamps: {len(records)}\n")
    for one in known:
        say(f"{one['municipality']} saw stamp {one['number']} last, as of {one['as_of']}\n")
    say(f"events: {why.count('')} whole, {why.count('removed')} removed by the rules of retention,")
    say(f" {why.count('other')} of others (digests only),")
    stamped = sum(len(record["leaves"]) for record in records)
    say(f" {max(0, len(lines) - stamped)} not stamped yet\n")
    if any(record.get("timestamp") for record in records):
        say("Time stamps (RFC 3161) are packed, and not checked here: --timestamps FOLDER\n")
    if asked.timestamps:
        say(write_timestamps(records, asked.timestamps))
    for fault in faults:
        say(f"WRONG  {fault}\n")
    say("Everything that was checked holds.\n" if not faults else f"{len(faults)} faults.\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
