"""Our own adapter does all that an adapter must."""

import json

import pytest
from madoguchi.conformance.requirements import REQUIREMENTS
from madoguchi.main import main
from madoguchi_testing.ours import Ours

NOT_TRIED = {"AD-35", "AD-96"}


def test_our_adapter_passes_every_requirement_that_can_be_tried(
    ours: Ours, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["conformance", ours.address, "--kit", str(ours.folder), "--json"])
    report = json.loads(capsys.readouterr().out)
    failed = [one for one in report["results"] if one["verdict"] == "failed"]
    assert failed == []
    assert code == 0
    assert [one["id"] for one in report["results"]] == list(REQUIREMENTS)
    not_tried = {one["id"] for one in report["results"] if one["verdict"] == "not tried"}
    assert not_tried == NOT_TRIED
