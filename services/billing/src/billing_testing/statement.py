"""A statement with every part that one can have, for tests and to be looked at."""

from datetime import date, timedelta
from itertools import product

from billing.statements.statement import (
    VERSION,
    Bearer,
    ClaimLine,
    ClaimPaidLine,
    ClaimReturnedLine,
    CommissionLine,
    DayLine,
    FeeLine,
    LateLine,
    OwnLossLine,
    Party,
    PlaceLine,
    RefundLine,
    Role,
    Statement,
    Totals,
)

PLACES = ("市内", "千葉県", "東京都23区内", "その他府県")


def sample_statement() -> Statement:
    """Return a statement of a municipality; its sums fit each other."""
    fees = (
        _fees(1, "komorebi", "resident_record", "store", 250, 210),
        _fees(2, "komorebi", "seal_registration", "store", 250, 160),
        _fees(3, "machikado", "resident_record", "store", 250, 80),
        _fees(4, "ichikawa-city", "resident_record", "city_machine", 200, 30),
    )
    papers, yen = sum(line.papers for line in fees), sum(line.yen for line in fees)
    days = [
        DayLine(line=21 + n, day=date(2010, 4, 1) + timedelta(n), papers=16, yen=3950)
        for n in range(29)
    ]
    rest = DayLine(line=50, day=date(2010, 4, 30), papers=papers - 464, yen=yen - 29 * 3950)
    return Statement(
        number="2010-04-M-122033",
        period="2010-04",
        party=Party(role=Role.MUNICIPALITY, code="122033", name="市川市"),
        issued_on=date(2010, 5, 1),
        settlement="gross",
        issuer="証明書交付センター",
        names={
            "komorebi": "株式会社こもれびストア",
            "machikado": "株式会社まちかどマート",
            "ichikawa-city": "市川市",
        },
        lines=fees,
        by_day=(*days, rest),
        by_place=tuple(
            PlaceLine(line=13 + at, place=place, kind=kind, papers=60, yen=15000)
            for at, (place, kind) in enumerate(
                product(PLACES, ("resident_record", "seal_registration"))
            )
        ),
        commissions=(
            CommissionLine(line=5, counterpart="komorebi", papers=370, yen=44400, rate=5, tax=2114),
            CommissionLine(line=6, counterpart="machikado", papers=80, yen=9600, rate=5, tax=457),
        ),
        refunds=(
            RefundLine(line=7, counterpart="komorebi", papers=1, yen=250, borne_by=Bearer.CHAIN),
        ),
        claims=(ClaimLine(line=8, counterpart="machikado", papers=2, yen=500),),
        own_losses=(OwnLossLine(line=9, counterpart="ichikawa-city", papers=1, yen=200),),
        claims_paid=(ClaimPaidLine(line=10, counterpart="komorebi", papers=2, yen=500),),
        claims_returned=(ClaimReturnedLine(line=11, counterpart="komorebi", papers=1, yen=250),),
        late=(LateLine(line=12, counterpart="komorebi", month="2010-03", papers=1, yen=250),),
        totals=Totals(
            papers=papers,
            fees=yen,
            collected=6000,
            refunds=250,
            commissions=54000,
            commission_tax=2571,
            share=5_000_000,
            claims_paid=500,
            claims_returned=250,
            to_receive=yen - 6000,
            to_pay=5_054_000,
        ),
        version=VERSION,
    )


def _fees(line: int, chain: str, kind: str, channel: str, price: int, papers: int) -> FeeLine:
    return FeeLine(
        line=line,
        counterpart=chain,
        kind=kind,
        channel=channel,
        unit_price=price,
        papers=papers,
        yen=price * papers,
    )
