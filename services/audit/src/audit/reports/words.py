"""The words of a report, Japanese first, English beside."""

from dataclasses import dataclass

from madoguchi_wire.errors import all_errors


@dataclass(frozen=True)
class Words:
    """One thing in both languages."""

    ja: str
    en: str


KINDS = {
    "resident_record": Words("住民票の写し", "Resident record"),
    "seal_registration": Words("印鑑登録証明書", "Seal registration"),
    "unknown": Words("種別の記録は保存期間満了により消去", "Kind removed by retention"),
}
STATES = {
    "completed": Words("交付完了として終了", "closed as issued"),
    "voided": Words("取消として終了", "closed as void"),
}
CAUSES = {
    "mismatch": Words("申請と異なる回答", "An answer that was not what was asked"),
    "same_build": Words("同じ版を使う他団体での不一致", "Mismatch elsewhere, same build"),
    "not_mine": Words("利用者の申出 (自分の証明書ではない)", "A cardholder: this is not mine"),
    "document_rejected": Words("端末による文書の拒否", "A terminal rejected the document"),
    "person": Words("担当者による停止", "Stopped by a person"),
}
FINDINGS = {
    "cause-mended": Words("原因を特定し是正", "cause mended"),
    "shown-unfounded": Words("誤りのないことを確認", "shown unfounded"),
}
OUTAGE_ENDS = {
    "last-failure": Words("最後の失敗。以後の文書なし", "the last failure; no document since"),
    "edge": Words("以後も継続", "it went on"),
}
BEFORE = Words("期間前から", "since before the quarter")
MERGED = Words("その他 (各10件未満の理由を合算)", "Other (reasons below 10 each, merged)")
FEWER = Words("10件未満", "fewer than 10")
OPEN = Words("未終了", "still open")
WHOLE = Words("団体全体", "whole municipality")


def words_of(table: dict[str, Words], name: str) -> Words:
    """Return the words of a name, or the name itself in both languages."""
    return table.get(name, Words(name, name))


def problem_words(slug: str | None) -> Words:
    """Return the words of a problem type; None: those of merged ones."""
    if slug is None:
        return MERGED
    error = all_errors().get(slug)
    return Words(error.title_ja, error.title) if error is not None else Words(slug, slug)
