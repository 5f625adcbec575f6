"""Why no certificate is released: one table of reasons.

The problem is all that the outside hears. Most reasons share the general refusal, so that none of
them can be told apart, above all protection measures (支援措置; design §5). Words for officers and
the event are for the municipality's own eyes: they are kept in its own database.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from madoguchi_wire.errors import (
    CardIssuedToday,
    MemberUnknown,
    NoSealRegistered,
    PersonRefused,
    TooManyIssued,
    UnderAge,
)


class RefusalReason(StrEnum):
    """The reasons, in the order in which they are looked for: the first that holds counts."""

    GAP = "sequence_gap"
    ERASURE_PENDING = "erasure_not_applied"
    STALE = "records_stale"
    NO_SUCH_PERSON = "no_such_person"
    MAPPING_LAPSED = "mapping_lapsed"
    UNMAPPABLE = "record_unmappable"
    DECEASED = "deceased"
    MOVED_OUT = "moved_out"
    TEST = "test_record_or_terminal"
    LEAVING = "leaving"
    PROTECTED = "protected"
    STOPPED = "person_stopped"
    SEAL_STOPPED = "seal_stopped"
    CHANGE_PENDING = "change_pending"
    MOVED_IN_TODAY = "moved_in_today"
    UNPRINTABLE_CHARACTER = "character_unknown"
    TEXT_TOO_LONG = "text_too_long"
    CHANGED = "records_changed"
    NOBODY_CHOSEN = "nobody_chosen"
    NOT_A_MEMBER = "not_a_member"
    CARD_ISSUED_TODAY = "card_issued_today"
    UNDER_AGE = "under_age"
    NO_SEAL = "no_seal"
    SEAL_CANCELLED = "seal_cancelled"
    SEAL_SUSPENDED = "seal_suspended"
    SEAL_LAPSED = "seal_lapsed"
    TOO_MANY = "too_many_issued"


@dataclass(frozen=True)
class Entry:
    """What there is to say about a reason."""

    problem: type[PersonRefused]
    """Its titles and advice are the words on the terminal's screen, Japanese and English."""
    ja: str
    """For officers (担当者): what it is, and what to do."""
    en: str

    @property
    def is_general(self) -> bool:
        """Whether the outside hears the general refusal."""
        return self.problem is PersonRefused


def _general(ja: str, en: str) -> Entry:
    return Entry(PersonRefused, ja, en)


REASONS: Mapping[RefusalReason, Entry] = {
    RefusalReason.GAP: _general(
        "随時連携の連番が欠けています。欠けた異動データか新しい全件データを取り込んでください。",
        "A change event is missing: import it, or a new full batch.",
    ),
    RefusalReason.ERASURE_PENDING: _general(
        "抹消・廃止が反映されていません。新しい全件データを取り込んでください。",
        "An erasure was not applied: import a new full batch.",
    ),
    RefusalReason.STALE: _general(
        "記録が鮮度の期限を過ぎています。連携を確認してください。",
        "The records are older than their freshness limit: look at the synchronisation.",
    ),
    RefusalReason.NO_SUCH_PERSON: _general(
        "カードに対応する住民がいません。カードの登録を確認してください。",
        "No resident belongs to the card: check its registration.",
    ),
    RefusalReason.MAPPING_LAPSED: _general(
        "カードの登録と住民の氏名・生年月日が一致しません。一覧のずれでないことを確認し、登録し直してください。",
        "Name or birth date differ from the card's registration: look for a shifted import, "
        "then register the card anew.",
    ),
    RefusalReason.TEST: _general(
        "試験用の記録と試験用の端末は、互いにしか使えません。"
        "アダプターファイルの test_residents を確認してください。",
        "Test records and test terminals are good for each other alone: look at test_residents "
        "in the adapter file, where whole households belong.",
    ),
    RefusalReason.UNMAPPABLE: _general(
        "記録に読み取れない項目があるか、全件データが異動データなしに以前と違います。原因を確認してください。",
        "A record cannot be understood, or a batch shows it otherwise though no change said so: "
        "look at the cause that is named.",
    ),
    RefusalReason.DECEASED: _general("死亡した者です。", "The person is deceased."),
    RefusalReason.MOVED_OUT: _general("転出した者です。", "The person has moved away."),
    RefusalReason.LEAVING: _general(
        "転出予定の届出があります。", "A notice of moving out was filed in the household."
    ),
    RefusalReason.PROTECTED: _general(
        "支援措置の対象です(同一世帯を含む)。窓口で対応してください。",
        "Protection measures in the household: for the counter alone.",
    ),
    RefusalReason.STOPPED: _general(
        "担当者が交付を停止しています。", "An officer stopped this person or household."
    ),
    RefusalReason.SEAL_STOPPED: _general(
        "担当者が印鑑登録証明書の交付を停止しています。", "An officer stopped this seal."
    ),
    RefusalReason.CHANGE_PENDING: _general(
        "世帯に異動処理中の者がいます。", "A change of somebody in the household is pending."
    ),
    RefusalReason.MOVED_IN_TODAY: _general(
        "本日の転入・転居です。翌日から交付できます。",
        "Somebody of the household moved in today: issued from tomorrow on.",
    ),
    RefusalReason.UNPRINTABLE_CHARACTER: _general(
        "承認したフォントにない文字があります。外字の対応を登録してください。",
        "A character that no approved font draws: map it, or approve a font.",
    ),
    RefusalReason.TEXT_TOO_LONG: _general(
        "様式に収まらない項目があります。窓口で交付してください。",
        "A text is longer than its place on the form: for the counter.",
    ),
    RefusalReason.CHANGED: _general(
        "証明書の作成後に記録が変わったため、作成済みの証明書は渡しません。新しい申請なら交付できます。",
        "The records changed after the paper was made: a new order makes a new one.",
    ),
    RefusalReason.NOBODY_CHOSEN: _general("対象者が選ばれていません。", "Nobody was chosen."),
    RefusalReason.NOT_A_MEMBER: Entry(
        MemberUnknown,
        "同一世帯でない者が選ばれました。",
        "Somebody outside the household was chosen.",
    ),
    RefusalReason.CARD_ISSUED_TODAY: Entry(
        CardIssuedToday, "本日発行されたカードです。", "The card was issued today."
    ),
    RefusalReason.UNDER_AGE: Entry(
        UnderAge, "対象年齢に達していません。", "Under the age of the rule."
    ),
    RefusalReason.NO_SEAL: Entry(
        NoSealRegistered, "印鑑登録がありません。", "No seal was ever registered."
    ),
    RefusalReason.SEAL_CANCELLED: Entry(
        NoSealRegistered, "印鑑登録は廃止または抹消されています。", "The seal was cancelled."
    ),
    RefusalReason.SEAL_SUSPENDED: Entry(
        NoSealRegistered, "印鑑登録は一時停止中です。", "The seal is suspended."
    ),
    RefusalReason.SEAL_LAPSED: Entry(
        NoSealRegistered,
        "登録後に氏名が変わりました。印鑑登録の職権抹消を確認してください。",
        "The name has changed since the seal was registered: it has lapsed.",
    ),
    RefusalReason.TOO_MANY: Entry(
        TooManyIssued, "本日の交付数の上限に達しました。", "The limit of papers a day is reached."
    ),
}
