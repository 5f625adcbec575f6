"""`python -m local_stack demo | up [--kafka] | kafka | openapi [--check]`."""

import sys

from local_stack.main import main

sys.exit(main(sys.argv[1:]))
