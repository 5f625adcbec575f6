"""The issuance cannot do what was asked in its present state."""

from madoguchi_wire.errors.tree import MadoguchiError


class IssuanceRefused(MadoguchiError):
    """The issuance cannot do this in its present state."""

    slug = "issuance-state-conflict"
    status = 409
    title = "The issuance cannot do this in its present state"
    title_ja = "現在の状態では処理できません"
    advice = "Read the issuance and follow its state."
    advice_ja = "交付の現在の状態を確認し、それに従ってください。"


class IssuanceChanging(IssuanceRefused):
    """Others move the issuance at this moment; the same report is to be sent again."""

    slug = "issuance-changing"
    title = "The issuance is changing at this moment"
    title_ja = "他の処理と重なりました"
    advice = "Send the same report again."
    advice_ja = "同じ報告を再送してください。"
    retryable = True


class IssuanceUnknown(IssuanceRefused):
    """No such issuance belongs to this terminal."""

    slug = "issuance-unknown"
    status = 404
    title = "No such issuance belongs to this terminal"
    title_ja = "該当する交付がありません"


class IssuanceExpired(IssuanceRefused):
    """The deadline has passed; a late answer belongs to nobody."""

    slug = "issuance-expired"
    status = 410
    title = "The time for this issuance is over"
    title_ja = "交付の制限時間を過ぎました"
    advice = "Nothing was charged. Start again with the card."
    advice_ja = "料金はかかっていません。もう一度カードからやり直してください。"


class DocumentLost(IssuanceRefused):
    """The sealed document is no longer held."""

    slug = "document-lost"
    status = 410
    title = "The sealed document is no longer held"
    title_ja = "文書は保持されていません"
    advice = "Void this issuance and start again with the card."
    advice_ja = "この交付を取り消し、もう一度カードからやり直してください。"


class ReportSequenceReused(IssuanceRefused):
    """The sequence number was used for another report of the same terminal."""

    slug = "report-sequence-reused"
    status = 409
    title = "The report's sequence number belongs to another report"
    title_ja = "報告の連番が重複しています"
    advice = "Number each new report one higher; repeat a report with the same bytes."
    advice_ja = "新しい報告には次の番号を付け、再送は同じ内容で行ってください。"


class TooManyReports(IssuanceRefused):
    """More reports that change nothing came in this minute than any machine makes.

    They are counts of cash, and reports about issuances that they leave as they are. None of the
    rest is kept.
    """

    slug = "too-many-reports"
    status = 429
    title = "This terminal has reported too often in this minute"
    title_ja = "この端末からの報告が多すぎます"
    advice = "Keep the report, wait a minute, and send the same bytes again."
    advice_ja = "報告を保存し、1分後に同じ内容を再送してください。"
    retryable = True


class IssuanceQuarantined(IssuanceRefused):
    """The issuance is held until a named person decides."""

    slug = "issuance-quarantined"
    title = "This issuance is held for examination"
    title_ja = "確認のため交付を停止しました"
    advice = "Refund what was paid and void the paper. The municipality has been told."
    advice_ja = "料金は返金されます。市区町村に通知しました。"
