-- 例2: 正規化された表とコード表。証明書用のビューで結合する(PostgreSQL)。
-- 住所は分割、支援措置は別表で、附票・戸籍だけの措置と世帯単位の措置も含む。

CREATE SCHEMA juki;
CREATE SCHEMA shomei;

CREATE TABLE juki.m_seibetsu (code smallint PRIMARY KEY, meisho text NOT NULL);
INSERT INTO juki.m_seibetsu VALUES (1, '男'), (2, '女');

CREATE TABLE juki.m_tsuzukigara (code text PRIMARY KEY, meisho text NOT NULL);
INSERT INTO juki.m_tsuzukigara VALUES
    ('A', '世帯主'), ('B', '妻'), ('C', '夫'), ('D', '子'), ('E', '父'), ('F', '母'), ('Z', '同居人');

CREATE TABLE juki.m_jotai (code smallint PRIMARY KEY, meisho text NOT NULL);
INSERT INTO juki.m_jotai VALUES (10, '在住'), (20, '転出予定'), (30, '転出'), (40, '死亡');

CREATE TABLE juki.setai (
    setai_no char(15) PRIMARY KEY,
    todofuken text NOT NULL,
    shikuchoson text NOT NULL,
    machi text NOT NULL,
    banchi text NOT NULL,
    katagaki text,
    setainushi text NOT NULL
);

CREATE TABLE juki.kojin (
    atena_no char(15) PRIMARY KEY,
    setai_no char(15) NOT NULL REFERENCES juki.setai,
    jun text NOT NULL,                   -- 世帯内の順
    shimei text NOT NULL,
    kana text NOT NULL,
    tsusho text NOT NULL,                -- 通称。なければ空欄
    seinengappi date NOT NULL,
    seibetsu smallint NOT NULL REFERENCES juki.m_seibetsu,
    tsuzukigara text NOT NULL REFERENCES juki.m_tsuzukigara,
    jumin_bi integer NOT NULL,           -- 20100202
    jutei_bi integer,
    zenjusho text,
    honseki text NOT NULL,
    hittosha text,
    jotai smallint NOT NULL REFERENCES juki.m_jotai
);
CREATE INDEX ON juki.kojin (setai_no);
CREATE INDEX ON juki.kojin (seinengappi);

CREATE TABLE juki.todokede (             -- 処理中の届出
    todokede_no bigint PRIMARY KEY,
    atena_no char(15) NOT NULL REFERENCES juki.kojin
);

CREATE TABLE juki.shien_sochi (          -- 支援措置
    shien_no bigint PRIMARY KEY,
    atena_no char(15) REFERENCES juki.kojin,
    setai_no char(15) REFERENCES juki.setai,  -- 世帯単位の措置
    daicho char(1) NOT NULL CHECK (daicho IN ('J', 'F', 'K')),  -- 住民票、附票、戸籍
    shuryo_bi date,                      -- 終了日。なければ継続中
    CHECK (atena_no IS NOT NULL OR setai_no IS NOT NULL)
);

CREATE TABLE juki.inkan (
    toroku_no text PRIMARY KEY,
    atena_no char(15) NOT NULL REFERENCES juki.kojin,
    toroku_bi date NOT NULL,
    toroku_shimei text NOT NULL,
    inei bytea NOT NULL,                 -- PNG、600 dpi
    jotai text NOT NULL                  -- 有効、一時停止、廃止、抹消
);
CREATE INDEX ON juki.inkan (atena_no);

CREATE VIEW shomei.kojin AS
SELECT
    k.atena_no, k.setai_no, k.jun, k.shimei, k.kana, k.tsusho, k.seinengappi,
    s.meisho AS seibetsu, t.meisho AS tsuzukigara,
    k.jumin_bi, k.jutei_bi, k.zenjusho, k.honseki, k.hittosha, j.meisho AS jotai,
    EXISTS (SELECT FROM juki.todokede d WHERE d.atena_no = k.atena_no) AS shorichu,
    'J' = ANY (m.daicho) AS shien_juminhyo,
    'F' = ANY (m.daicho) AS shien_fuhyo,
    'K' = ANY (m.daicho) AS shien_koseki
FROM juki.kojin k
LEFT JOIN juki.m_seibetsu s ON s.code = k.seibetsu
LEFT JOIN juki.m_tsuzukigara t ON t.code = k.tsuzukigara
LEFT JOIN juki.m_jotai j ON j.code = k.jotai
CROSS JOIN LATERAL (
    -- 本人の措置と、世帯の誰にも及ぶ世帯単位の措置
    SELECT coalesce(array_agg(x.daicho), '{}') AS daicho
    FROM juki.shien_sochi x
    WHERE (x.atena_no = k.atena_no OR x.setai_no = k.setai_no)
        AND (x.shuryo_bi IS NULL OR x.shuryo_bi >= current_date)
) m;
