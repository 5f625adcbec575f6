"""`python -m relay`: carry events until SIGTERM."""

import sys

from madoguchi_wire.kit.health import Health
from madoguchi_wire.kit.logs import configure_logs
from madoguchi_wire.kit.server import serve
from madoguchi_wire.kit.telemetry import configure_telemetry
from pydantic import ValidationError

from relay.application import create_app
from relay.settings import Settings


def main() -> int:
    """Serve; return 2 if the environment does not say what is needed."""
    try:
        settings = Settings()  # pyright: ignore[reportCallIssue]  (filled from the environment)
    except ValidationError as error:
        for fault in error.errors(include_input=False, include_url=False):
            name = "_".join(str(part) for part in fault["loc"]).upper()
            sys.stderr.write(f"relay: RELAY_{name}: {fault['msg']}\n")
        return 2
    configure_logs("relay")
    configure_telemetry("relay")
    health = Health()
    app = create_app(settings, health)
    serve(app, settings.host, settings.port, health, settings.drain_seconds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
