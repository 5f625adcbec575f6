"""Verifies an auditor's package, offline: python -I verify.py FOLDER [--root FILE] [--heads FILE].

Needs Python 3.11 and the library `cryptography`, and nothing of the system that made the package.
Exit code 0: all that was checked holds. 1: something does not. 2: the package cannot be read.

In this order: shapes of what is read, the files, signatures, the chain of stamps, its beginning and
its end, the events, and what is said in the end.
"""

import argparse
import base64
import hashlib
import json
import re
import sys
from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, cast

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

FORMAT = 2
NEEDED = 2
"""Municipalities that countersign a stamp, and that say what they saw last."""
TOLERANCE = timedelta(minutes=5)
"""What two municipalities saw last may be so much older than the moment that a package claims."""
SETTLE = timedelta(minutes=1)
"""What was stamped so shortly before the package was made may not be in it."""
OVERDUE = timedelta(hours=4)
"""An event may be so long without a stamp, and an issuance on its way: issuing stops after it."""
JAPAN = timezone(timedelta(hours=9))
FIRST_PREVIOUS = "0" * 64
WITHOUT = ("removed", "other")
"""Why a line may be a bare digest: removed by a rule of retention, or another municipality's."""
COUNTED = ("whole", *WITHOUT, "missing", "unstamped")
ENDED = ("completed", "refused", "expired", "voided")
"""States that an issuance does not leave."""
SHOWN = 10


class Unreadable(Exception):
    """A file is not what it should be."""


class Refused(Exception):
    """A signature or a statement does not hold."""


# What is read has the shape that its name says here: nothing else is judged, or printed.


def decoded(text: str) -> bytes:
    """Decode base64url without padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def p256(load: Callable[[bytes], object], data: bytes) -> ec.EllipticCurvePublicKey:
    """Read a public key."""
    try:
        key = load(data)
    except UnsupportedAlgorithm as error:
        raise ValueError("its algorithm is not known") from error
    if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != "secp256r1":
        raise ValueError("it is no P-256 key")
    return key


def _der(text: str) -> ec.EllipticCurvePublicKey:
    return p256(serialization.load_der_public_key, decoded(text))


DAY, BASE64 = "[12][0-9]{3}-[0-9]{2}-[0-9]{2}", r"[\w-]+"
JWS = rf"{BASE64}\.{BASE64}\.{BASE64}"
_WORD = r"[\w.:@/-]{1,200}", str
_DIGEST = "[0-9a-f]{64}", str
_MOMENT = (DAY + r"T[0-9:]{8}(\.[0-9]{1,6})?(Z|\+00:00)", datetime.fromisoformat)
TEXTS: dict[str, tuple[str, Callable[[str], Any]]] = {
    **dict.fromkeys(
        ("centre", "kid", "owner", "purpose", "environment", "alg", "type", "subject"), _WORD
    ),
    **dict.fromkeys(("digest", "previous", "root", "leaves"), _DIGEST),
    "stamp": (f"{_DIGEST[0]}|{JWS}", str),
    "countersignatures": (JWS, str),
    **dict.fromkeys(("time", "stamped_at", "seen_at", "as_of", "issued_at", "made_at"), _MOMENT),
    **dict.fromkeys(("not_before", "not_after", "expires_at"), _MOMENT),
    **dict.fromkeys(("first_day", "last_day"), (DAY, date.fromisoformat)),
    "typ": (r"[\w+-]+", str),
    "municipality": ("[0-9]{6}", str),
    "why": ("|".join(WITHOUT), str),
    "timestamp": (BASE64, decoded),
    "public_key": (BASE64, _der),
}
NUMBERS = {"number", "total", "events", "sequence", "version", "format", "stamps", *COUNTED}
FROM_ZERO = {"stamps", *COUNTED}
LISTS = {"leaves", "countersignatures"}
MAY_BE_NULL = {"first_day", "last_day", "municipality", "timestamp"}


def shaped(name: str, value: Any) -> Any:  # noqa: ANN401 (any JSON value)
    """Return a value as its name says that it is."""
    if value is None and name in MAY_BE_NULL:
        return None
    if name in NUMBERS:
        # True and 1.0 are none.
        if type(value) is not int or not (name not in FROM_ZERO) <= value < 2**63:
            raise ValueError
        return value
    pattern, read = TEXTS[name]
    if not isinstance(value, str) or not re.fullmatch(pattern, value, re.ASCII):
        raise ValueError
    return read(value)


def fields(value: object, names: str, *, only: bool = False) -> dict[str, Any]:
    """Return fields of an object; `only`: it has no more."""
    if not isinstance(value, dict):
        raise ValueError("it is no object")
    told, found = cast("dict[str, Any]", value), dict[str, Any]()
    if only and not set(told) <= set(names.split()):
        raise ValueError(f"it has other fields than {names}")
    for name in names.split():
        try:
            is_list = name in LISTS and isinstance(told[name], list)
            found[name] = (
                [shaped(name, one) for one in told[name]] if is_list else shaped(name, told[name])
            )
        except (KeyError, ValueError) as error:
            raise ValueError(f"{name} is not there, or not what it should be") from error
    return found


def parsed(data: bytes) -> Any:  # noqa: ANN401 (any JSON value)
    """Read JSON."""
    try:
        return json.loads(data.decode("utf-8"))
    except RecursionError:
        raise ValueError("it nests too deep") from None


def sha256(data: bytes) -> str:
    """Return the SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


