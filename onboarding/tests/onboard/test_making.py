"""What `new` writes is a right file once its blanks are filled; until then check names each."""

import re
from pathlib import Path

import pytest
from gateway.municipalities.files import read_alone
from gateway.municipalities.rules.chain import ChainFile
from gateway.municipalities.rules.configuration import MunicipalityFile
from madoguchi.main import main

FILLED = {
    "漢字の名称": "札幌市",
    "ふりがな": "さっぽろし",
    "英語の名称": "Sapporo",
    "担当課": "戸籍住民課",
    "英語の担当課": "Residents' Division",
    "電話番号": '"011-211-2111"',
    "アダプタのアドレス": "https://10.1.2.3:8443",
    "手数料の版": '"2027-04"',
    "手数料の初日": "2027-04-01",
    "住民票の手数料": "250",
    "印鑑証明の手数料": "250",
    "指定した事業者": "komorebi",
    "指定の初日": "2027-04-01",
    "事業者の名称": "こもれびストア",
    "委託の初日": "2027-04-01",
    "委託手数料": "117",
    "店舗の記号": "komorebi-0001",
    "店舗の名称": "大通店",
    "所在地のコード": '"011002"',
    "端末の記号": "komorebi-0001-1",
}
_BLANK = re.compile(r"<([^>…]+)>")


@pytest.mark.parametrize(
    ("typed", "name", "kind"),
    [
        (["011002"], "municipalities/011002.yaml", MunicipalityFile),
        (["--chain", "komorebi"], "chains/komorebi.yaml", ChainFile),
    ],
)
def test_a_new_file_is_right_once_each_blank_that_check_names_is_filled(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    typed: list[str],
    name: str,
    kind: type[MunicipalityFile | ChainFile],
) -> None:
    path = tmp_path / name
    assert main(["onboard", "new", *typed, "--folder", str(tmp_path)]) == 0
    text = path.read_text("utf-8")
    capsys.readouterr()
    assert main(["onboard", "check", str(path)]) == 1
    told = capsys.readouterr().out
    lines = text.splitlines()
    blanks = [
        (number, blank)
        for number, line in enumerate(lines, 1)
        if not line.startswith("#")
        for blank in _BLANK.findall(line)
    ]
    faults = told.splitlines()
    assert len(faults) == len(blanks) > 5
    for fault, (number, blank) in zip(sorted(faults, key=_line), blanks, strict=True):
        assert fault.startswith(f"{name}:{number}: ")
        assert fault.endswith(f": <{blank}> is a blank: fill it in")
    path.write_text(_BLANK.sub(lambda found: FILLED[found[1]], text), "utf-8")
    assert main(["onboard", "check", str(path)]) == 0
    assert isinstance(read_alone(path, development=False), kind)
    # A second one does not overwrite what somebody wrote.
    assert main(["onboard", "new", *typed, "--folder", str(tmp_path)]) == 2
    assert "is there already" in capsys.readouterr().err


def _line(fault: str) -> int:
    return int(fault.split(":")[1])


def test_what_is_commented_out_is_right_too(tmp_path: Path) -> None:
    """Who takes the hash away has a good field; keys and builds are the municipality's own."""
    main(["onboard", "new", "011002", "--folder", str(tmp_path)])
    path = tmp_path / "municipalities" / "011002.yaml"
    text = _BLANK.sub(lambda found: FILLED[found[1]], path.read_text("utf-8"))
    skipped = ("keys", "builds")
    for field in re.findall(r"^( *)# ([a-z_]+):", text, re.MULTILINE):
        if field[1] not in skipped:
            text = _taken_in(text, *field)
    path.write_text(text, "utf-8")
    body = read_alone(path, development=False)
    assert isinstance(body, MunicipalityFile)
    rule = body.offers[next(iter(body.offers))]
    assert body.closings
    assert body.maintenance
    assert body.campaigns
    assert body.words
    assert rule.weekdays
    assert rule.city_machine


def _taken_in(text: str, indent: str, field: str) -> str:
    block = re.compile(rf"^{indent}# {field}:.*\n(?:{indent}#  +\S.*\n)*", re.MULTILINE)
    return block.sub(lambda found: found[0].replace(f"{indent}# ", indent), text, 1)


def test_a_name_that_is_none_makes_no_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["onboard", "new", "--chain", "../../x", "--folder", str(tmp_path)]) == 2
    assert "no name: write 1 to 64 Latin letters" in capsys.readouterr().err
    assert not [*tmp_path.iterdir()]
