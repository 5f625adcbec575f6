"""An invoice as a sheet, with all that a qualified one has to name (消費税法 57条の4)."""

from datetime import date

from madoguchi_wire.gateway_api import Words

from billing.documents.sheet import Sheet, Table, words
from billing.invoices.invoice import Invoice

_RENUMBERED = date(2023, 10, 1)
"""From this day on 別表第二 of the law lists what 別表第一 had listed."""
_APART = words(
    "交付手数料は本請求書に含まれません。",
    "Certificate fees are not part of this invoice.",
)
_THROUGH = words(
    "お支払いは、同じ期間の精算書に従い、センターを通じて行われます。",
    "It is paid through the centre, by its statement of the same period.",
)
_SET_OFF = words(
    "同じ期間の精算書で交付手数料と相殺します。残額のお支払いは精算書によります。",
    "It is set off against the fees by the statement of the same period, which asks for the rest.",
)
_ROUNDED = words(
    "消費税額は税率ごとに1回、円未満を切り捨てて計算しています。",
    "The tax is rounded down to the yen once for each rate.",
)
_PLAIN = words(
    "本請求書は適格請求書ではありません (登録番号なし、または2023年10月1日より前の取引)。",
    "This is no qualified invoice: no registration number, or before 1 October 2023.",
)


def invoice_sheet(invoice: Invoice) -> Sheet:
    """Return the sheet of an invoice."""
    qualified = invoice.registration is not None
    title = words("適格請求書", "Qualified invoice") if qualified else words("請求書", "Invoice")
    number = (f"登録番号 {invoice.registration}",) if qualified else ()
    return Sheet(
        title=title,
        number=invoice.number,
        recipient=invoice.recipient,
        issuer=(invoice.supplier, *filter(None, [invoice.supplier_address]), *number),
        facts=(
            (
                words("取引期間", "Supplied"),
                span(invoice.first_day, invoice.last_day),
            ),
            (words("発行日", "Issued"), day(invoice.issued_on)),
            *terms(invoice.due_on, invoice.pay_to),
        ),
        amounts=(
            (words("ご請求金額 (税込)", "To pay, tax included"), invoice.yen),
            (words("うち消費税額", "of it consumption tax"), invoice.tax),
        ),
        tables=(_lines(invoice), _rates(invoice)),
        notes=(
            *((_ROUNDED,) if qualified else (_ROUNDED, _PLAIN)),
            exempt(invoice.first_day),
            _APART,
            _SET_OFF if invoice.set_off else _THROUGH,
        ),
    )


def exempt(when: date) -> Words:
    """Return why fees of a day have no consumption tax, by the law's numbering of then."""
    table = "別表第二" if when >= _RENUMBERED else "別表第一"
    return words(
        f"証明書の交付手数料は非課税です (消費税法{table}第5号)。",
        "Certificate fees are exempt from consumption tax.",
    )


def day(when: date) -> str:
    """Return a day as documents spell it."""
    return f"{when.year}年{when.month}月{when.day}日"


def terms(due_on: date | None, pay_to: str) -> tuple[tuple[Words, str], ...]:
    """Return by when and to which account is paid; nothing where a document does not say it."""
    if due_on is None:
        return ()
    return (
        (words("お支払期限", "Due"), day(due_on)),
        (words("お支払先口座", "Account"), pay_to),
    )


def span(first: date, last: date) -> str:
    """Return a period, both days included, as documents spell it."""
    return f"{day(first)}から{day(last)}まで"


def _lines(invoice: Invoice) -> Table:
    return Table(
        "lines",
        words("証明書交付取扱手数料", "Commission for handing out certificates"),
        (
            words("取扱者", "Chain"),
            words("税率 (%)", "Rate (%)"),
            words("単価 (円, 税込)", "Unit (yen, with tax)"),
            words("件数", "Papers"),
            words("金額 (円, 税込)", "Yen, with tax"),
        ),
        tuple(
            (line.chain_name, line.rate, line.unit, line.papers, line.yen) for line in invoice.lines
        ),
        (words("計", "All"), "", "", sum(line.papers for line in invoice.lines), invoice.yen),
    )


def _rates(invoice: Invoice) -> Table:
    return Table(
        "rates",
        words("税率ごとの合計", "By rate"),
        (
            words("税率 (%)", "Rate (%)"),
            words("税込対価 (円)", "Yen, with tax"),
            words("消費税額 (円)", "Tax (yen)"),
            words("税抜対価 (円)", "Yen, without"),
        ),
        tuple(
            (total.rate, total.yen, total.tax, total.yen - total.tax) for total in invoice.totals
        ),
    )
