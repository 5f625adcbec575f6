"""What an adapter reads before it starts."""

import re
from collections.abc import Callable
from copy import deepcopy
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from municipal_adapter.certificates.font import DEFAULT_FONT
from municipal_adapter.inputs import (
    OwnInputs,
    _fonts,  # pyright: ignore[reportPrivateUsage] (a process that starts would not say so)
    own_inputs,
)
from municipal_adapter.municipality.file import read_adapter_files
from municipal_adapter_testing.pictures import BAD_PICTURES, drawn
from municipal_adapter_testing.town import Town
from municipal_adapter_testing.vendor.town import adapter_file_part
from PIL import Image

TODAY = date(2026, 3, 1)


@pytest.fixture
def read(towns: dict[str, Town]) -> Callable[..., OwnInputs]:
    """A function that reads what an adapter file of Ichikawa names, with some fields changed."""
    town = towns["122033"]

    def read(**changes: object) -> OwnInputs:
        path = town.folder / "inputs.yaml"
        values = yaml.safe_load(town.file.read_text("utf-8")) | changes
        path.write_text(yaml.safe_dump(values, allow_unicode=True), "utf-8")
        (file,) = read_adapter_files([path])
        return own_inputs(path, file, "development", TODAY)

    return read


@pytest.mark.parametrize("key", ["attestation", "beacon", "handles", "registrations", "evidence"])
@pytest.mark.parametrize("content", [None, b"", b"garbage"])
def test_a_key_that_cannot_be_used_is_told_by_adapter_file_and_field(
    read: Callable[..., OwnInputs], towns: dict[str, Town], key: str, content: bytes | None
) -> None:
    town = towns["122033"]
    keys = yaml.safe_load(town.file.read_text("utf-8"))["keys"] | {key: "other.key"}
    other = town.folder / "other.key"
    other.unlink(missing_ok=True)
    if content is not None:
        other.write_bytes(content)
    with pytest.raises(ValueError, match=rf"inputs\.yaml: keys\.{key}: ") as told:
        read(keys=keys)
    assert "other.key" in str(told.value)


def test_one_secret_for_two_things_is_refused(
    read: Callable[..., OwnInputs], towns: dict[str, Town]
) -> None:
    town = towns["122033"]
    keys = yaml.safe_load(town.file.read_text("utf-8"))["keys"]
    copy = town.folder / "copied.secret"
    copy.write_bytes((town.folder / keys["beacon"]).read_bytes())
    with pytest.raises(ValueError, match=r"keys\.handles: is the same secret as keys\.beacon"):
        read(keys=keys | {"handles": copy.name})


def test_missing_card_authorities_are_told_by_adapter_file_and_field(
    read: Callable[..., OwnInputs], towns: dict[str, Town]
) -> None:
    with pytest.raises(ValueError, match=r"inputs\.yaml: card_authorities: .*no\.yaml"):
        read(card_authorities="no.yaml")
    entry = {"name": "x", "certificate": "no.pem", "policy": "1.2.3", "crl": "no.crl"}
    list_ = towns["122033"].folder / "authorities.yaml"
    list_.write_text(yaml.safe_dump({"authorities": [entry]}))
    with pytest.raises(ValueError, match=r"inputs\.yaml: card_authorities: .*no\.pem"):
        read(card_authorities=list_.name)


def jpeg() -> bytes:
    file = BytesIO()
    Image.new("RGB", (300, 300), "white").save(file, "JPEG")
    return file.getvalue()


BAD_SEALS = {name: BAD_PICTURES[name] for name in ("garbage", "transparent", "many pixels")}


@pytest.mark.parametrize(
    "picture", [*BAD_SEALS.values(), jpeg(), None], ids=[*BAD_SEALS, "JPEG", "no"]
)
def test_an_official_seal_that_cannot_be_printed_is_refused_at_start(
    read: Callable[..., OwnInputs], tmp_path: Path, picture: bytes | None
) -> None:
    path = tmp_path / "seal.png"
    if picture is not None:
        path.write_bytes(picture)
    with pytest.raises(ValueError, match=r"inputs\.yaml: office_seal: .*seal\.png: "):
        read(office_seal=str(path))


def test_an_official_seal_with_an_opaque_alpha_channel_is_printed_without_it(
    read: Callable[..., OwnInputs], tmp_path: Path
) -> None:
    (tmp_path / "seal.png").write_bytes(drawn("RGBA"))
    office = read(office_seal=str(tmp_path / "seal.png")).office
    assert Image.open(BytesIO(office.seal_png)).mode == "RGB"


def test_a_font_that_was_not_approved_is_not_printed_with(towns: dict[str, Town]) -> None:
    """Domain F9: whatever lies under its name."""
    town = towns["122033"]
    values = yaml.safe_load(town.file.read_text("utf-8"))
    fonts = [{"file": str(DEFAULT_FONT), "sha256": "0" * 64}]
    path = town.folder / "replaced-font.yaml"
    path.write_text(yaml.safe_dump(values | {"fonts": fonts}), "utf-8")
    (file,) = read_adapter_files([path])
    with pytest.raises(ValueError, match="is not the font that was approved"):
        _fonts(path, file)


