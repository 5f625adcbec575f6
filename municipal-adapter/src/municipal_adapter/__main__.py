"""`python -m municipal_adapter migrate | serve | openapi | build`."""

import sys

from municipal_adapter.commands.main import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
