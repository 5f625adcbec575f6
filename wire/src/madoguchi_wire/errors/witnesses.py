"""A municipality that countersigns the centre's stamps does not sign this one."""

from madoguchi_wire.errors.tree import MadoguchiError


class WitnessRefused(MadoguchiError):
    """The municipality cannot, or does not, countersign."""

    slug = "not-a-witness"
    status = 404
    title = "This municipality does not countersign stamps"
    title_ja = "この市区町村は監査スタンプに連署していません"
    advice = "Ask another witness, or have keys.countersigning added to its adapter file."
    advice_ja = "連署を行う別の市区町村に依頼するか、アダプターの設定に連署鍵を加えてください。"


class NoStampYet(WitnessRefused):
    """It is a witness, and has seen no stamp so far."""

    slug = "no-stamp-yet"
    title = "This witness has not seen a stamp yet"
    title_ja = "まだスタンプを確認していません"
    advice = "Have the centre's stamper send its stamps here; then ask again."
    advice_ja = "センターのスタンプが届いてから再度確認してください。"


class StampConflict(WitnessRefused):
    """The stamp does not continue the chain that this witness knows: history may be rewritten."""

    slug = "stamp-conflict"
    status = 409
    title = "The stamp does not continue the chain that this municipality has seen"
    title_ja = "確認済みのスタンプの続きではありません"
    advice = (
        "Do not repeat it. Compare the chain with what this witness has seen: stamps were left"
        " out, or the history before this one was changed."
    )
    advice_ja = (
        "再送せず、確認済みのスタンプと照合してください。記録の欠落または改変のおそれがあります。"
    )
