"""What an adapter reads before it starts."""

import pytest
import yaml
from municipal_adapter.certificates.font import DEFAULT_FONT
from municipal_adapter.inputs import (
    _fonts,  # pyright: ignore[reportPrivateUsage] (a process that starts would not say so)
)
from municipal_adapter.municipality.file import read_adapter_files
from municipal_adapter_testing.town import Town


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
