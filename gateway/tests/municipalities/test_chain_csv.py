"""Sites and terminals as CSV: read row by row, each fault named, nothing taken of a broken file."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from gateway.municipalities.files import read_folder
from gateway.municipalities.rules.chain import ChainFile
from madoguchi_wire.kit.strict_files import ConfigurationFault

CHAIN = "chain: komorebi\nname: こもれびストア\ncommissions: [{from: 2010-02-02, yen: 120}]\n"
SITES = "site,name,municipality,type,opens,closes\n"
TERMINALS = "terminal,site,state\n"
ROWS = 60_000
SECONDS = 8
"""Of a processor, for sites and terminals together."""


def _write(folder: Path, sites: str | bytes, terminals: str | bytes, chain: str = CHAIN) -> Path:
    chains = folder / "chains"
    chains.mkdir(exist_ok=True)
    (chains / "komorebi.yaml").write_text(chain, "utf-8")
    for name, text in (("sites", sites), ("terminals", terminals)):
        content = text.encode() if isinstance(text, str) else text
        (chains / f"komorebi.{name}.csv").write_bytes(content)
    return folder


def _read(folder: Path) -> ChainFile:
    _, (chain,) = read_folder(folder, development=False)
    return chain


def _faults(folder: Path) -> list[str]:
    with pytest.raises(ConfigurationFault) as fault:
        read_folder(folder, development=False)
    return str(fault.value).splitlines()


def _site(number: int) -> str:
    return f"site-{number},第{number}号店,122033,store,,\n"


def _terminal(number: int) -> str:
    return f"terminal-{number},site-{number},enrolled\n"


def _many(line: Callable[[int], str], wrong: dict[int, str]) -> str:
    return "".join(wrong.get(number, line(number)) for number in range(2, ROWS + 2))


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"], ids=["plain", "with a BOM"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_csv_says_what_the_chains_file_would_have_said(
    tmp_path: Path, bom: bytes, end: str
) -> None:
    sites = SITES + 'hall,"市役所, 本庁",122033,city,08:30,17:15\n' + _site(1)
    terminals = TERMINALS + _terminal(1) + "hall-1,hall,suspended\n"
    texts = [bom + text.replace("\n", end).encode() for text in (sites, terminals)]
    read = _read(_write(tmp_path, texts[0], texts[1]))
    (tmp_path / "chains" / "komorebi.sites.csv").unlink()
    (tmp_path / "chains" / "komorebi.terminals.csv").unlink()
    (tmp_path / "chains" / "komorebi.yaml").write_text(
        CHAIN
        + """\
sites:
  - site: hall
    name: 市役所, 本庁
    municipality: "122033"
    type: city
    hours: {opens: "08:30", closes: "17:15"}
  - {site: site-1, name: 第1号店, municipality: "122033", type: store}
terminals:
  - {terminal: terminal-1, site: site-1, state: enrolled}
  - {terminal: hall-1, site: hall, state: suspended}
