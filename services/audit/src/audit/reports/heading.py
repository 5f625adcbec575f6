"""What stands above a report."""

from madoguchi_wire.clock import JAPAN

from audit.reports.facts import Facts
from audit.reports.words import Words


def heading(facts: Facts) -> Words:
    """Return the title."""
    quarter, code = facts.quarter, facts.municipality
    named = f"{facts.name} " if facts.name else ""
    return Words(
        f"コンビニ交付 {quarter.japanese} 報告 {named}(団体コード {code})",
        f"Certificates at convenience stores: quarter {quarter} of {named}(municipality {code})",
    )


def notes(facts: Facts) -> tuple[Words, ...]:
    """Return what a reader has to know."""
    first, last = facts.quarter.first_day, facts.quarter.last_day
    told = [
        Words(
            f"対象期間: {first} から {last} まで (日本時間)。証跡の記録だけから作成しています。",
            f"From {first} to {last}, Japan's days; made from the audit trail alone.",
        )
    ]
    made = f"{facts.made_at.astimezone(JAPAN):%Y-%m-%d %H:%M}"
    told.append(Words(f"作成: {made} (日本時間)。", f"Made at {made}, Japan's time."))
    if not facts.is_over:
        told.append(
            Words(
                "この四半期はまだ終わっていません。途中までの数字です。",
                "This quarter is not over yet: these are the numbers so far.",
            )
        )
    told.append(_stamped(facts.unstamped))
    if facts.overdue:
        told.append(overdue_words(facts.overdue))
    if facts.removed:
        told.append(
            Words(
                f"保存期間の満了により {facts.removed:,} 件の記録は内容が消去されています。",
                f"The payloads of {facts.removed:,} events were removed by the rules of retention.",
            )
        )
    return tuple(told)


def _stamped(unstamped: int) -> Words:
    if not unstamped:
        return Words(
            "期間内の記録はすべて、センターと2団体以上の署名がある証跡に含まれています。",
            "All events of its days are under complete stamps, signed by centre and witnesses.",
        )
    return Words(
        f"署名済みの証跡に含まれない記録が {unstamped:,} 件あり、数えていません。",
        f"Not yet stamped: {unstamped:,} events, not counted.",
    )


def overdue_words(overdue: int) -> Words:
    """Say that events are left out that should long have been stamped."""
    return Words(
        f"数えていない記録のうち {overdue:,} 件は4時間以上前のものです。数字が不足している"
        "おそれがあるため、証跡の検証 (verify) が必要です。",
        f"{overdue:,} events that are not counted are older than four hours, which should not be:"
        " the numbers may be too small; `audit verify` names what is wrong.",
    )
