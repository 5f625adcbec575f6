"""Each kind of broken file is told with file, line, path and what to write instead."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from gateway.municipalities.files import read_folder
from gateway.municipalities.rules.keys import MunicipalityKey
from madoguchi_wire.clock import JAPAN
from madoguchi_wire.keys import KeyPurpose, KeySet, SigningKey, jwk_of
from madoguchi_wire.kit.strict_files import ConfigurationFault

GOOD = """\
code: "122033"
name: {ja: 市川市, kana: いちかわし, en: Ichikawa}
adapters: ["https://adapter.city.ichikawa.example"]
offers:
  resident_record:
    opens: "06:30"
    closes: "23:00"
tariffs:
  - version: "2010-02"
    from: 2010-02-02
    prices: {resident_record: 250}
places:
  - {label: その他府県}
"""


def _jwk(key: SigningKey) -> dict[str, str]:
    return jwk_of(key.private.public_key())


def _key(**changes: object) -> dict[str, Any]:
    usual = {"purpose": "attestation", "from": "2027-04-01 00:00", "until": "2029-03-31 00:00"}
    return usual | {"jwk": _jwk(SigningKey.generate())} | changes


def _keys(*keys: dict[str, Any]) -> str:
    # JSON in one line is YAML: all of it stands in line 14.
    return f"{GOOD}keys: {json.dumps(keys)}\n"


_RSA = {"kty": "RSA", "n": "AQAB", "e": "AQAB"}
_ONE = _key()
_PUBLISHED = {
    "kty": "EC",
    "crv": "P-256",
    "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
    "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
}
_DEMO = (
    "14: keys.0: was made by demo or tests, or is printed in a book: make a key that only the"
    " municipality has"
)
_POINTS = "write the address of the municipality's adapter, in LGWAN or on the Internet"
_HERE = f"3: adapters.0: points to the gateway's own machine: {_POINTS}"
_CLOUD = f"3: adapters.0: points to link-local addresses or a cloud's metadata: {_POINTS}"


def _adapter(address: str) -> str:
    return GOOD.replace("https://adapter.city.ichikawa.example", address)


_TWO_TARIFFS = GOOD.replace(
    "places:",
    '  - version: "2027-04"\n    from: 2027-04-01\n    prices: {resident_record: 200}\nplaces:',
)
BAD: dict[str, tuple[str | bytes, str]] = {
    "wrong check digit": (
        GOOD.replace("122033", "122034"),
        (
            "1: code: not a municipality code: six digits, the last one checks the others; if the"
            " first five are right, write 122033"
        ),
    ),
    "no text": (
        GOOD.replace('"122033"', "122033"),
        "1: code: Input should be a valid string: put it in quotes",
    ),
    "overlapping dates": (
        _TWO_TARIFFS.replace("from: 2010-02-02", "from: 2010-02-02\n    until: 2027-04-01"),
        ("13: tariffs.1: overlaps tariffs.0 from 2027-04-01 to 2027-04-01: end one earlier"),
    ),
    "unknown kind": (
        GOOD.replace("  resident_record:\n", "  tax_certificate:\n"),
        "5: offers.tax_certificate: Input should be 'resident_record' or 'seal_registration'",
    ),
    "unknown field": (
        f"{GOOD}pirces: {{}}\n",
        "14: pirces: Extra inputs are not permitted: mend its spelling, or take it out",
    ),
    "hours that end before they begin": (
        GOOD.replace('"06:30"', '"23:30"'),
        (
            "5: offers.resident_record: opens must lie before closes: 23:30 does not lie before"
            ' 23:00; the end of a day is written "24:00"'
        ),
    ),
    "hours spelled otherwise": (
        GOOD.replace('"06:30"', '"6:30"'),
        (
            '6: offers.resident_record.opens: no time of day: write "06:30"; the end of the day is'
            ' "24:00"'
        ),
    ),
    "maintenance spelled otherwise": (
        GOOD + "maintenance: [{from: 2027-01-15T22:00, until: 2027-01-16 06:00}]\n",
        "14: maintenance.0.from: no moment: write 2027-01-15 22:00, Japan's time",
    ),
    "maintenance backwards": (
        GOOD + "maintenance: [{from: 2027-01-15 22:00, until: 2027-01-15 06:00}]\n",
        "14: maintenance.0.until: 2027-01-15 06:00 does not lie after 2027-01-15 22:00",
    ),
    "maintenance on no day": (
        GOOD + "maintenance: [{from: 2027-02-29 22:00, until: 2027-03-01 06:00}]\n",
        "14: maintenance.0.from: no moment of the calendar: write 2027-01-15 22:00",
    ),
    "closing backwards": (
        GOOD + "closings: [{from: 2027-01-15, until: 2027-01-14}]\n",
        "14: closings.0.until: 2027-01-14 lies before 2027-01-15",
    ),
    "key of the wrong type": (
        _keys(_key(jwk=_RSA)),
        "14: keys.0.jwk: is no key on the curve P-256: give one with kty: EC and crv: P-256",
    ),
    "key of the wrong purpose": (
        _keys(_key(purpose="terminal-statement")),
        "14: keys.0.purpose: Input should be 'attestation' or 'countersigning'",
    ),
    "private key": (
        _keys(_key(jwk=_jwk(SigningKey.generate()) | {"d": "AAAA"})),
        (
            "14: keys.0.jwk: holds the private half (d), which who reads this file can sign with:"
            " destroy that key, make another, and give kty, crv, x and y only"
        ),
    ),
    "cut key": (
        _keys(_key(jwk=_ONE["jwk"] | {"x": _ONE["jwk"]["x"][:-2]})),
        "14: keys.0.jwk.x: is no coordinate: copy all 43 characters of it",
    ),
    "key of two halves": (
        _keys(_key(jwk=_ONE["jwk"] | {"x": _jwk(SigningKey.generate())["x"]})),
        "14: keys.0.jwk: x and y are no point of the curve: copy both of one key",
    ),
    "key for two purposes": (
        _keys(_ONE, _ONE | {"purpose": "countersigning"}),
        "14: keys.1: is the key of keys.0: each purpose needs a key of its own",
    ),
    "demo key": (_keys(_key(environment="development")), _DEMO),
    "key of a book": (_keys(_key(jwk=_PUBLISHED)), _DEMO),
    "adapter without https": (
        _adapter("http://10.20.30.40"),
        "3: adapters.0: is not encrypted: write https:// instead of http://",
    ),
    "adapter with a path": (
        _adapter("https://a.example/api"),
        (
            "3: adapters.0: no base address: write https://host or https://host:port, and nothing"
            " behind it"
        ),
    ),
    "adapter with a port that is none": (
        _adapter("https://a.example:99999"),
        "3: adapters.0: is no address: write https://host or https://host:port",
    ),
    **{
        f"adapter at {address}": (_adapter(f"https://{address}"), fault)
        for address, fault in {
            "127.0.0.1": _HERE,
            "127.1:8443": _HERE,
            "2130706433": _HERE,
            "0x7f.0.0.1": _HERE,
            "0.0.0.0": _HERE,
            "localhost": _HERE,
            "adapter.localhost.": _HERE,
            "[::1]": _HERE,
            "[::]:443": _HERE,
            "[::ffff:127.0.0.1]": _HERE,
            "[64:ff9b::7f00:1]": _HERE,
            "169.254.169.254": _CLOUD,
            "[::ffff:169.254.169.254]": _CLOUD,
            "[fe80::1]": _CLOUD,
            "[fd00:ec2::254]": _CLOUD,
            "100.100.100.200": _CLOUD,
            "metadata.google.internal": f"3: adapters.0: points to a cloud's metadata: {_POINTS}",
            "224.0.0.1": f"3: adapters.0: points to many machines at once: {_POINTS}",
        }.items()
    },
    "YAML bomb": (
        "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
        "2: *a is a reference: write the value itself",
    ),
    "anchor loop": ("a: &a [*a]\n", "1: *a is a reference: write the value itself"),
    "Latin-1 bytes": (
        GOOD.replace("Ichikawa", "Ichikäwa").encode("latin-1", "replace"),
        "2: is no UTF-8 text: save the file as UTF-8",
    ),
    "Shift_JIS bytes": (
        GOOD.encode("cp932"),
        "2: is no UTF-8 text: save the file as UTF-8",
    ),
    "tabs": (
        GOOD.replace('    opens: "06', '\topens: "06'),
        "6: is indented with a tab: use spaces",
    ),
    "duplicate keys": (f'{GOOD}code: "122033"\n', "14: code: is given twice"),
    "10 MB": (f"{GOOD}#{'x' * 10 * 1024 * 1024}\n", " is larger than 2 MB: split it"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_fault_is_told_with_its_place_and_its_mend(tmp_path: Path, what: str) -> None:
    text, words = BAD[what]
    folder = tmp_path / "municipalities"
    folder.mkdir()
    content = text.encode() if isinstance(text, str) else text
    (folder / "122033.yaml").write_bytes(content)
    with pytest.raises(ConfigurationFault) as fault:
        read_folder(tmp_path, development=False)
    assert str(fault.value) == f"municipalities/122033.yaml:{words}"


def test_what_they_are_made_of_is_good_and_development_allows_what_it_needs(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "municipalities"
    folder.mkdir()
    for text in (
        GOOD,
        _TWO_TARIFFS,
        _keys(_key()),
        *map(_adapter, ("https://10.1.2.3", "https://[fd12::1]:8443")),
    ):
        (folder / "122033.yaml").write_text(text, "utf-8")
        read_folder(tmp_path, development=False)
    for name in ("demo key", "adapter without https", "adapter at 127.0.0.1", "adapter at [::1]"):
        (folder / "122033.yaml").write_text(str(BAD[name][0]), "utf-8")
        read_folder(tmp_path, development=True)
    (folder / "122033.yaml").write_text(_adapter("http://169.254.169.254"), "utf-8")
    with pytest.raises(ConfigurationFault, match="metadata"):
        read_folder(tmp_path, development=True)


def test_a_code_in_two_files_is_told_with_both(tmp_path: Path) -> None:
    folder = tmp_path / "municipalities"
    folder.mkdir()
    for name in ("a.yaml", "b.yaml"):
        (folder / name).write_text(GOOD, "utf-8")
    (folder / "c.yml").write_text(GOOD, "utf-8")
    with pytest.raises(ConfigurationFault) as fault:
        read_folder(tmp_path, development=False)
    assert str(fault.value).splitlines() == [
        "municipalities/c.yml: is not read: name it c.yaml",
        (
            "municipalities/b.yaml:1: code: municipality 122033 is given in municipalities/a.yaml,"
            " too: take one of them out"
        ),
    ]


def test_a_key_of_the_file_is_what_the_trust_list_needs() -> None:
    signing = SigningKey.generate()
    key = MunicipalityKey.model_validate(_key(jwk=_jwk(signing)))
    trusted = key.trusted_for("122033")
    assert (trusted.kid, trusted.public_key) == (signing.kid, signing.public)
    _, found = KeySet([trusted]).find(
        signing.kid, KeyPurpose.ATTESTATION, trusted.not_before, "122033"
    )
    assert isinstance(found, ec.EllipticCurvePublicKey)
    assert trusted.not_before == datetime(2027, 4, 1, tzinfo=JAPAN)
    assert trusted.not_after == datetime(2029, 3, 31, tzinfo=JAPAN)