def spelt(at: datetime) -> str:
    """Spell a moment as witnesses are asked."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


# Signed statements (JWS, ES256).


class Kind(NamedTuple):
    """A kind of statement: its type, the purpose of its keys, what it says, its moment last."""

    typ: str
    purpose: str
    says: str


STAMP = Kind(
    "madoguchi-stamp+jws", "stamping", "centre number previous events total root stamped_at"
)
COUNTERSIGNATURE = Kind(
    "madoguchi-countersignature+jws", "countersigning", "municipality number stamp seen_at"
)
HEAD = Kind(
    "madoguchi-stamp-head+jws", "countersigning", "municipality centre number stamp total as_of"
)
TRUST_LIST = Kind(
    "madoguchi-trust-list+jws", "trust-root", "version environment expires_at issued_at"
)


def said_in(token: str, kind: Kind) -> tuple[dict[str, Any], str]:
    """Return what a statement says, whoever signed it, and which key it names."""
    try:
        head, body, _ = (decoded(part) for part in token.split("."))
        header, said = fields(parsed(head), "alg typ kid"), parsed(body)
    except ValueError as error:
        raise Refused("it cannot be read") from error
    if (header["alg"], header["typ"]) != ("ES256", kind.typ):
        raise Refused(f"it is no {kind.typ}")
    try:
        return fields(said, kind.says), header["kid"]
    except ValueError as error:
        raise Refused(str(error)) from error


def opened(token: str, kind: Kind, keys: "Keys") -> tuple[dict[str, Any], str]:
    """Return what a signed statement says, and who signed it."""
    said, kid = said_in(token, kind)
    public, owner = keys.find(kid, kind.purpose, said[kind.says.split()[-1]])
    signed, _, signature = token.rpartition(".")
    raw = decoded(signature)
    if len(raw) != 64:
        raise Refused("the signature is wrong")
    der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    try:
        public.verify(der, signed.encode(), ec.ECDSA(hashes.SHA256()))
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
        self.said = dict[str, Any]()
        """What the trust list says of itself."""

    def load(self, token: str) -> None:
        """Take the keys of a trust list."""
        self.said, _ = opened(token, TRUST_LIST, self)
        entries = parsed(decoded(token.split(".")[1])).get("keys")
        if not isinstance(entries, list):
            raise Refused("it has no keys")
        for entry in cast("list[object]", entries):
            # Those of terminals and adapters prove nothing here.
            if fields(entry, "purpose")["purpose"] in (STAMP.purpose, HEAD.purpose):
                key = fields(entry, "kid purpose owner public_key not_before not_after")
                self._keys[key["kid"]] = key

    def find(self, kid: str, purpose: str, at: datetime) -> tuple[ec.EllipticCurvePublicKey, str]:
        """Return a key for a purpose at a moment, and its owner."""
        if purpose == "trust-root":
            return self._root, "root"
        key = self._keys.get(kid)
        if key is None or key["purpose"] != purpose:
            raise Refused("its key is not trusted for this")
        if not key["not_before"] <= at <= key["not_after"]:
            raise Refused("its key was not valid at that time")
        return key["public_key"], key["owner"]


# The files.


@dataclass(frozen=True)
class Stamped:
    """A line of stamps.jsonl; whether what it says is signed is for `check_stamps`."""

    token: str
    said: dict[str, Any]
    leaves: Sequence[str] = ()
    countersignatures: Sequence[str] = ()
    timestamp: bytes | None = None

    @property
    def number(self) -> int:
        """Its place in the chain."""
        return self.said["number"]

    @cached_property
    def digest(self) -> str:
        """By which witnesses, and the stamp after it, name it."""
        return sha256(self.token.encode())


@dataclass(frozen=True)
class Line:
    """A line of events.jsonl."""

    number: int
    digest: str
    why: str
    """Why it is a bare digest; empty for a whole event."""
    time: datetime | None = None
    event: dict[str, Any] | None = None
    """What is looked at of a whole event; None if it is none."""


@dataclass(frozen=True)
class Package:
    """What is packed, as it was read."""

    keys: Keys
    manifest: dict[str, Any]
    before: Stamped | None
    """The stamp before the first one, if that is not the centre's first."""
    records: list[Stamped]
    lines: list[Line]
    heads: list[str]

    @cached_property
    def proven(self) -> list[Line]:
        """Lines that stamps name."""
        stamped = {leaf for record in self.records for leaf in record.leaves}
        return [line for line in self.lines if line.digest in stamped]


