"""What stands above a report."""

from audit.reports.facts import Facts
from audit.reports.words import Words


def heading(facts: Facts) -> Words:
    """Return the title."""
    quarter, code = facts.quarter, facts.municipality
    return Words(
        f"コンビニ交付 {quarter.japanese} 報告 (団体コード {code})",
        f"Certificates at convenience stores: quarter {quarter} of municipality {code}",
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
    if facts.removed:
        told.append(
            Words(
                f"保存期間の満了により {facts.removed:,} 件の記録は内容が消去されています。",
                f"The payloads of {facts.removed:,} events were removed by the rules of retention.",
            )
        )
    return tuple(told)
