"""Which command was asked for."""

from madoguchi_wire.kit.logs import configure_logs
from madoguchi_wire.kit.program import Program
from madoguchi_wire.kit.telemetry import configure_telemetry

from audit.commands import keeping, looking, proving, recalling
from audit.database.migrate import migrate
from audit.settings import DatabaseSettings, Settings

_EPILOG = """
Every look and every command is recorded with --by and --why; `audit accesses` lists them.
Exit codes: 0 done, nothing wrong; 1 something is wrong or not there; 2 it could not be done.

To begin:  audit migrate; audit import audit.jsonl; audit verify --by you --why "first look"
"""


def main(arguments: list[str]) -> int:
    """Run the command; a fault is one sentence on stderr and exit code 2."""
    program = Program(
        name="audit",
        does="The archive of audit events: kept once, proven whole, read by named persons.",
        epilog=_EPILOG,
        migrate=_migrate,
        migrates="bring the database to the schema of this build",
        serve=_serve,
        serves="serve the API and consume from Kafka until SIGTERM",
        rooms=[room.add_parsers for room in (keeping, looking, proving, recalling)],
    )
    return program.run(arguments)


def _migrate() -> None:
    migrate(DatabaseSettings.from_environment().database_url)


def _serve() -> None:
    # The web is imported by those who need it alone.
    from audit.application import serve_audit

    settings = Settings.from_environment()
    configure_logs("audit")
    configure_telemetry("audit")
    serve_audit(settings)
