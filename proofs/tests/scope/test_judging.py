"""What limits a statement to one municipality's rows, and what only looks like it."""

import pytest
from proofs.scope.judging import without_scope
from proofs.scope.statements import statements_of

TABLES = frozenset({"issuances", "reports", "billing.papers"})

LIMITED = [
    "SELECT kind FROM issuances WHERE municipality = $1 AND state = 'paid'",
    "SELECT kind FROM issuances AS i WHERE (i.municipality = $1) AND (kind = $2 OR kind = $3)",
    "SELECT kind FROM issuances WHERE issuance_id = ANY ($1::uuid[])",
    "SELECT kind FROM issuances JOIN reports USING (issuance_id) WHERE municipality = $1",
    "SELECT 1 FROM issuances AS i JOIN reports AS r ON r.order_id = i.order_id WHERE order_id = $1",
    "SELECT 1 FROM issuances AS i LEFT JOIN reports USING (issuance_id) WHERE i.municipality = $1",
    "UPDATE issuances SET state = 'paid' WHERE issuance_id = $1",
    "WITH one AS (SELECT * FROM issuances WHERE municipality = $1) SELECT * FROM one",
    "SELECT EXISTS (SELECT FROM reports WHERE reports.issuance_id = $1)",
    "SELECT 1 FROM issuances JOIN unnest($1::text[]) AS asked(municipality) USING (municipality)",
    "INSERT INTO issuances (municipality) VALUES ($1)",
    "SELECT name FROM chains",
]
FORGOTTEN = [
    ("SELECT kind FROM issuances", ["issuances"]),
    ("SELECT municipality FROM issuances WHERE kind = $1", ["issuances"]),
    ("SELECT kind FROM issuances WHERE municipality = $1 OR kind = $2", ["issuances"]),
    ("SELECT kind FROM issuances WHERE NOT municipality = $1", ["issuances"]),
    ("SELECT kind FROM issuances WHERE municipality <> $1", ["issuances"]),
    ("SELECT kind FROM issuances WHERE $1::text IS NULL OR municipality = $1", ["issuances"]),
    ("SELECT kind FROM issuances WHERE municipality = municipality", ["issuances"]),
    (
        "SELECT 1 FROM issuances AS i JOIN reports AS r ON r.issuance_id = i.issuance_id",
        ["issuances", "reports"],
    ),
    ("SELECT 1 FROM issuances JOIN reports USING (issuance_id)", ["issuances", "reports"]),
    ("SELECT 1 FROM issuances, reports AS r WHERE r.municipality = $1", ["issuances"]),
    (
        "SELECT 1 FROM issuances AS i JOIN reports AS r USING (terminal) WHERE i.municipality = $1",
        ["reports"],
    ),
    (
        "SELECT 1 FROM issuances LEFT JOIN unnest($1) AS a(municipality) USING (municipality)",
        ["issuances"],
    ),
    (
        "SELECT 1 FROM issuances AS i LEFT JOIN reports AS r ON i.municipality = $1",
        ["issuances", "reports"],
    ),
    ("SELECT (SELECT max(fee) FROM billing.papers) FROM issuances WHERE municipality = $1",
     ["billing.papers"]),
    ("WITH every AS (SELECT * FROM issuances) SELECT * FROM every WHERE municipality = $1",
     ["issuances"]),
    ("UPDATE issuances SET state = 'voided' WHERE terminal = $1", ["issuances"]),
    ("DELETE FROM reports USING issuances AS i WHERE i.municipality = $1", ["reports"]),
    ("INSERT INTO elsewhere SELECT * FROM issuances", ["issuances"]),
    ("SELECT 1 FROM (SELECT kind FROM issuances) AS inner_one WHERE true", ["issuances"]),
]  # fmt: skip


@pytest.mark.parametrize("sql", LIMITED)
def test_what_names_its_municipality_is_limited(sql: str) -> None:
    assert without_scope(sql, TABLES) == []


@pytest.mark.parametrize(("sql", "tables"), FORGOTTEN)
def test_what_only_looks_limited_is_named(sql: str, tables: list[str]) -> None:
    assert without_scope(sql, TABLES) == tables


def test_what_cannot_be_read_is_a_fault() -> None:
    with pytest.raises(ValueError, match="cannot be read as SQL"):
        without_scope("SELECT FROM WHERE", TABLES)


def test_statements_inside_of_functions_are_found_with_what_their_module_splices_in() -> None:
    places = {statement.place for statement in statements_of("billing")}
    assert "billing.closing.explaining:unexplained" in places
    found = {one.place: one.sql for one in statements_of("gateway")}
    assert "FROM outbox" not in found["gateway.issuances.moving:_MOVE"]
    assert "INSERT INTO outbox (" in found["gateway.issuances.moving:_MOVE"]
