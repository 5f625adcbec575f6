"""Which command was asked for."""

from madoguchi_wire.kit.logs import configure_logs
from madoguchi_wire.kit.program import Program
from madoguchi_wire.kit.telemetry import configure_telemetry

from billing.commands import (
    accounts,
    checking,
    closing,
    documents,
    looking,
    machines,
    settling,
    stating,
)
from billing.database.migrate import migrate
from billing.settings import DatabaseSettings, Settings

_EPILOG = """
What is written, and each look, keeps the name of --by. Exit codes: 0 done, nothing open; 1
something is open or not there; 2 it could not be done, and nothing was written.

To begin:  billing migrate; billing close month 2010-04 --by you --why "end of the month"
"""


def main(arguments: list[str]) -> int:
    """Run the command; a fault is one sentence on stderr and exit code 2."""
    program = Program(
        name="billing",
        does="Closes days and months, states who owes whom, and settles it.",
        epilog=_EPILOG,
        migrate=_migrate,
        migrates="bring the schema `billing` to this build",
        serve=_serve,
        serves="serve the API until SIGTERM",
        rooms=[
            room.add_parsers
            for room in (
                closing,
                checking,
                stating,
                documents,
                settling,
                machines,
                accounts,
                looking,
            )
        ],
    )
    return program.run(arguments)


def _migrate() -> None:
    migrate(DatabaseSettings.from_environment().database_url)


def _serve() -> None:
    # The web is imported by those who need it alone.
    from billing.application import serve_billing

    settings = Settings.from_environment()
    configure_logs("billing")
    configure_telemetry("billing")
    serve_billing(settings)
