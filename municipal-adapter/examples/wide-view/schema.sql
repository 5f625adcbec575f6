-- 例1: 住民記録システムが証明書用に用意した、一人一行の広いビュー(PostgreSQL)。
-- 日付は和暦、性別・続柄・異動はコード、支援措置は台帳ごとのフラグ。

CREATE TABLE 住民台帳 (
    宛名番号 bigint PRIMARY KEY,
    世帯番号 bigint NOT NULL,
    世帯内順位 smallint NOT NULL,
    氏名 text NOT NULL,
    氏名カナ text NOT NULL,
    通称 text,
    生年月日 text NOT NULL,             -- 昭和55年1月2日
    性別コード char(1) NOT NULL,        -- 1 男、2 女
    続柄コード char(2) NOT NULL,
    住民となった日 char(9) NOT NULL,    -- S55.01.02
    住定日 integer,                     -- 3550102(元号1桁+年月日6桁)
    前住所 text,
    本籍 text NOT NULL,                 -- 外国人住民は国籍・地域
    筆頭者 text,
    異動区分 char(1),                   -- 空欄 在住、1 転出予定、2 転出、3 死亡
    処理中 char(1) NOT NULL,            -- 1 届出を処理中
    住民票支援 char(1) NOT NULL,        -- 1 支援措置あり(以下同じ)
    附票支援 char(1) NOT NULL,
    戸籍支援 char(1) NOT NULL,
    世帯住所 text NOT NULL,
    世帯主氏名 text NOT NULL
);
CREATE INDEX ON 住民台帳 (世帯番号);
CREATE INDEX ON 住民台帳 (生年月日);

CREATE VIEW 証明用住民 AS SELECT * FROM 住民台帳;

CREATE TABLE 印鑑登録台帳 (
    登録番号 text PRIMARY KEY,
    宛名番号 bigint NOT NULL,
    登録日 char(7) NOT NULL,            -- 4210401
    登録氏名 text NOT NULL,
    印影 bytea NOT NULL,                -- PNG、600 dpi
    状態 char(1) NOT NULL               -- 0 有効、1 停止、9 廃止
);
CREATE INDEX ON 印鑑登録台帳 (宛名番号);

CREATE VIEW 証明用印鑑 AS SELECT * FROM 印鑑登録台帳;

-- 台帳が変わるたびに更新番号を増やす。反映日時は、変更がなくても連携処理が毎回書く。
CREATE TABLE 更新管理 (更新番号 bigint NOT NULL, 反映日時 timestamptz NOT NULL);
INSERT INTO 更新管理 VALUES (0, now());

CREATE FUNCTION 更新を数える() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE 更新管理 SET 更新番号 = 更新番号 + 1;
    RETURN NULL;
END $$;
CREATE TRIGGER 住民の更新 AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON 住民台帳
    FOR EACH STATEMENT EXECUTE FUNCTION 更新を数える();
CREATE TRIGGER 印鑑の更新 AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON 印鑑登録台帳
    FOR EACH STATEMENT EXECUTE FUNCTION 更新を数える();
