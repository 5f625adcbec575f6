"""`python -m store_terminal_sim`."""

from store_terminal_sim.cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())
