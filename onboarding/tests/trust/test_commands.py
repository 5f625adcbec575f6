"""A root is made once; its lists are signed, renewed and shown, each in the place of the last."""

import json
from pathlib import Path

import pytest
from madoguchi.main import main
from madoguchi_wire.keys import SigningKey

DRAFT = """\
environment: development
keys:
  - {{purpose: attestation, owner: "122033", public_key: {key}, from: 2026-01-01, until: {until}}}
  - {{purpose: enrolment, owner: centre.test, public_key: {other}, from: 2026-01-01, until: 2099-01-01}}
builds:
  - {{municipality: "122033", build: build-1}}
"""  # noqa: E501 (a line is a key)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a root and a draft lie."""
    root, public = str(tmp_path / "root.pem"), str(tmp_path / "public.pem")
    assert main(["trust", "make", "--root", root, "--public", public]) == 0
    write(tmp_path)
    return tmp_path


def write(folder: Path, until: str = "2099-01-01", **replaced: str) -> None:
    """Write a draft."""
    keys = {"key": SigningKey.generate().public, "other": SigningKey.generate().public}
    text = DRAFT.format(**keys, until=until)
    for old, new in replaced.items():
        text = text.replace(old, new)
    (folder / "draft.yaml").write_text(text)


def sign(folder: Path, command: str = "sign") -> int:
    draft = [str(folder / "draft.yaml")] if command == "sign" else []
    where = ["--root", str(folder / "root.pem"), "--list", str(folder / "list.jws")]
    return main(["trust", command, *draft, *where])


def shown(folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, object]]:
    capsys.readouterr()
    where = [str(folder / "list.jws"), "--public", str(folder / "public.pem"), "--json"]
    code = main(["trust", "show", *where])
    return code, json.loads(capsys.readouterr().out)


def test_lists_follow_each_other_by_number(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sign(folder) == 0
    code, first = shown(folder, capsys)
    assert (code, first["version"], first["faults"]) == (0, 1, [])
    assert sign(folder, "rotate") == 0
    again = shown(folder, capsys)[1]
    assert (again["version"], again["keys"]) == (2, first["keys"])
    write(folder)
    assert sign(folder) == 0
    third = shown(folder, capsys)[1]
    assert third["version"] == 3
    assert third["keys"] != first["keys"]


def test_a_key_that_is_over_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, until="2026-02-01")
    assert sign(folder) == 0
    code, said = shown(folder, capsys)
    assert code == 1
    assert str(said["faults"]).count("attestation of 122033") == 1


def test_a_root_is_not_made_twice_and_signs_no_list_of_another(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--root", str(folder / "root.pem"), "--public", str(tmp_path / "other.pem")]
    assert main(["trust", "make", *where]) == 2
    assert "a root is not made twice" in capsys.readouterr().err
    assert sign(folder) == 0
    (folder / "root.pem").unlink()
    SigningKey.generate().save(folder / "root.pem")
    assert sign(folder, "rotate") == 2
    assert "another root" in capsys.readouterr().err


@pytest.mark.parametrize("purpose", ["terminal-statement", "terminal-token", "trust-root"])
def test_no_list_names_a_terminals_key_or_a_root(
    folder: Path, purpose: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder, attestation=purpose)
    assert sign(folder) == 2
    assert "no trust list names keys of this purpose" in capsys.readouterr().err
    assert not (folder / "list.jws").exists()


def test_a_key_that_is_named_twice_and_a_fault_in_the_draft_are_told(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (folder / "draft.yaml").read_text()
    key = text.splitlines()[2]
    (folder / "draft.yaml").write_text(text.replace(key, f"{key}\n{key}"))
    assert sign(folder) == 2
    assert "named twice" in capsys.readouterr().err
    (folder / "draft.yaml").write_text(text.replace("purpose: enrolment", "purpose: everything"))
    assert sign(folder) == 2
    assert "draft.yaml:4" in capsys.readouterr().err
