"""`python -m relay`: carry audit events until SIGTERM."""

import sys

from madoguchi_wire.kit.logs import configure_logs
from madoguchi_wire.kit.settings import settings_faults
from madoguchi_wire.kit.telemetry import configure_telemetry
from pydantic import ValidationError

from relay.application import serve_relay
from relay.settings import Settings


def main() -> int:
    """Serve; wrong settings are one sentence on stderr and exit code 2."""
    try:
        settings = Settings.from_environment()
    except ValidationError as error:
        # Without the values: an address of a database holds a password.
        sys.stderr.write(f"relay: {settings_faults(error, 'RELAY_')}\n")
        return 2
    configure_logs("relay")
    configure_telemetry("relay")
    serve_relay(settings)
    return 0


if __name__ == "__main__":
    sys.exit(main())
