from pathlib import Path

import pytest
from local_stack import openapi


def test_written_descriptions_are_fresh_and_changed_ones_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openapi, "FOLDER", tmp_path / "openapi")
    assert openapi.stale_descriptions() == ["gateway.json", "adapter.json", "relay.json"]
    openapi.write_descriptions()
    assert openapi.stale_descriptions() == []
    (tmp_path / "openapi" / "adapter.json").write_text("{}")
    assert openapi.stale_descriptions() == ["adapter.json"]