MAYOR = {"name": "試験 太郎", "title": "市川市長", "since": "2010-01-01"}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": "市\ue000市"}, "name: has a character"),
        ({"name": "\u3000"}, "name: is blank"),
        ({"mayors": [MAYOR | {"name": " "}]}, "mayors.0.name: is blank"),
        ({"mayors": [MAYOR | {"name": "試験\ue000"}]}, "mayors.0.name: has a character that no"),
        ({"mayors": [MAYOR | {"title": "\ue000長"}]}, "mayors.0.title: has a character that no"),
        ({"mayors": [MAYOR | {"name": "試験\n太郎"}]}, "mayors.0.name: has a character that no"),
        (
            {"mayors": [MAYOR, MAYOR | {"title": "\u3000", "since": "2026-01-01"}]},
            "mayors.1.title: is blank",
        ),
    ],
)
def test_a_text_that_no_certificate_can_show_is_refused_at_start(
    read: Callable[..., OwnInputs], changes: dict[str, object], told: str
) -> None:
    with pytest.raises(ValueError, match=rf"inputs\.yaml(:\d+)?: {re.escape(told)}"):
        read(**changes)


VENDOR = adapter_file_part("http://127.0.0.1:9")
BRACE, ONLY_A_NAME = "a brace that is no item's", "an item is its name in braces and nothing else"
DOTTED = "must be a dotted path, as in result.person"
LED_BACK = "must have 氏名{name}, perhaps 通称{alias}, and 生年月日{birth_date} right after"
RECORD, PERSON = "forms.resident_record", "forms.resident_record.person"


def changed(place: str, value: object) -> dict[str, Any]:
    """Return the example of a vendor's server with a part of it changed, or one more."""
    records = deepcopy(VENDOR)
    *steps, last = [int(step) if step.isdigit() else step for step in place.split(".")]
    part: Any = records
    for step in steps:
        part = part[step]
    part[last] = value
    return records


@pytest.mark.parametrize(
    ("place", "value", "told"),
    [
        ("url", "http://127.0.0.1:9/?x=1", "url: must end with the path"),
        ("state.path", "/state/{resident}", "state.path: no such item: resident"),
        ("record.path", "/persons/{residen}", "record.path: no such item: residen"),
        ("record.path", "/persons/{resident", f"record.path: {BRACE}"),
        ("record.path", "/persons/{resident!r}", f"record.path: {ONLY_A_NAME}"),
        ("record.path", "/persons", "record.path: must have {resident}"),
        ("record.members", "household..members", f"record.members: {DOTTED}"),
        ("record.version", "/data/version", f"record.version: {DOTTED}"),
        ("document.record.seal", "$.seal", f"document.record.seal: {DOTTED}"),
        ("residents.name", "name..kanji", f"residents.name: {DOTTED}"),
        ("record.seal", "person", "record.seal: resident is in the same place"),
        ("record.version", "household", "record.version: members is in the same"),
        ("search.path", "/persons", "search.path: must have {birth_date}"),
        ("document.path", "/{kind}", "document.path: no such item: kind"),
        ("document.body.person", "{residnet}", "document.body.person: no such item"),
        ("document.body.more", ["{"], f"document.body.more.0: {BRACE}"),
        ("document.body.more", {"x": "{}"}, f"document.body.more.x: {ONLY_A_NAME}"),
        ("document.body.more", "x{members}", "document.body.more: {members} is no"),
        ("document.body", {"kind": "{kind}"}, "document.body: must have {resident}"),
        (f"{RECORD}.title", " \u3000", f"{RECORD}.title: is blank"),
        (f"{RECORD}.every_page.1", " ", f"{RECORD}.every_page.1: is blank"),
        (f"{RECORD}.last_page.0", "{sex}", f"{RECORD}.last_page.0: no such item"),
        (f"{PERSON}.2", "性別{sex", f"{PERSON}.2: {BRACE}"),
        (f"{PERSON}.0", "氏名{name!r}", f"{PERSON}.0: {ONLY_A_NAME}"),
        (f"{PERSON}.0", "氏名{name:>5}", f"{PERSON}.0: {ONLY_A_NAME}"),
        (f"{PERSON}.0", "お名前{name}", f"{PERSON}: {LED_BACK}"),
        (PERSON, ["生年月日{birth_date}", "氏名{name}"], f"{PERSON}: {LED_BACK}"),
        (PERSON, ["氏名{name}", "性別{sex}", "生年月日{birth_date}"], f"{PERSON}: {LED_BACK}"),
        (PERSON, [], f"{PERSON}: must have {{name}} and {{birth_date}}"),
        (f"{RECORD}.every_page.1", "世帯主氏名{head_name}", f"{PERSON}.0: its label 氏名 stands"),
        (
            "forms.seal_registration.person",
            ["氏名{name}", "生年月日{birth_date}", "本籍{honseki}"],
            "forms.seal_registration: must have {address}",
        ),
        ("words", "no.txt", "words: "),
    ],
)
def test_a_vendors_part_that_could_never_work_is_refused_before_anybody_is_asked_for(
    read: Callable[..., OwnInputs], place: str, value: object, told: str
) -> None:
    with pytest.raises(
        ValueError, match=rf"inputs\.yaml(:\d+)?: records\.{re.escape(told)}"
    ) as refused:
        read(records=changed(place, value))
    assert len(str(refused.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (PERSON, ["フリガナ{name_kana}", "氏名{name}", "通称{alias}", "生年月日{birth_date}"]),
        (f"{RECORD}.every_page", ["世帯主 {head_name} 殿"]),
        ("document.body", {"people": ["{members}"], "as it is": "{{}}"}),
        ("record", VENDOR["record"] | {"household": "person"}),
    ],
)
def test_a_vendors_part_that_may_work_is_read(
    read: Callable[..., OwnInputs], place: str, value: object
) -> None:
    assert read(records=changed(place, value))
