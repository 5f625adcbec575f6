"""`python -m audit`."""

import sys

from audit.commands.main import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
