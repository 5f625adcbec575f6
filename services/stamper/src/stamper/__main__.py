"""`python -m stamper`: stamp audit events until SIGTERM."""

import sys

from madoguchi_wire.errors import MadoguchiError
from madoguchi_wire.kit.logs import configure_logs
from madoguchi_wire.kit.settings import settings_faults
from madoguchi_wire.kit.telemetry import configure_telemetry
from pydantic import ValidationError

from stamper.application import serve_stamper
from stamper.settings import Settings


def main() -> int:
    """Serve; wrong settings or files are one sentence on stderr and exit code 2."""
    try:
        settings = Settings.from_environment()
    except ValidationError as error:
        # Without the values: an address of a database holds a password.
        sys.stderr.write(f"stamper: {settings_faults(error, 'STAMPER_')}\n")
        return 2
    configure_logs("stamper")
    configure_telemetry("stamper")
    try:
        serve_stamper(settings)
    except (MadoguchiError, ValueError, OSError) as error:
        sys.stderr.write(f"stamper: {error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
