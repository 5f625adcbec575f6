"""`python -m proofs.undefended --without read-back,way-back adapter serve`: in development only."""

import argparse
import importlib
import os
import sys

from proofs.undefended.checks import CHECKS, PARTS, patches_of
from proofs.undefended.patching import patched


def main(arguments: list[str]) -> int:
    """Run a service's command without the named checks; 2 if that is not possible here."""
    asked = _parser().parse_args(arguments)
    if os.environ.get("MADOGUCHI_ENVIRONMENT") != "development":
        sys.stderr.write("proofs.undefended: in development only\n")
        return 2
    with patched(patches_of(asked.without.split(","), asked.part)):
        command = importlib.import_module(f"{PARTS[asked.part]}.commands.main")
        return command.main(asked.arguments)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="proofs.undefended", description=__doc__)
    parser.add_argument("--without", required=True, help=f"of {', '.join(CHECKS)}, by comma")
    parser.add_argument("part", choices=["adapter", "gateway"])
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
