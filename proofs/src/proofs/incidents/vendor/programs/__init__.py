"""The programs, one fault each; each module has `make(workshop)`."""
