"""`python -m gateway migrate | load DIR | serve | openapi`."""

import sys

from gateway.commands.main import main

sys.exit(main(sys.argv[1:]))
