"""The order, the offer it was made on, or the person it is for is refused."""

from madoguchi_wire.errors.tree import MadoguchiError


class OrderRefused(MadoguchiError):
    """The order does not hold."""

    slug = "order-refused"
    status = 403
    title = "The order does not hold"
    title_ja = "申請内容を確認できません"
    advice = "Start again with the card."
    advice_ja = "もう一度カードからやり直してください。"


class OrderNotOfSession(OrderRefused):
    """The order was not signed by this session's key, or names another session."""

    slug = "order-not-of-session"
    title = "The order does not belong to this session"
    title_ja = "このセッションの申請ではありません"


class OrderReplayed(OrderRefused):
    """The order, or this copy of it, was used before."""

    slug = "order-replayed"
    status = 409
    title = "This order was used before"
    title_ja = "この申請は受付済みです"


class PriceChanged(OrderRefused):
    """The order does not name the tariff and price that were shown for its session."""

    slug = "price-not-as-shown"
    status = 409
    title = "The price is not the one that is in force"
    title_ja = "手数料が表示と異なります"
    advice = "Fetch the menu again and order at the price that it shows."
    advice_ja = "メニューを取り直し、表示された手数料で申請してください。"
    retryable = True


class IdempotencyKeyMissing(OrderRefused):
    """The header Idempotency-Key is missing or not a fresh random value."""

    slug = "idempotency-key-missing"
    status = 400
    title = "The header Idempotency-Key is missing or malformed"
    title_ja = "Idempotency-Key がありません"
    advice = "Send a random UUID as Idempotency-Key, and reuse it when you retry."
    advice_ja = "無作為なUUIDを送信し、再送のときは同じ値を使ってください。"


class IdempotencyKeyReused(OrderRefused):
    """The key came with another body, or from another session or terminal."""

    slug = "idempotency-key-reused"
    status = 422
    title = "This Idempotency-Key belongs to another request"
    title_ja = "Idempotency-Key が別の要求で使用されています"
    advice = "Reuse the key only to retry the same request; make a new one for another."
    advice_ja = "同じ要求の再送にだけ同じキーを使い、別の要求には新しいキーを使ってください。"


class OrderInFlight(OrderRefused):
    """The same request is being worked on."""

    slug = "order-in-flight"
    status = 409
    title = "This request is being worked on"
    title_ja = "処理中です"
    advice = "Retry with the same Idempotency-Key in a moment."
    advice_ja = "しばらくして同じキーで再送してください。"
    retryable = True


class OfferRefused(MadoguchiError):
    """Not offered here and now."""

    slug = "kind-not-offered"
    status = 403
    title = "This certificate is not offered here"
    title_ja = "この証明書はここでは取り扱っていません"
    advice = "Choose one of the certificates that the menu shows."
    advice_ja = "メニューに表示された証明書からお選びください。"


class OptionNotOffered(OfferRefused):
    """The municipality does not offer this option, scope or number of copies."""

    slug = "option-not-offered"
    title = "This option or number of copies is not offered"
    title_ja = "この記載項目または部数は選べません"


class MunicipalityUnknown(OfferRefused):
    """No municipality of this code takes part, or its check digit is wrong."""

    slug = "municipality-unknown"
    status = 404
    title = "No municipality of this code takes part"
    title_ja = "該当する市区町村がありません"
    advice = "Check the six digits of the municipality code."
    advice_ja = "市区町村コードをご確認ください。"


class MunicipalityNotLive(OfferRefused):
    """The municipality takes part but is not live now."""

    slug = "municipality-not-live"
    title = "This municipality does not issue at stores at present"
    title_ja = "この市区町村は現在取り扱っていません"
    advice = "Go to the counter of your municipality."
    advice_ja = "お住まいの市区町村の窓口をご利用ください。"


