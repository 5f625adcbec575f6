"""Which papers came of a build, a font, a version of records, a terminal, a period."""
