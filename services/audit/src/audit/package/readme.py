"""What stands in a package's README."""

from collections.abc import Mapping


def readme(manifest: Mapping[str, object]) -> str:
    """Return the text, Japanese first."""
    scope = manifest["municipality"] or "all / 全団体"
    return f"""# 監査用証跡パッケージ / Auditor's package

- 対象 / Municipality: {scope}
- 期間 / Period: {manifest["first_day"]} – {manifest["last_day"]} (日本時間 / Japan's days)
- 作成 / Made: {manifest["made_at"]}

## 検証のしかた

Python 3.11 以上と `cryptography` だけで、ネットワークに接続せずに検証できます。

    python -I verify.py FOLDER
    python -I verify.py FOLDER --root trust-root.pem   # 手元の信頼の起点で
    python -I verify.py FOLDER --heads heads.txt       # 団体から直接受け取った「最新の刻印」で
    python -I verify.py FOLDER --timestamps times      # タイムスタンプ (RFC 3161) を取り出す

`FOLDER` はこのパッケージのフォルダです。同梱の `verify.py` もパッケージの一部で、
作り替えられていれば何とでも表示できます。別の経路 (公開されているソースコード) で受け取った
`verify.py` を使うか、SHA-256 が同じであることを確かめてください。`-I` を付けると、同じフォルダの
ファイルをライブラリとして読み込みません。

表示される信頼の起点 (trust root) の値を、貴団体が別の経路で受け取った値と必ず比べてください。
同じでなければ、以下の検証には意味がありません。
このファイルや `manifest.json` は署名されていません。
表示される次の値を、依頼した内容と比べてください。

- 信頼の一覧 (trust list): 版と発行日が、知っている最新のものか。鍵が取り消される前の版ではないか。
- 対象団体 (package): 依頼した団体か。
- 最初と最後の刻印の番号と作成時刻 (stamps): 依頼した期間の始めと終わりか。
  番号1より前はありません。1でなければ、それより前の証跡については何も証明しません。
  前回のパッケージがあれば、その `digest that this package ends with` が、今回の
  `digest that the package before has to end with` と同じはずです。
- 基準時刻 (complete as of): 依頼した時点または期間の終わりか。
- 発行の件数 (issuances): 貴団体のシステムの記録や請求書の件数と同じか。
- `NOT PROVEN` の行: このパッケージだけでは証明できないことと、その件数。

末尾の切捨てがないことは、2団体以上が基準時刻の最新の刻印を署名して初めて言えます。各団体に
`https://ADAPTER/v1/stamps/head?municipality=CODE&as_of=基準時刻` で直接聞けます。

| ファイル | 内容 |
|---|---|
| `events.jsonl` | 証跡。1行が1件、刻印された順。内容のない行は理由 `why` を示す (下記) |
| `stamps.jsonl` | 刻印。センターが署名し、センター外の2者が副署したもの |
| `heads.jsonl` | 各団体が基準時刻に見ていた最新の刻印 (団体の署名。末尾の切捨ての検出に使う) |
| `trust-list.jws` | 署名鍵の一覧 (信頼の起点が署名) |
| `trust-root.pem` | 信頼の起点の公開鍵 |
| `stamp-before.jws` | 最初の刻印の1つ前の刻印 (番号1から始まるときはない) |
| `manifest.json` | 範囲と件数 (刻印と照合する) |

`why` は `removed` (保存期間満了による消去) または `other` (他団体の記録) で、
ほかの値は読めないものとして扱います。どちらであるかは証跡保管所の申告です。
全団体のパッケージには `other` はありません。

終了コードは 0 が「検証した範囲に誤りなし」、1 が「誤りあり (場所を表示)」、2 が「読めない」です。

## How to verify

Needs Python 3.11 and `cryptography`, no network, and nothing of the system that made this. The
packed `verify.py` is a part of the package: one that somebody changed prints whatever he likes.
Use one that you got another way (the published source), or compare its SHA-256, and run it with
`-I`, so that no file beside it is taken for a library: `python -I verify.py FOLDER`, where `FOLDER`
is the package's.
Compare the printed trust root with the one that you got by another way: without that, nothing
below it proves anything. This file and `manifest.json` are not signed: compare what the script
prints with what you asked for:

- `trust list`: whether it is the newest that you know, not one from before a key was withdrawn.
- `package`: whose events are whole.
- `stamps`: number and moment of the first and the last. Before number 1 there is nothing; if it
  begins with another, it proves nothing of what was before. If you have the package before, that
  one's `digest that this package ends with` is this one's
  `digest that the package before has to end with`.
- `complete as of`: when you asked, or the end of your period.
- `issuances`: how many your own systems, and your bill, say that there were.
- `NOT PROVEN`: each thing that this package alone cannot prove, and how much of it there is.

That the end was not cut is said by two municipalities: by their signed heads of that moment, never
by countersignatures. Ask them yourself at
`https://ADAPTER/v1/stamps/head?municipality=CODE&as_of=MOMENT`, put the answers into a file, and
give it by `--heads FILE`. A line of `events.jsonl` without a payload says why: `removed` by the
rules of retention, or of `other` municipalities, which are not yours to read; nothing else may
stand there. Their digests are salted, so they tell nothing, and yet the proof over the whole holds.
Which of the two it is, is the archive's word; in a package of all there is no `other`.
Exit code 0: what was checked holds. 1: it does not, and the place is named. 2: unreadable.
"""