def read_manifest(data: bytes) -> dict[str, Any]:
    """Read what the package claims to be."""
    names = "format centre municipality first_day last_day made_at stamps"
    told = fields(parsed(data), f"{names} {' '.join(COUNTED)}", only=True)
    if told["format"] != FORMAT:
        raise ValueError(f"this script reads format {FORMAT}, not {told['format']}")
    return told


def read_stamp(token: str) -> Stamped:
    """Read a stamp, whoever signed it."""
    try:
        return Stamped(token, said_in(token, STAMP)[0])
    except Refused as error:
        raise ValueError(f"stamp: {error}") from error


def read_record(data: bytes, _: int) -> Stamped:
    """Read a line of stamps.jsonl."""
    told = fields(parsed(data), "stamp leaves countersignatures timestamp", only=True)
    return replace(read_stamp(told.pop("stamp")), **told)


def read_line(data: bytes, number: int) -> Line:
    """Read a line of events.jsonl: an event's bytes, or a digest and why there is no more."""
    if data.startswith(b'{"digest"'):
        value = parsed(data)
        return Line(number, **fields(value, "digest why" + " time" * ("time" in value), only=True))
    digest = sha256(b"madoguchi/event/v2\n" + data)
    try:
        value = parsed(data)
        event = fields(value, "type subject sequence time")
        fields(value["data"], "")
    except (ValueError, KeyError):
        return Line(number, digest, "")  # its bytes are judged by their digest
    event |= {name: value["data"].get(name) for name in ("municipality", "state")}
    return Line(number, digest, "", event["time"], event)


def read_head(data: bytes, _: int) -> str:
    """Read a packed head."""
    if not re.fullmatch(JWS, data.decode("ascii"), re.ASCII):
        raise ValueError("it is no signed statement")
    return data.decode("ascii")


def heads_in(data: bytes) -> list[str]:
    """Return what municipalities told the auditor, as it came: answers one after the other."""
    return re.findall(JWS, data.decode("ascii"), re.ASCII)


def in_file(path: Path, read: Callable[[bytes], Any]) -> Any:  # noqa: ANN401 (what `read` returns)
    """Read a file, and name it if that cannot be done."""
    try:
        return read(path.read_bytes())
    except (OSError, ValueError, Refused) as error:
        raise Unreadable(f"{path.name}: {error}") from error


def lines_in(path: Path, read: Callable[[bytes, int], Any]) -> list[Any]:
    """Read a file's lines, and name the one of which that cannot be done."""
    found = list[Any]()
    for number, line in enumerate(in_file(path, bytes.splitlines), start=1):
        try:
            found.append(read(line, number))
        except ValueError as error:
            raise Unreadable(f"{path.name}, line {number}: {error}") from error
    return found


