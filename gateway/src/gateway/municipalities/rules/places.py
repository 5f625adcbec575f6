"""The table of places (交付場所別枚数): where, seen from the municipality, a paper was printed."""

from gateway.municipalities.rules.configuration import MunicipalityFile, PlaceRule


def place_of(municipality: MunicipalityFile, site_municipality: str) -> str:
    """Return the label of the first row that matches a site in `site_municipality` (code)."""
    return next(row.label for row in municipality.places if _matches(row, site_municipality))


def _matches(row: PlaceRule, code: str) -> bool:
    if row.municipality_range is not None:
        first, last = row.municipality_range
        if first <= code <= last:
            return True
    return row.matches_all or code in row.municipalities or code[:2] in row.prefectures
