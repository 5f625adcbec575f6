"""A municipality's adapter failed, or we cannot judge what we must."""

from madoguchi_wire.errors.tree import MadoguchiError


class AdapterFailed(MadoguchiError):
    """The municipality's adapter failed."""

    slug = "adapter-unreachable"
    status = 503
    title = "The municipality's system cannot be reached"
    title_ja = "市区町村のシステムに接続できません"
    advice = "Nothing was charged. Try again later."
    advice_ja = "料金はかかっていません。時間をおいてお試しください。"
    retryable = True


class AdapterBusy(AdapterFailed):
    """As many requests as we allow wait for this municipality already."""

    slug = "adapter-busy"
    title = "Too many people wait for this municipality's system"
    title_ja = "市区町村のシステムが混み合っています"


class AdapterPaused(AdapterFailed):
    """It failed too often just now, and is left in peace for some seconds."""

    slug = "adapter-paused"
    title = "The municipality's system fails at the moment"
    title_ja = "市区町村のシステムに障害が発生しています"


class AdapterTimeout(AdapterFailed):
    """The adapter did not answer before the deadline."""

    slug = "adapter-timeout"
    status = 504
    title = "The municipality's system did not answer in time"
    title_ja = "市区町村のシステムから応答がありません"


class PrepareTimeout(AdapterTimeout):
    """The order's deadline passed; what the adapter may still answer belongs to nobody."""

    slug = "prepare-timeout"
    title = "The municipality's system did not make the certificate in time"
    title_ja = "制限時間内に証明書を作成できませんでした"
    advice = "Nothing was charged. Order again."
    advice_ja = "料金はかかっていません。もう一度申請してください。"
    retryable = False


class AdapterNonsense(AdapterFailed):
    """The adapter's answer cannot be understood."""

    slug = "adapter-nonsense"
    status = 502
    title = "The municipality's system answered something that cannot be understood"
    title_ja = "市区町村のシステムの応答が不正です"
    retryable = False

    def __init__(
        self, detail: str | None = None, evidence: str | None = None, *, as_answer: bool = False
    ) -> None:
        super().__init__(detail, evidence)
        self.as_answer = as_answer
        """It came as a good answer of an adapter comes: 200, and JSON by its own word."""


class AttestationRefused(AdapterFailed):
    """What the adapter returned is not what was asked: the issuance is quarantined."""

    slug = "attestation-refused"
    status = 502
    title = "What the municipality's system returned does not belong to this order"
    title_ja = "申請と異なる証明書のため交付を停止しました"
    advice = "Nothing was charged. The municipality has been told; please go to the counter."
    advice_ja = "料金はかかっていません。窓口をご利用ください。"
    retryable = False

    def __init__(
        self, detail: str | None = None, evidence: str | None = None, *, proven: bool = False
    ) -> None:
        super().__init__(detail, evidence)
        self.proven = proven
        """The municipality's own key signed something else than was asked, about this issuance."""


class PrepareInProgress(AdapterFailed):
    """Another replica of the adapter is preparing this issuance."""

    slug = "prepare-in-progress"
    status = 409
    title = "This issuance is being prepared"
    title_ja = "作成中です"
    advice = "Ask again in a moment with the same issuance."
    advice_ja = "しばらくして同じ交付で再送してください。"


class IssuanceClosed(AdapterFailed):
    """The adapter has already been told how this issuance ended."""

    slug = "issuance-closed"
    status = 410
    title = "This issuance has ended"
    title_ja = "この交付は終了しています"
    retryable = False


class ReadBackFailed(AdapterFailed):
    """The finished pages differ from the record: nothing leaves the municipality."""

    slug = "read-back-refused"
    status = 502
    title = "The finished certificate did not pass the municipality's own check"
    title_ja = "証明書の検査に合格しなかったため交付を停止しました"
    retryable = False


class NotForThisKey(AdapterFailed):
    """Sealed bytes do not open with this session's key and for this purpose."""

    slug = "sealed-for-another"
    status = 502
    title = "The sealed document was not made for this session and order"
    title_ja = "このセッション向けの文書ではありません"
    retryable = False


class ServiceUnavailable(MadoguchiError):
    """We cannot judge or keep what we must, so we refuse."""

    slug = "service-unavailable"
    status = 503
    title = "The service is not available at the moment"
    title_ja = "現在サービスを利用できません"
    retryable = True


class AuditBehind(ServiceUnavailable):
    """The audit trail is too far behind: nothing new is begun rather than evidence lost."""

    slug = "audit-behind"
    title = "The audit trail is too far behind for anything new to be begun"
    title_ja = "監査記録の処理が遅れているため、新しい交付を受け付けられません"
    advice = "Nothing was charged. What was ordered before goes on to its end. Try again later."
    advice_ja = "料金はかかっていません。受付済みの交付は続きます。時間をおいてお試しください。"


class RevocationUnknown(ServiceUnavailable):
    """The revocation list is stale or unreachable."""

    slug = "revocation-unknown"
    title = "It cannot be confirmed that the card certificate is still valid"
    title_ja = "電子証明書の有効性を確認できません"
