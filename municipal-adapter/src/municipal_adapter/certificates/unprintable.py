"""Why a record cannot be printed exactly; the texts never say what is in it."""


class Unprintable(Exception):
    """A record cannot be printed exactly as it is; the counter must issue this certificate."""


class UnknownCharacter(Unprintable):
    """A record holds a character that no approved font can draw exactly."""


class TextTooLong(Unprintable):
    """A record holds a text that is longer than its place on the form."""


class ConfusingText(Unprintable):
    """A record holds a text that reads like a part of the form, or begins in mid-character."""
