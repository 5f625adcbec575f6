"""Adapter files of municipalities whose documents a vendor's server makes."""

import yaml
from madoguchi_wire.kit.yaml_file import yaml_text

from municipal_adapter_testing.town import Town
from municipal_adapter_testing.vendor.town import adapter_file_part


def vendor_adapter_file(town: Town, url: str, **changes: object) -> str:
    """Write a town's adapter file with a vendor's server as its source; return its path."""
    values = yaml.safe_load(town.file.read_text("utf-8"))
    values["records"] = adapter_file_part(url) | {"timeout_seconds": 1} | changes
    values["velocity"] = {"papers_a_day": 1000}
    file = town.folder / "vendor.yaml"
    file.write_text(yaml_text(values), encoding="utf-8")
    return str(file)
