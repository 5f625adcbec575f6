from pathlib import Path

from local_stack.documents import Documents
from rich.console import Console


def test_written_documents_are_fresh_and_changed_ones_are_not(tmp_path: Path) -> None:
    made = Documents(tmp_path / "docs", {"a.json": "{}", "deep/b.md": "窓口\n"}, "make a")
    assert made.stale() == ["a.json", "deep/b.md"]
    assert made.run(Console(), check=False) == 0
    assert made.stale() == []
    (tmp_path / "docs" / "deep" / "b.md").write_text("")
    assert made.stale() == ["deep/b.md"]
    assert made.run(Console(quiet=True), check=True) == 1