def read_package(folder: Path, root: Path | None, heads: Path | None) -> Package:
    """Read a package; root and heads are those that the auditor has himself, if any."""
    keys: Keys = in_file(
        root or folder / "trust-root.pem",
        lambda data: Keys(p256(serialization.load_pem_public_key, data)),
    )
    in_file(folder / "trust-list.jws", lambda data: keys.load(data.decode("ascii").strip()))
    before = folder / "stamp-before.jws"
    return Package(
        keys,
        in_file(folder / "manifest.json", read_manifest),
        in_file(before, lambda data: read_stamp(data.decode("ascii").strip()))
        if before.exists()
        else None,
        lines_in(folder / "stamps.jsonl", read_record),
        lines_in(folder / "events.jsonl", read_line),
        in_file(heads, heads_in) if heads else lines_in(folder / "heads.jsonl", read_head),
    )


# The chain of stamps.


def merkle_root(leaves: Sequence[str]) -> str:
    """Return the root (RFC 6962) over digests."""
    row = [hashlib.sha256(b"\0" + bytes.fromhex(leaf)).digest() for leaf in leaves]
    return _above(row).hex()


def _above(row: Sequence[bytes]) -> bytes:
    if len(row) == 1:
        return row[0]
    half = 1 << (len(row) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + _above(row[:half]) + _above(row[half:])).digest()


def check_stamps(package: Package) -> Iterator[str]:
    """Find what is wrong with the chain of stamps."""
    keys, centre = package.keys, package.manifest["centre"]
    seen = defaultdict[int, list[dict[str, Any]]](list)
    for head in package.heads:
        try:
            said = open_head(head, centre, keys)
            seen[said["number"]].append(said)
        except Refused as error:
            yield f"a witness's head is refused: {error}"
    last: Stamped | None = None
    for here in [*([package.before] if package.before else ()), *package.records]:
        try:
            _, owner = opened(here.token, STAMP, keys)
        except Refused as error:
            yield f"{f'stamp {last.number + 1}' if last else 'the first stamp'}: refused: {error}"
            last = None
            continue
        if owner != centre or here.said["centre"] != centre:
            yield f"stamp {here.number}: it is of another centre"
        yield from _place(here, last)
        if here is not package.before:
            yield from _content(here, keys)
        for said in seen.pop(here.number, ()):
            if (said["stamp"], said["total"]) != (here.digest, here.said["total"]):
                who = said["municipality"]
                yield f"stamp {here.number}: {who} saw another one: history rewritten"
        last = here
    yield from _end(last.number if last else 0, seen)


def _place(here: Stamped, last: Stamped | None) -> Iterator[str]:
    if here.number == 1 and here.said["previous"] != FIRST_PREVIOUS:
        yield "stamp 1: it names a stamp before it"
    if last is None:
        return
    place = f"stamp {here.number}"
    if here.number != last.number + 1:
        yield f"stamp {last.number + 1}: missing or out of order: {place} comes instead"
    elif here.said["previous"] != last.digest:
        yield f"{place}: the chain is broken: it names another stamp as the one before it"
    elif here.said["total"] != last.said["total"] + here.said["events"]:
        yield f"{place}: its total is wrong"
    elif here.said["stamped_at"] < last.said["stamped_at"]:
        yield f"{place}: it is older than the one before it"


def _content(here: Stamped, keys: Keys) -> Iterator[str]:
    number, leaves, signed = here.number, here.leaves, set[str]()
    if len(leaves) != here.said["events"] or merkle_root(leaves) != here.said["root"]:
        yield f"stamp {number}: the listed events are not those that were stamped"
    for token in here.countersignatures:
        try:
            said, owner = opened(token, COUNTERSIGNATURE, keys)
        except Refused as error:
            yield f"stamp {number}: a countersignature is refused: {error}"
            continue
        if said["municipality"] != owner:
            yield f"stamp {number}: a countersignature is in the name of another municipality"
        elif (said["number"], said["stamp"]) != (number, here.digest):
            yield f"stamp {number}: {owner} signed another stamp: history rewritten"
        else:
            signed.add(owner)
    if len(signed) < NEEDED:
        yield f"stamp {number}: {len(signed)} witnesses signed it, {NEEDED} are needed"


def _end(last: int, seen: dict[int, list[dict[str, Any]]]) -> Iterator[str]:
    for number in sorted(seen):
        for said in seen[number] if number > last else ():
            yield (
                f"stamp {last + 1}: the end is cut: {said['municipality']} has seen stamp {number},"
                f" the package ends at {last}"
            )


