"""`python -m billing`."""

import sys

from billing.commands.main import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
