"""The requirements: each is tried and told, and addresses in clear are of this machine only."""

from pathlib import Path

import pytest
from local_stack.folders import ROOT
from madoguchi.conformance.address import checked_address
from madoguchi.conformance.centre.centre import Centre, Subject
from madoguchi.conformance.checks import CHECKS
from madoguchi.conformance.requirements import REQUIREMENTS, TOPICS, as_markdown
from madoguchi.main import main
from madoguchi_wire.keys import SigningKey

PAGE = ROOT / "docs" / "conformance.md"
BEGIN, END = "<!-- requirements:begin -->\n", "<!-- requirements:end -->"


def test_each_requirement_has_an_id_of_its_own_and_a_check() -> None:
    ids = [one.id for requirements in TOPICS.values() for one in requirements]
    assert len(ids) == len(set(ids))
    assert list(CHECKS) == ids
    assert all(one.must and one.source and one.mend for one in REQUIREMENTS.values())


def test_the_page_tells_every_requirement_as_it_is_tried() -> None:
    told = PAGE.read_text("utf-8").split(BEGIN)[1].split(END)[0]
    assert told.strip() == as_markdown(), "run: madoguchi conformance requirements"


@pytest.mark.parametrize(
    "address",
    [
        "https://adapter.example/base/",
        "http://127.0.0.1:8100",
        "http://[::1]:1",
        "http://localhost",
    ],
)
def test_addresses_that_may_be_asked(address: str) -> None:
    assert checked_address(address) == address.rstrip("/")


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("http://adapter.example", "asked by https"),
        ("http://127.0.0.1.example", "asked by https"),
        ("http://10.0.0.1", "asked by https"),
        ("https://user:word@adapter.example", "no user"),
        ("https://adapter.example?x=1", "no user, query"),
        ("ftp://127.0.0.1", "no address of an adapter"),
        ("127.0.0.1:80", "no address of an adapter"),
        ("https://", "no address of an adapter"),
    ],
)
def test_addresses_that_may_not(address: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        checked_address(address)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (["http://adapter.example", "--kit", "{kit}"], "asked by https"),
        (["http://127.0.0.1:9", "--kit", "{kit}", "--only", "AD-01"], "is the adapter running?"),
        (["http://127.0.0.1:9", "--kit", "{empty}"], "write one with `madoguchi conformance kit`"),
    ],
)
def test_what_cannot_be_tried_is_told_with_exit_code_2(
    tmp_path: Path, typed: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    key = SigningKey.generate().public
    kit = ["kit", str(tmp_path / "kit"), "--municipality", "122033", "--key", key, "--build", "b"]
    assert main(["conformance", *kit]) == 0
    folders = {"kit": tmp_path / "kit", "empty": tmp_path / "empty"}
    assert main(["conformance", *(word.format(**folders) for word in typed)]) == 2
    assert says in capsys.readouterr().err


def test_writing_the_kit_again_renews_lists_and_keeps_keys_and_cards(tmp_path: Path) -> None:
    keys = [SigningKey.generate().public for _ in range(2)]
    for key in keys:
        typed = ["kit", str(tmp_path), "--municipality", "122033", "--key", key, "--build", key]
        assert main(["conformance", *typed]) == 0
    centre = Centre.load(tmp_path / "own")
    assert centre.subject == Subject("122033", keys[1], keys[1], version=2)
    assert centre.trust_list().builds_of("122033") == {keys[1]}
    assert (tmp_path / "own").stat().st_mode & 0o077 == 0
    assert (tmp_path / "own" / "gateway.pem").stat().st_mode & 0o077 == 0
