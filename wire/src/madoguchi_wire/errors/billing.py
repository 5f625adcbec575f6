"""What the books of the centre do not allow: closes, payments, refunds, statements."""

from madoguchi_wire.errors.tree import MadoguchiError


class BillingRefused(MadoguchiError):
    """Nothing was written."""

    slug = "billing-refused"
    status = 409
    title = "The books do not allow this"
    title_ja = "帳簿上、この処理はできません"
    advice = "Nothing was written. Compare the request with the ledger."
    advice_ja = "何も記帳されていません。帳簿と照合してください。"


class PeriodNotOver(BillingRefused):
    """A day, month or fiscal year is closed when Japan's day is past its end."""

    slug = "period-not-over"
    title = "The period is not over yet"
    title_ja = "期間がまだ終わっていません"
    advice = "Close it after its last day in Japan."
    advice_ja = "日本時間で期間の末日が過ぎてから締めてください。"


class PeriodClosed(BillingRefused):
    """A period is closed once."""

    slug = "period-closed"
    title = "The period is closed already"
    title_ja = "期間はすでに締められています"
    advice = "Nothing is left to do: late entries go to the next open period."
    advice_ja = "処理は不要です。遅れた記録は次の期間に計上されます。"


class PeriodNotClosed(BillingRefused):
    """There are statements of closed periods only."""

    slug = "period-not-closed"
    title = "The period is not closed"
    title_ja = "期間がまだ締められていません"
    advice = "Close the period first."
    advice_ja = "先に期間を締めてください。"


class PeriodOutOfOrder(BillingRefused):
    """Days and months are closed one after the other."""

    slug = "period-out-of-order"
    title = "An earlier period has to be closed first"
    title_ja = "先に締めるべき期間があります"
    advice = "Close the periods in their order."
    advice_ja = "期間は順に締めてください。"


class LedgerUnexplained(BillingRefused):
    """Meter and ledger differ; the detail names the issuances."""

    slug = "ledger-unexplained"
    title = "Meter and ledger do not explain each other"
    title_ja = "計数と帳簿が一致しません"
    advice = "Have the named issuances looked at: nothing is closed or stated before."
    advice_ja = "示された交付を確認してください。それまで締めも明細もできません。"


class AccountNotInForce(BillingRefused):
    """A contract file names another bank account than the one that is decided."""

    slug = "account-not-in-force"
    title = "A contract file names another bank account than the one in force"
    title_ja = "契約ファイルの口座が有効な口座と異なります"
    advice = "Put the account back in the contract file; another one needs a decision."
    advice_ja = "契約ファイルの口座を元に戻してください。変更には決定が必要です。"


class AccountUnknown(BillingRefused):
    """A chain or municipality without a contract."""

    slug = "account-unknown"
    status = 404
    title = "No contract has this chain or municipality"
    title_ja = "契約のない事業者または市区町村です"
    advice = "Check the name, or add the contract file and start the service again."
    advice_ja = "名称を確認するか、契約ファイルを追加して再起動してください。"


class AmountRefused(BillingRefused):
    """An amount that nobody can pay here."""

    slug = "amount-refused"
    status = 422
    title = "The amount does not fit"
    title_ja = "金額が正しくありません"
    advice = "Give whole yen above zero, and no more than is owed."
    advice_ja = "1円以上の整数で、未払い額以内を指定してください。"


class PaymentDiffers(BillingRefused):
    """The bank's reference was booked before, with other facts."""

    slug = "payment-differs"
    title = "This reference was booked with other facts"
    title_ja = "この照会番号は別の内容で記帳済みです"
    advice = "Compare with the bank's record; another payment has another reference."
    advice_ja = "銀行の記録と照合してください。別の入金には別の照会番号を使います。"


class PaymentUnknown(BillingRefused):
    """No payment stands under this reference."""

    slug = "payment-unknown"
    status = 404
    title = "No such payment can be reversed"
    title_ja = "取り消せる入出金がありません"
    advice = "Check the reference; what was reversed before stays reversed."
    advice_ja = "照会番号を確認してください。取り消し済みのものは再度取り消せません。"


class ArrivalDiffers(BillingRefused):
    """Another sum of coins is recorded for this machine and day."""

    slug = "arrival-differs"
    title = "Another sum is recorded for this machine and day"
    title_ja = "この機械のこの日には別の金額が記録されています"
    advice = "To correct it, say which recorded sum yours is instead of."
    advice_ja = "訂正するときは、置き換える記録済みの金額を指定してください。"


class PaperNotRefundable(BillingRefused):
    """No fee of this issuance is left to give back."""

    slug = "paper-not-refundable"
    title = "There is no fee to give back"
    title_ja = "返金できる手数料がありません"
    advice = "Only a fee that was taken and not given back is refunded, once."
    advice_ja = "収納済みで未返金の手数料に限り、一度だけ返金できます。"


class ClaimUnknown(BillingRefused):
    """No claim is open for this issuance."""

    slug = "claim-unknown"
    status = 404
    title = "No claim is open for this issuance"
    title_ja = "この交付に未説明の請求はありません"
    advice = "List the open claims."
    advice_ja = "未説明の請求の一覧を確認してください。"


class StatementUnknown(BillingRefused):
    """No such statement, or no such line in it."""

    slug = "statement-unknown"
    status = 404
    title = "There is no such statement or line"
    title_ja = "明細または行が見つかりません"
    advice = "List the statements of the period."
    advice_ja = "期間の明細一覧を確認してください。"


class InvoiceUnknown(BillingRefused):
    """No such invoice."""

    slug = "invoice-unknown"
    status = 404
    title = "There is no such invoice"
    title_ja = "請求書が見つかりません"
    advice = "List the invoices of the period."
    advice_ja = "期間の請求書一覧を確認してください。"


class DocumentUnreadable(BillingRefused):
    """A statement or invoice that is kept in a form not known here, or is not what was kept."""

    slug = "document-unreadable"
    status = 500
    title = "What is kept cannot be read"
    title_ja = "保存された文書を読めません"
    advice = "Read it with the build that made it; if its digest differs, somebody changed it."
    advice_ja = "作成時の版で読んでください。要約値が異なる場合は改変されています。"


class NotInEncoding(BillingRefused):
    """A text that the asked encoding cannot hold."""

    slug = "not-in-encoding"
    status = 422
    title = "The document does not fit into this encoding"
    title_ja = "この文字コードでは出力できません"
    advice = "Ask for UTF-8."
    advice_ja = "UTF-8を指定してください。"


class NothingToTransfer(BillingRefused):
    """A payer who owes nothing for a period, or more than the banks' format holds."""

    slug = "nothing-to-transfer"
    title = "There is no transfer file for this payer and period"
    title_ja = "この支払者・期間の振込データはありません"
    advice = "Look at the statements of the period."
    advice_ja = "期間の明細を確認してください。"


class TransferFileMade(BillingRefused):
    """It was made before, for another day or other accounts; another would order the same again."""

    slug = "transfer-file-made"
    title = "The transfer file was made for another day or other accounts"
    title_ja = "振込データは別の指定日または別の口座で作成済みです"
    advice = "Ask for that day to have it again; what is left after it is a file of the rest."
    advice_ja = "同じ指定日なら同一データを再取得できます。残額は残りの分として作成してください。"


class TransferFileUnknown(BillingRefused):
    """No such transfer file was made."""

    slug = "transfer-file-unknown"
    status = 404
    title = "There is no such transfer file"
    title_ja = "振込データが見つかりません"
    advice = "List the transfer files of the period."
    advice_ja = "期間の振込データ一覧を確認してください。"
