"""What the tests of the wire share. It is not part of the package that is installed."""
