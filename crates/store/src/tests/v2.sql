-- What the second version changed in the first, and what was kept with it. Never edited.
ALTER TABLE torrents ADD COLUMN piece_order TEXT DEFAULT 'spread';
ALTER TABLE torrents ADD COLUMN first_last INTEGER DEFAULT 0;
ALTER TABLE torrents ADD COLUMN priorities BLOB DEFAULT x'';
ALTER TABLE torrents ADD COLUMN unfinished_path BLOB;
ALTER TABLE torrents ADD COLUMN part_suffix INTEGER DEFAULT 0;
ALTER TABLE torrents ADD COLUMN moving TEXT;
ALTER TABLE torrents ADD COLUMN trash_pending INTEGER DEFAULT 0;
ALTER TABLE torrents ADD COLUMN peers TEXT DEFAULT '[]';
ALTER TABLE resume ADD COLUMN file_ids BLOB DEFAULT x'';
ALTER TABLE resume ADD COLUMN mount BLOB;
ALTER TABLE resume ADD COLUMN volume TEXT;
CREATE TABLE names (hash BLOB PRIMARY KEY, names TEXT);
UPDATE metainfo SET bytes = CAST(
    'd4:infod5:filesld6:lengthi1e4:pathl5:a.mkveed6:lengthi1e4:pathl3:sub5:b.mkveee4:name9:Torrent 1'
    || '12:piece lengthi16384e6:pieces20:xxxxxxxxxxxxxxxxxxxxee' AS BLOB);
INSERT INTO names VALUES (x'0000000100000000000000000000000000000000', '{"1":"Unter/Ärger.mkv"}');
INSERT INTO labels VALUES ('Films', 2);
INSERT INTO settings VALUES ('window.sort', '"name"'), ('window.sidebar', 'false');
INSERT INTO undo VALUES (2, 1,
    '{"at":4,"kind":"labelled","count":1,"inverse":[{"labels":["0000000100000000000000000000000000000000",[]]}],"undone":false}');
PRAGMA user_version = 2;