def open_head(token: str, centre: str, keys: Keys) -> dict[str, Any]:
    """Return what a municipality says that it saw last."""
    said, owner = opened(token, HEAD, keys)
    if said["centre"] != centre or said["municipality"] != owner:
        raise Refused("it is of another centre, or in the name of another municipality")
    return said


# Its beginning, and its end.


def check_period(package: Package) -> Iterator[str]:
    """Find that stamps, by their own words, are not those of the days that the package claims."""
    first_day, last_day = package.manifest["first_day"], package.manifest["last_day"]
    first, before = package.records[0].number if package.records else 0, package.before
    if first_day is None and first != 1:
        yield "stamp 1: missing: nothing limits the beginning of this package"
    elif first > 1 and before is None:
        yield f"stamp {first - 1}: missing: it shows where the first day begins"
    if before and not (first_day and _day_of(before) < first_day):
        yield f"stamp {before.number}: it is of this package's days, and its events are left out"
    for record in package.records:
        made = _day_of(record)
        if (first_day and made < first_day) or (last_day and made > last_day):
            yield f"stamp {record.number}: it is not of the days of this package"


def _day_of(stamp: Stamped) -> date:
    return stamp.said["stamped_at"].astimezone(JAPAN).date()


def claimed_moment(manifest: dict[str, Any]) -> datetime:
    """Return as of when a package claims to have everything."""
    made = manifest["made_at"] - SETTLE
    if manifest["last_day"] is None:
        return made
    return min(made, datetime.fromisoformat(f"{manifest['last_day']}T23:59:59.999+09:00"))


def newest_heads(package: Package) -> list[dict[str, Any]]:
    """Return what each municipality saw last, newest first; not of those that lack a stamp."""
    known = dict[str, dict[str, Any]]()
    for token in package.heads:
        try:
            said = open_head(token, package.manifest["centre"], package.keys)
        except Refused:
            continue  # `check_stamps` tells it
        was = known.get(said["municipality"])
        lacks = any(
            record.number > said["number"] and record.said["stamped_at"] <= said["as_of"]
            for record in package.records
        )
        if not lacks and (was is None or was["as_of"] < said["as_of"]):
            known[said["municipality"]] = said
    return sorted(known.values(), key=lambda said: said["as_of"], reverse=True)


def check_end(known: Sequence[dict[str, Any]], claimed: datetime) -> Iterator[str]:
    """Find that too few municipalities vouch for the end."""
    told = sum(said["as_of"] >= claimed - TOLERANCE for said in known)
    if told < NEEDED:
        yield (
            f"{told} municipalities say what they saw last as of {spelt(claimed)},"
            f" {NEEDED} are needed: the end may be cut"
        )


def check_trust_list(said: dict[str, Any], moment: datetime) -> Iterator[str]:
    """Find that the trust list did not count any more: keys may have been withdrawn since."""
    if said["expires_at"] < moment:
        yield f"trust-list.jws: it expired at {spelt(said['expires_at'])}: ask for one of later"


# The events.


def check_events(
    records: Sequence[Stamped], lines: Sequence[Line], moment: datetime
) -> Iterator[str]:
    """Find where the events differ from what was stamped."""
    places = {line.digest: line.number for line in reversed(lines)}
    stamped = {leaf for record in records for leaf in record.leaves}
    following = 0
    for record in records:
        for place, leaf in enumerate(record.leaves, start=1):
            here = lines[following].digest if following < len(lines) else None
            name = f"stamp {record.number}, event {place}"
            if here == leaf:
                following += 1
            elif leaf in places:
                yield f"{name}: out of order: it stands in line {places[leaf]}, not {following + 1}"
                following += 1
            elif here is None or here in stamped:
                yield f"{name}: missing"
            else:
                yield f"{name}: changed: line {following + 1} is not what was stamped"
                following += 1
    for line in lines[following:]:
        if line.digest in stamped or line.time is None:
            yield f"line {line.number} of events.jsonl was never stamped, or comes twice"
        elif line.time < moment - OVERDUE:
            yield f"line {line.number}: no stamp names it, though it is of {spelt(line.time)}"


def check_owners(proven: Sequence[Line], municipality: str | None) -> Iterator[str]:
    """Find bare lines where all are to be whole, and whole ones that are another's."""
    for line in proven:
        if line.why == "other" and municipality is None:
            yield f"line {line.number}: a bare digest of another municipality, and all are packed"
        elif not line.why and line.event is None:
            yield f"line {line.number} of events.jsonl was stamped, and is no event"
        elif line.event and municipality not in (None, line.event["municipality"]):
            yield f"line {line.number}: it is not of {municipality}, whose package this is"


