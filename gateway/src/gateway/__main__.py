"""`python -m gateway migrate | load DIR | serve | life | openapi`."""

import sys

from gateway.commands.main import main

sys.exit(main(sys.argv[1:]))
