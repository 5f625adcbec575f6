"""Ages by law."""

from datetime import date, timedelta


def age_on(birth: date, day: date) -> int:
    """Return a person's age in full years (年齢計算ニ関スル法律).

    A year is full at the end of the day before the birthday (明治35年法律第50号, 民法143条), which
    for certificates counts as of the birthday itself; someone born on 29 February is a year older
    from 1 March of a common year on, when 28 February has ended.
    """
    try:
        birthday = birth.replace(year=day.year)
    except ValueError:
        birthday = date(day.year, 2, 28) + timedelta(days=1)
    return day.year - birth.year - (day < birthday)