def check_sequences(lines: Sequence[Line], *, is_from_first: bool) -> tuple[list[str], list[Line]]:
    """Find gaps and wrong order within one issuance, and those that begin before the package.

    A gap may be where payloads were removed: each removed line explains one event.
    """
    faults, earlier = list[str](), list[Line]()
    last = dict[str, tuple[int, int]]()
    removed = [line.number for line in lines if line.why == "removed"]
    for line in lines:
        if line.event is None:
            continue
        subject, sequence = line.event["subject"], line.event["sequence"]
        before, place = last.get(subject, (0, 0))
        last[subject] = sequence, line.number
        lacking = sequence - before - 1
        start = bisect(removed, place)
        if 0 <= lacking <= bisect(removed, line.number) - start:
            del removed[start : start + lacking]
        elif lacking > 0 and before == 0 and not is_from_first:
            earlier.append(line)
        else:
            what = f"comes after {before}" if before else "is the first of it"
            faults.append(f"line {line.number}: event {sequence} of {subject} {what}")
    return faults, earlier


def without_end(proven: Sequence[Line], moment: datetime) -> list[Line]:
    """Return the last event here of each issuance that has not ended, though it began long ago."""
    last = {line.event["subject"]: line for line in proven if line.event and line.event["state"]}
    return [
        line
        for line in last.values()
        if line.event and line.event["state"] not in ENDED
        if line.event["time"] < moment - OVERDUE
    ]


def counts_of(package: Package) -> dict[str, int]:
    """Count as the manifest does."""
    why = Counter(line.why or "whole" for line in package.proven)
    leaves = sum(len(record.leaves) for record in package.records)
    why["missing"] = leaves - len(package.proven)
    why["unstamped"] = len(package.lines) - len(package.proven)
    return {"stamps": len(package.records)} | {name: why[name] for name in COUNTED}


def check_manifest(manifest: dict[str, Any], counts: dict[str, int]) -> Iterator[str]:
    """Find that the manifest counts something else than what is there."""
    for name, found in counts.items():
        if manifest[name] != found:
            yield f"manifest.json: it counts {manifest[name]} {name}, there are {found}"


# What is said in the end.


def scope(package: Package) -> Iterator[str]:
    """Say what the package is of, in the words of what is signed."""
    manifest, trust = package.manifest, package.keys.said
    yield (
        f"trust list (compare it): version {trust['version']} of {spelt(trust['issued_at'])},"
        f" {trust['environment']}, until {spelt(trust['expires_at'])}"
    )
    yield f"package (compare it): {manifest['centre']}, of {manifest['municipality'] or 'all'}"
    if not package.records:
        yield "stamps: 0"
        return
    first, last = package.records[0], package.records[-1]
    yield (
        f"stamps: {len(package.records)} (compare them),"
        f" from {first.number}, made {spelt(first.said['stamped_at'])},"
        f" to {last.number}, made {spelt(last.said['stamped_at'])}"
    )
    if first.number > 1:
        yield f"digest that the package before has to end with: {first.said['previous']}"
    yield f"digest that this package ends with: {last.digest}"


def evidence(
    package: Package, counts: dict[str, int], known: Sequence[dict[str, Any]]
) -> Iterator[str]:
    """Say what was found."""
    for said in known:
        who, moment = said["municipality"], spelt(said["as_of"])
        yield f"{who} saw stamp {said['number']} last, as of {moment}"
    yield (
        f"events: {counts['whole']} whole, {counts['removed']} removed by the rules of retention,"
        f" {counts['other']} of others (digests only), {counts['unstamped']} not stamped yet"
    )
    types = Counter(line.event["type"] for line in package.proven if line.event)
    begun, ended = (types[f"madoguchi.issuance.{what}.v1"] for what in ("accepted", "completed"))
    yield f"issuances (compare them with your own books): {begun} begun, {ended} papers came out"


