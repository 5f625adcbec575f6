"""What was sent cannot be read, or its sender did not show who it is."""

from madoguchi_wire.errors.tree import MadoguchiError


class RequestRefused(MadoguchiError):
    """What was sent cannot be read."""

    slug = "malformed-request"
    status = 400
    title = "The request cannot be read"
    title_ja = "送信内容を読み取れません"
    advice = "Send what the API description asks for."
    advice_ja = "仕様に沿って送信してください。"


class InvalidFields(RequestRefused):
    """A body or a parameter does not fit its schema."""

    slug = "invalid-fields"
    status = 422
    title = "Some fields do not fit the API description"
    title_ja = "仕様に合わない項目があります"


class BodyTooLarge(RequestRefused):
    """The body is larger than this path accepts."""

    slug = "body-too-large"
    status = 413
    title = "The request is too large"
    title_ja = "送信内容が大きすぎます"
    advice = "Send a smaller body."
    advice_ja = "送信内容を小さくしてください。"


class HeadersTooLarge(RequestRefused):
    """The address and headers are larger than we read, or too many."""

    slug = "headers-too-large"
    status = 431
    title = "The headers are too large"
    title_ja = "ヘッダーが大きすぎます"
    advice = "Send at most 100 headers of 32 KiB together."
    advice_ja = "ヘッダーを小さくしてください。"


class RequestTimeout(RequestRefused):
    """The request did not come in time."""

    slug = "request-timeout"
    status = 408
    title = "The request did not arrive in time"
    title_ja = "制限時間内に受信できませんでした"
    advice = "Nothing was charged. Send the whole request at once."
    advice_ja = "料金はかかっていません。もう一度送信してください。"
    retryable = True


class UnsupportedMediaType(RequestRefused):
    """The body is of another media type than this path reads."""

    slug = "unsupported-media-type"
    status = 415
    title = "This path does not read bodies of this media type"
    title_ja = "この形式の本文は受け付けていません"
    advice = "Send the media type that the API description names, in UTF-8."
    advice_ja = "仕様に沿った形式 (UTF-8) で送信してください。"


class NotFound(RequestRefused):
    """There is nothing under this address."""

    slug = "not-found"
    status = 404
    title = "There is nothing under this address"
    title_ja = "該当するものがありません"


class CallerRefused(MadoguchiError):
    """The caller did not show who it is."""

    slug = "invalid-token"
    status = 401
    title = "The access token is missing, wrong or expired"
    title_ja = "アクセストークンが無効です"
    advice = "Ask /v1/token for a new access token."
    advice_ja = "アクセストークンを取り直してください。"
    retryable = True


class ClientAssertionRefused(CallerRefused):
    """The private_key_jwt is expired, foreign, replayed or of a wrong algorithm."""

    slug = "invalid-client-assertion"
    title = "The client assertion does not hold"
    title_ja = "クライアントアサーションが無効です"
    advice = "Sign a new assertion: ES256, our issuer as aud, at most 60 s, a fresh jti."
    advice_ja = "新しいアサーションに署名してください。"


class TerminalUnknown(CallerRefused):
    """No terminal of this name is enrolled."""

    slug = "terminal-unknown"
    title = "This terminal is not enrolled"
    title_ja = "登録されていない端末です"
    advice = "Have the chain enrol this terminal."
    advice_ja = "端末の登録を事業者に依頼してください。"
    retryable = False


class TerminalSuspended(CallerRefused):
    """The terminal is enrolled but suspended."""

    slug = "terminal-suspended"
    status = 403
    title = "This terminal is suspended"
    title_ja = "利用を停止している端末です"
    advice = "Use another terminal; the chain can have the suspension lifted."
    advice_ja = "ほかの端末をご利用ください。"
    retryable = False


class TooManyRequests(CallerRefused):
    """A terminal, its site or its chain asks more often than any does that serves people."""

    slug = "too-many-requests"
    status = 429
    title = "Too many requests in this minute"
    title_ja = "短時間に要求が集中しています"
    advice = "Send the same request again in the next minute."
    advice_ja = "1分ほど待って、同じ要求を送信してください。"


class EnrolmentRefused(MadoguchiError):
    """A terminal's keys are not enrolled."""

    slug = "enrolment-refused"
    status = 403
    title = "The terminal cannot be enrolled"
    title_ja = "端末を登録できません"
    advice = "Ask the centre."
    advice_ja = "センターにお問い合わせください。"


class EnrolmentRequestRefused(EnrolmentRefused):
    """The keys are not those of whoever asks, or the old key does not vouch for them."""

    slug = "enrolment-request-refused"
    title = "The request for an enrolment does not hold"
    title_ja = "登録の申請を確認できません"
    advice = "Make new keys and ask again within ten minutes, with a code or with the present key."
    advice_ja = "鍵を作り直し、10分以内に申請し直してください。"


class EnrolmentCodeRefused(EnrolmentRefused):
    """Not a code of this terminal, or tried too often."""

    slug = "enrolment-code-refused"
    title = "This is not the code of this terminal"
    title_ja = "この端末の登録コードではありません"
    advice = (
        "Compare the code and the terminal's name; after five tries the centre makes a new one."
    )
    advice_ja = "登録コードと端末名をお確かめください。5回誤ると新しいコードが必要です。"


class EnrolmentCodeUsed(EnrolmentRefused):
    """The code was used for other keys."""

    slug = "enrolment-code-used"
    title = "This code was used before"
    title_ja = "使用済みの登録コードです"
    advice = "If it was not you, tell the centre at once; otherwise ask it for a new code."
    advice_ja = "心当たりがなければ、すぐにセンターへご連絡ください。"


class EnrolmentCodeExpired(EnrolmentRefused):
    """The code's time is over."""

    slug = "enrolment-code-expired"
    title = "This code has expired"
    title_ja = "登録コードの有効期限が切れています"
    advice = "Ask the centre for a new code and type it within its time."
    advice_ja = "新しい登録コードをセンターに依頼してください。"


class EnrolmentUnknown(EnrolmentRefused):
    """Nobody asked for this enrolment, or long ago."""

    slug = "enrolment-unknown"
    status = 404
    title = "There is no such request for an enrolment"
    title_ja = "該当する登録の申請がありません"
    advice = "Ask again."
    advice_ja = "申請し直してください。"


class TooManyEnrolmentRequests(EnrolmentRefused):
    """More requests wait for the registrar than one terminal, or all, may have waiting."""

    slug = "too-many-enrolment-requests"
    status = 429
    title = "Too many requests for an enrolment are waiting"
    title_ja = "登録の申請が混み合っています"
    advice = "Wait a minute and send the same request again."
    advice_ja = "しばらくしてから同じ申請を送信してください。"
    retryable = True


class EnrolmentOutdated(EnrolmentRefused):
    """The centre has made a test terminal of it since it was enrolled, or no longer is it one."""

    slug = "enrolment-outdated"
    status = 403
    title = "The terminal's enrolment is not of what the centre has made of the terminal"
    title_ja = "端末の登録内容が古くなっています"
    advice = "Enrol the terminal anew: then its enrolment says whether it prints test papers."
    advice_ja = "端末を登録し直してください。"


class SignatureRefused(MadoguchiError):
    """A signed statement does not verify."""

    slug = "signature-refused"
    status = 403
    title = "A signature does not hold"
    title_ja = "署名を確認できません"
    advice = "Sign exactly the statement that the API description asks for, with the right key."
    advice_ja = "正しい鍵で署名し直してください。"