""",
        "utf-8",
    )
    assert read == _read(tmp_path)


def test_a_column_says_which_terminals_print_test_papers(tmp_path: Path) -> None:
    rows = {"terminal-1": "true", "terminal-2": "false", "terminal-3": ""}
    terminals = "terminal,site,state,test\n"
    written = "".join(f"{name},site-1,enrolled,{test}\n" for name, test in rows.items())
    read = _read(_write(tmp_path, SITES + _site(1), terminals + written))
    assert [one.test for one in read.terminals] == [True, False, False]
    wrong = "terminal-1,site-1,enrolled,perhaps\n"
    (fault,) = _faults(_write(tmp_path, SITES + _site(1), terminals + wrong))
    assert fault.startswith("chains/komorebi.terminals.csv:2: test: ")


def test_of_60000_rows_the_three_wrong_ones_are_named_and_none_is_taken(tmp_path: Path) -> None:
    good = _write(tmp_path, SITES + _many(_site, {}), TERMINALS + _many(_terminal, {}))
    began = time.process_time()
    assert len(_read(good).terminals) == ROWS
    took = time.process_time() - began
    assert took < SECONDS
    wrong = {
        17: "site-17,第17号店,122034,store,,\n",
        30_000: "site-30000,,122033,store,,\n",
        59_999: "site-5,第5号店,122033,store,,\n",
    }
    sites = SITES + _many(_site, wrong)
    assert _faults(_write(tmp_path, sites, TERMINALS + _terminal(2))) == [
        (
            "chains/komorebi.sites.csv:17: municipality: not a municipality code: six digits, the"
            " last one checks the others; if the first five are right, write 122033"
        ),
        "chains/komorebi.sites.csv:30000: name: Field required: add it",
        (
            "chains/komorebi.sites.csv:59999: site: site-5 is given in row 5, too: take one of them"
            " out"
        ),
    ]


@pytest.mark.parametrize(
    ("sites", "terminals", "fault"),
    [
        (
            SITES + _site(1),
            TERMINALS + _terminal(2),
            "terminals.csv:2: site: site-2 is not in chains/komorebi.sites.csv: add it there",
        ),
        (
            SITES + "s,店,122033,store,06:30,23:00\n",
            TERMINALS + "t,s,enrolled\n",
            "sites.csv:2: hours: only a site of type city has hours of its own",
        ),
        (
            SITES + "s,店,122033,city,06:30,\n",
            TERMINALS + "t,s,enrolled\n",
            "sites.csv:2: closes: Field required: add it",
        ),
        (
            SITES + _site(1) + "s,店\n",
            TERMINALS + _terminal(1),
            (
                "sites.csv:3: has 2 cells, but 6 columns are named: a text with a comma stands in"
                " quotes"
            ),
        ),
        (
            SITES.replace("type", "kind") + _site(1),
            TERMINALS + _terminal(1),
            (
                "sites.csv:1: there is no column 'kind': the columns are"
                " site,name,municipality,type,opens,closes"
            ),
        ),
        (
            "site,name,type\n",
            TERMINALS + _terminal(1),
            (
                "sites.csv:1: the column municipality is missing: the columns are"
                " site,name,municipality,type,opens,closes"
            ),
        ),
        (
            "site,site,name,municipality,type\n",
            TERMINALS + _terminal(1),
            "sites.csv:1: the column site is named twice: take one of them out",
        ),
        (
            (SITES + _site(1)).encode("cp932"),
            TERMINALS + _terminal(1),
            "sites.csv:2: is no UTF-8 text: save it as “CSV UTF-8”",
        ),
        (
            SITES + '"' + "x" * 20_000,
            TERMINALS + _terminal(1),
            "sites.csv:2: is longer than 10000 bytes: is a quote missing?",
        ),
        (SITES, TERMINALS, "sites.csv: has no row: add at least one site"),
    ],
)
def test_a_broken_table_is_told_with_its_row(
    tmp_path: Path, sites: str | bytes, terminals: str, fault: str
) -> None:
    assert _faults(_write(tmp_path, sites, terminals))[0] == f"chains/komorebi.{fault}"


def test_sites_stand_in_one_place_and_no_table_is_left_alone(tmp_path: Path) -> None:
    both = CHAIN + "sites: []\n"
    (fault,) = _faults(_write(tmp_path, SITES + _site(1), TERMINALS + _terminal(1), both))
    assert fault.startswith("chains/komorebi.yaml:4: sites: ")
    _write(tmp_path, SITES + _site(1), TERMINALS + _terminal(1))
    (tmp_path / "chains" / "komorebi.terminals.csv").unlink()
    (tmp_path / "chains" / "komorebi-sites.csv").write_text(SITES, "utf-8")
    assert _faults(tmp_path) == [
        (
            "chains/komorebi.terminals.csv: cannot be read: No such file or directory: both CSV"
            " files are needed"
        ),
        (
            "chains/komorebi-sites.csv: belongs to no chain: name it CHAIN.sites.csv or"
            " CHAIN.terminals.csv beside CHAIN.yaml"
        ),
    ]


def test_no_more_than_100_faults_of_a_table_are_told(tmp_path: Path) -> None:
    wrong = SITES + "".join(f"s{number},店,122034,store,,\n" for number in range(250))
    faults = _faults(_write(tmp_path, wrong, TERMINALS + _terminal(1)))
    assert len(faults) == 101
    assert faults[-1] == "chains/komorebi.sites.csv: and 150 faults more"