def not_proven(
    package: Package, counts: dict[str, int], earlier: Sequence[Line], moment: datetime
) -> Iterator[str]:
    """Say what nobody can tell by this package alone."""
    if package.before:
        said = package.before.said
        yield (
            f"{said['total']} events from before this package, up to stamp {said['number']}, made"
            f" {spelt(said['stamped_at'])}: compare it with the first day that you asked for"
        )
    if counts["other"]:
        yield f"{counts['other']} events are of other municipalities: by the archive's word alone"
    if counts["removed"]:
        made = {leaf: one.said["stamped_at"] for one in package.records for leaf in one.leaves}
        newest = max(made[line.digest] for line in package.proven if line.why == "removed")
        yield (
            f"{counts['removed']} payloads were due to be removed: by the archive's word alone;"
            f" hold your rule against the newest, stamped {spelt(newest)}"
        )
    if counts["unstamped"]:
        yield f"{counts['unstamped']} events that no stamp names yet"
    if timed := sum(record.timestamp is not None for record in package.records):
        yield f"{timed} time stamps (RFC 3161), which are not checked here: --timestamps FOLDER"
    if earlier:
        yield f"{len(earlier)} issuances begin before this package: {_listed(earlier)}"
    if going := without_end(package.proven, moment):
        yield f"{len(going)} issuances do not end in this package: {_listed(going)}"


def _listed(lines: Sequence[Line]) -> str:
    told = [f"{one.event['subject']} (line {one.number})" for one in lines[:SHOWN] if one.event]
    return ", ".join(told) + (" ..." if len(lines) > SHOWN else "")


def write_timestamps(records: Sequence[Stamped], folder: Path) -> str:
    """Write each stamp and its time stamp (DER) into files; return how OpenSSL verifies them."""
    folder.mkdir(parents=True, exist_ok=True)
    for record in records:
        if record.timestamp:
            number = record.number
            (folder / f"{number}.stamp").write_text(record.token, "ascii")
            (folder / f"{number}.tst").write_bytes(record.timestamp)
    return (
        f"In {folder}, with the certificates of the authority, for each number N:\n"
        "  openssl ts -verify -token_in -in N.tst -data N.stamp -CAfile ROOTS.pem\n"
        "  openssl ts -reply -token_in -token_out -in N.tst -text   (the time)"
    )


def judged(package: Package) -> tuple[list[str], list[str]]:
    """Return what is to be said of a package, and what is wrong with it."""
    claimed, known = claimed_moment(package.manifest), newest_heads(package)
    moment = known[NEEDED - 1]["as_of"] if len(known) >= NEEDED else claimed
    counts = counts_of(package)
    # Up to the last stamped one: what comes behind it may be anybody's.
    last = max((line.number for line in package.proven), default=0)
    gaps, earlier = check_sequences(package.lines[:last], is_from_first=package.before is None)
    told = [
        *scope(package),
        f"complete as of (compare it): {spelt(moment)}",
        *evidence(package, counts, known),
        *(f"NOT PROVEN  {what}" for what in not_proven(package, counts, earlier, moment)),
    ]
    faults = [
        *check_trust_list(package.keys.said, moment),
        *check_stamps(package),
        *check_period(package),
        *check_end(known, claimed),
        *check_events(package.records, package.lines, moment),
        *check_owners(package.proven, package.manifest["municipality"]),
        *gaps,
    ]
    # Where something is wrong, its place says more than that the counts are no longer right.
    return told, faults or [*check_manifest(package.manifest, counts)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Check a package, and say what was checked and what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).parent)
    parser.add_argument("--root", type=Path, help="the trust root that you know, PEM")
    parser.add_argument("--heads", type=Path, help="what municipalities told you they saw last")
    parser.add_argument("--timestamps", type=Path, help="write the time stamps into this folder")
    asked = parser.parse_args(arguments)
    try:
        package = read_package(asked.folder, asked.root, asked.heads)
        told, faults = judged(package)
        if asked.timestamps:
            told.append(write_timestamps(package.records, asked.timestamps))
    except (OSError, Unreadable) as error:
        sys.stdout.write(f"The package cannot be read: {error}\n")
        return 2
    keys = package.keys
    say = sys.stdout.write
    say(f"trust root (compare it): {keys.fingerprint}{'' if asked.root else ', as packed'}\n")
    for line in [*told, *(f"WRONG  {fault}" for fault in faults)]:
        say(f"{line}\n")
    say("Everything that was checked holds.\n" if not faults else f"{len(faults)} faults.\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
