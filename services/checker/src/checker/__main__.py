"""`python -m checker --installation DIR --documents DIR`, `python -m checker reconcile`."""

import sys

from checker.main import main

sys.exit(main(sys.argv[1:]))
