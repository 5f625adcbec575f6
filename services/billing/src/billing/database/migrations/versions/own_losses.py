"""What a municipality's own machines may have lost is on an account of its own, not claimed of it.

Nobody claims from himself: `claims_on` the chain of those machines was a claim of the municipality
on itself.
"""

from alembic import op

from billing.database.migrations.versions.shapes import ACCOUNT, MOVES

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ACCOUNT = ACCOUNT.replace("owed_to_municipality|", "owed_to_municipality|lost|")
_MOVES = ", ".join(
    f"('{purpose}', '{debit}', '{credit}')"
    for purpose, pairs in {
        **MOVES,
        "claim": (*MOVES["claim"], ("lost", "claimed_by")),
        "explained": (*MOVES["explained"], ("claimed_by", "lost")),
    }.items()
    for debit, credit in pairs
)
_RENAMED = """
    'lost:' || t.municipality FROM issuances AS i
    WHERE t.purpose = '{}' AND i.issuance_id = t.issuance_id
      AND i.municipality = t.municipality AND i.channel = 'city_machine'
"""
STATEMENTS = (
    f"""
    ALTER TABLE billing.transfers
        DROP CONSTRAINT transfers_accounts,
        DROP CONSTRAINT transfers_purpose,
        ADD CONSTRAINT transfers_accounts
            CHECK (debit_account ~ '{_ACCOUNT}' AND credit_account ~ '{_ACCOUNT}'),
        ADD CONSTRAINT transfers_purpose CHECK (purpose = 'reversed' OR
            (purpose, split_part(debit_account, ':', 1), split_part(credit_account, ':', 1))
            IN ({_MOVES}))
    """,
    # Only the account's name changes: neither yen nor who explained what.
    "ALTER TABLE billing.transfers DISABLE TRIGGER append_only",
    "UPDATE billing.transfers AS t SET debit_account = " + _RENAMED.format("claim"),  # noqa: S608 (texts of ours)
    "UPDATE billing.transfers AS t SET credit_account = " + _RENAMED.format("explained"),  # noqa: S608 (as above)
    "ALTER TABLE billing.transfers ENABLE TRIGGER append_only",
)


def upgrade() -> None:
    """Let the account in, and put on it what was claimed so far."""
    for statement in STATEMENTS:
        op.execute(statement)
