"""Where a page ended, as a text that goes to a reader and comes back."""

import json
from datetime import date, datetime

from madoguchi_wire.encoding import from_base64url, to_base64url

from audit.history.select import Place


def spelled(place: Place) -> str:
    """Return a place as text."""
    values = [place.event_id, str(place.day), place.time.isoformat(), place.subject, place.sequence]
    return to_base64url(json.dumps(values).encode())


def place_in(text: str) -> Place:
    """Return the place that a text spells.

    Raises:
        ValueError: it spells none.

    """
    try:
        event_id, day, time, subject, sequence = json.loads(from_base64url(text))
        moment = datetime.fromisoformat(time)
        if moment.tzinfo is None or not 0 < int(sequence) < 2**31:
            raise ValueError("no place")
        return Place(str(event_id), date.fromisoformat(day), moment, str(subject), int(sequence))
    except (TypeError, ValueError):
        raise ValueError("`after` is the `next` of the page before") from None
