"""The words of statements, Japanese first, English beside."""

from madoguchi_wire.gateway_api import Words
from madoguchi_wire.order import Kind

from billing.documents.sheet import words
from billing.statements.statement import Bearer

_KINDS = {
    Kind.RESIDENT_RECORD: words("住民票の写し", "Resident record"),
    Kind.SEAL_REGISTRATION: words("印鑑登録証明書", "Seal registration"),
}
_CHANNELS = {
    "store": words("店舗", "Store"),
    "city_machine": words("自動交付機", "City's machine"),
}
BEARERS = {
    Bearer.CHAIN: words("店舗 (精算前)", "Chain, before the close"),
    Bearer.MUNICIPALITY: words("市区町村 (過誤納還付)", "Municipality, after the close"),
}


def kind_words(kind: str) -> Words:
    """Return what a kind is called; a kind that this build does not know by its own name."""
    return _KINDS.get(Kind(kind), words(kind, kind)) if kind in set(Kind) else words(kind, kind)


def channel_words(channel: str) -> Words:
    """Return what a channel is called."""
    return _CHANNELS.get(channel, words(channel, channel))


def period_words(period: str) -> Words:
    """Return what a period is called: `2010-04`, or `2010-late` of a fiscal year."""
    year, _, rest = period.partition("-")
    if rest == "late":
        return words(f"{year}年度 出納整理期間", f"Late entries of fiscal year {year}")
    return words(f"{year}年{int(rest)}月分", f"{period}")