class MunicipalityStopped(MunicipalityNotLive):
    """Issuing was stopped because what came out may be wrong; a named person releases it."""

    slug = "municipality-stopped"
    title = "This municipality's certificates are stopped for examination"
    title_ja = "確認のためこの市区町村の交付を停止しています"
    advice = "Nothing was charged. Go to the counter of your municipality."
    advice_ja = "料金はかかっていません。お住まいの市区町村の窓口をご利用ください。"


class CollectorNotDesignated(OfferRefused):
    """The mayor has not designated the chain to collect this municipality's fees (指定)."""

    slug = "collector-not-designated"
    title = "This store does not issue certificates of this municipality"
    title_ja = "このお店ではこの市区町村の証明書を取り扱っていません"
    advice = "Go to a store of another chain, or to the counter of your municipality."
    advice_ja = "ほかのお店、またはお住まいの市区町村の窓口をご利用ください。"


class MachineOfAnotherMunicipality(OfferRefused):
    """A city's own machine (自動交付機) serves its own citizens only."""

    slug = "machine-of-another-municipality"
    title = "This machine issues certificates of its own municipality only"
    title_ja = "この自動交付機では他の市区町村の証明書を取り扱っていません"
    advice = "Go to a store, or to the counter of your municipality."
    advice_ja = "コンビニ、またはお住まいの市区町村の窓口をご利用ください。"


class OutOfHours(OfferRefused):
    """Outside the hours of the municipality for this kind."""

    slug = "out-of-hours"
    title = "This certificate is not issued at this hour"
    title_ja = "ただいまは取扱時間外です"
    advice = "Come back in the hours that the menu shows."
    advice_ja = "メニューに表示された取扱時間内にご利用ください。"


class UnderMaintenance(OutOfHours):
    """Within the hours, but in a window of the municipality's maintenance."""

    slug = "under-maintenance"
    title = "This certificate is not issued during maintenance"
    title_ja = "メンテナンスのため一時的に取り扱いを停止しています"
    advice = "Nothing was charged. Come back later."
    advice_ja = "料金はかかっていません。時間をおいてご利用ください。"


class PersonRefused(MadoguchiError):
    """The general refusal: many reasons share it, so that none of them can be told apart."""

    slug = "come-to-the-counter"
    status = 403
    title = "This certificate cannot be issued at a store"
    title_ja = "この証明書はコンビニでは交付できません"
    advice = "Please come to the counter of your municipality."
    advice_ja = "お住まいの市区町村の窓口へお越しください。"


class UnderAge(PersonRefused):
    """Under the age of the municipality's rule for this kind."""

    slug = "under-age"
    title = "You are under the age from which stores issue this certificate"
    title_ja = "対象年齢に達していません"


class NoSealRegistered(PersonRefused):
    """No seal (印鑑登録) is in force for this person."""

    slug = "no-seal-registered"
    title = "No seal is registered"
    title_ja = "印鑑登録がありません"
    advice = "Register a seal at the counter of your municipality."
    advice_ja = "お住まいの市区町村の窓口で印鑑登録をしてください。"


class MemberUnknown(PersonRefused):
    """A handle of a household member does not belong to this session."""

    slug = "member-unknown"
    title = "A chosen household member does not belong to this session"
    title_ja = "選択した世帯員を確認できません"
    advice = "Choose the household members again."
    advice_ja = "世帯員を選び直してください。"


class CardIssuedToday(PersonRefused):
    """The card certificate begins today: the records may not know the card yet."""

    slug = "card-issued-today"
    title = "The card was issued today"
    title_ja = "本日発行されたカードはまだ利用できません"
    advice = "Use it from tomorrow on, or go to the counter of your municipality."
    advice_ja = "翌日以降にご利用いただくか、お住まいの市区町村の窓口をご利用ください。"


class TooManyIssued(PersonRefused):
    """The municipality's limit of papers a person a day is reached."""

    slug = "too-many-issued"
    title = "You have reached the number of certificates that stores issue a day"
    title_ja = "1日に交付できる枚数に達しました"
    advice = "Come back tomorrow, or go to the counter of your municipality."
    advice_ja = "翌日以降にご利用いただくか、お住まいの市区町村の窓口をご利用ください。"
