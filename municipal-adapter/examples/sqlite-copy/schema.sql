-- 例3: 住民記録システムから写した SQLite のファイル。写すたびに renkei の行を一つ足す。
-- 書き込みと読み取りが互いを待たないように、WAL にする。
PRAGMA journal_mode = WAL;

CREATE TABLE setai (
    id INTEGER PRIMARY KEY,
    jusho TEXT NOT NULL,
    nushi TEXT NOT NULL
);

CREATE TABLE jumin (
    id INTEGER PRIMARY KEY,
    setai_id INTEGER NOT NULL REFERENCES setai,
    jun INTEGER NOT NULL,
    sei TEXT NOT NULL,                  -- 氏と名は別の列
    mei TEXT NOT NULL,                  -- 外国人住民の氏名は sei だけに入れ、mei は空欄
    kana TEXT NOT NULL,
    tsusho TEXT,
    birth TEXT NOT NULL,                -- 1980-01-02
    sex TEXT NOT NULL,                  -- M、F
    zokugara TEXT NOT NULL,
    since TEXT NOT NULL,
    moved TEXT,
    before TEXT,
    honseki TEXT NOT NULL,
    hittosha TEXT NOT NULL,
    status TEXT NOT NULL,               -- current、leaving、moved_out、deceased
    pending INTEGER NOT NULL,
    protected INTEGER                   -- 1 支援措置あり。NULL なし
);
CREATE INDEX jumin_setai ON jumin (setai_id);
CREATE INDEX jumin_birth ON jumin (birth);

CREATE TABLE inkan (
    bango TEXT PRIMARY KEY,
    jumin_id INTEGER NOT NULL REFERENCES jumin,
    hi TEXT NOT NULL,
    shimei TEXT NOT NULL,
    inei BLOB NOT NULL,                 -- PNG、600 dpi
    status TEXT NOT NULL                -- active、suspended、cancelled
);
CREATE INDEX inkan_jumin ON inkan (jumin_id);

CREATE TABLE renkei (
    bango INTEGER PRIMARY KEY AUTOINCREMENT,
    nichiji TEXT NOT NULL               -- 2026-03-01 02:00:00(日本時間)
);
