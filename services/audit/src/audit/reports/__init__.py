"""A municipality's quarter: as HTML, PDF and CSV, with a picture."""
