"""The card, or the session that it signed, does not hold."""

from madoguchi_wire.errors.tree import MadoguchiError


class CardRefused(MadoguchiError):
    """The card did not prove itself."""

    slug = "card-signature-refused"
    status = 403
    title = "The card's signature does not hold"
    title_ja = "カードの署名を確認できません"
    advice = "Start again with the card. If it happens again, ask the counter."
    advice_ja = "もう一度カードからやり直してください。続くときは窓口へお越しください。"


class CardCertificateExpired(CardRefused):
    """The card certificate is outside its validity."""

    slug = "card-certificate-expired"
    title = "The card certificate has expired"
    title_ja = "電子証明書の有効期限が切れています"
    advice = "Renew the card certificate at the counter of your municipality."
    advice_ja = "お住まいの市区町村の窓口で電子証明書を更新してください。"


class CardCertificateRevoked(CardRefused):
    """The card certificate is revoked (失効)."""

    slug = "card-certificate-revoked"
    title = "The card certificate has been revoked"
    title_ja = "電子証明書が失効しています"
    advice = "Ask the counter of your municipality for a new card certificate."
    advice_ja = "お住まいの市区町村の窓口へお越しください。"


class CardCertificateOnHold(CardRefused):
    """The card certificate is on temporary hold (一時停止)."""

    slug = "card-certificate-on-hold"
    title = "The card certificate is on temporary hold"
    title_ja = "電子証明書が一時停止されています"
    advice = "Have the hold lifted at the counter of your municipality."
    advice_ja = "お住まいの市区町村の窓口で一時停止を解除してください。"


class CardAuthorityUnknown(CardRefused):
    """The card certificate is of an authority that we do not accept."""

    slug = "card-authority-unknown"
    title = "The card is of an authority that is not accepted here"
    title_ja = "このカードは利用できません"
    advice = "Use a My Number card with a user-authentication certificate."
    advice_ja = "利用者証明用電子証明書のあるマイナンバーカードをご利用ください。"


class CardCertificateOfWrongKind(CardRefused):
    """Not a user-authentication certificate: the signing kind, or no policy at all."""

    slug = "card-certificate-of-wrong-kind"
    title = "This is not the card's user-authentication certificate"
    title_ja = "利用者証明用電子証明書ではありません"
    advice = "Use the user-authentication certificate (4-digit PIN), not the signing one."
    advice_ja = "利用者証明用電子証明書(暗証番号4桁)をご利用ください。"


class SessionRefused(MadoguchiError):
    """The session does not hold."""

    slug = "session-refused"
    status = 403
    title = "The session does not hold"
    title_ja = "セッションが無効です"
    advice = "Start again with the card."
    advice_ja = "もう一度カードからやり直してください。"


class SessionExpired(SessionRefused):
    """The session's 5 minutes are over, or its time is not the present."""

    slug = "session-expired"
    title = "The session has expired"
    title_ja = "操作時間が過ぎました"


class SessionReused(SessionRefused):
    """The session was opened before."""

    slug = "session-reused"
    status = 409
    title = "The session was opened before"
    title_ja = "このセッションは使用済みです"


class SessionOfAnotherTerminal(SessionRefused):
    """The session was signed for another terminal or gateway than the one that sends it."""

    slug = "session-of-another-terminal"
    title = "The session belongs to another terminal"
    title_ja = "別の端末のセッションです"


class SessionOfAnotherMunicipality(SessionRefused):
    """The session was signed for another municipality."""

    slug = "session-of-another-municipality"
    title = "The session belongs to another municipality"
    title_ja = "別の市区町村のセッションです"


class SessionUnknown(SessionRefused):
    """No session of this id is open at this terminal."""

    slug = "session-unknown"
    status = 404
    title = "No such session is open at this terminal"
    title_ja = "該当するセッションがありません"


class ChallengeRefused(SessionRefused):
    """The challenge is not ours, or too old."""

    slug = "challenge-refused"
    title = "The challenge is not one of ours or is too old"
    title_ja = "チャレンジが無効です"
    advice = "Fetch the menu again and start again with the card."
    advice_ja = "メニューを取り直し、もう一度カードからやり直してください。"
    retryable = True


class BeaconRefused(SessionRefused):
    """The beacon is not one of this municipality's of the last minutes."""

    slug = "beacon-refused"
    title = "The municipality's beacon is not a recent one"
    title_ja = "ビーコンが無効です"
    advice = "Fetch the menu again and start again with the card."
    advice_ja = "メニューを取り直し、もう一度カードからやり直してください。"
    retryable = True
