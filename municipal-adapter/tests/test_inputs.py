"""What an adapter reads before it starts."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path

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
