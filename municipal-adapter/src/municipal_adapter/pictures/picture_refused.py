"""Why a picture is refused."""


class PictureRefused(ValueError):
    """A picture cannot be printed as it is; says why, never what is on it."""
