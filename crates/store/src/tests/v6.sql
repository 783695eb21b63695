-- What the versions from the third to the sixth changed in the second, and what was kept with it. Never
-- edited.
CREATE TABLE log (
    hash BLOB,
    id INTEGER,
    at INTEGER,
    tone TEXT,
    code TEXT,
    params TEXT,
    PRIMARY KEY (hash, id)
);
CREATE TABLE prefs (key TEXT PRIMARY KEY, value TEXT);
CREATE TABLE tally (key TEXT PRIMARY KEY, value INTEGER);
CREATE TABLE days (day TEXT PRIMARY KEY, downloaded INTEGER, uploaded INTEGER);
CREATE TABLE file_names
    (hash BLOB PRIMARY KEY, single INTEGER, shown TEXT, folded TEXT);
INSERT INTO prefs VALUES ('list.sort', '{"by":"name"}');
DELETE FROM settings WHERE key = 'window.sort';
INSERT INTO log VALUES
    (x'0000000100000000000000000000000000000000', 1, 5, 'neutral', 'log_started', '[]');
INSERT INTO tally VALUES ('since', 5), ('downloaded', 7);
UPDATE torrents SET added_at = added_at + 1000 WHERE hash = x'0000000100000000000000000000000000000000';
UPDATE torrents SET removed_at = 9 WHERE hash = x'0000000200000000000000000000000000000000';
INSERT INTO torrents SELECT x'0000000300000000000000000000000000000000', name, added_at, source_kind,
    source, trackers, save_path, disk_name, total_bytes, piece_length, piece_count, file_count, private,
    selection_len, selection, awaiting_choice, intent, labels, have_bytes, wanted_bytes,
    downloaded_bytes, uploaded_bytes, completed_at, NULL, trashed, piece_order, first_last, priorities,
    unfinished_path, part_suffix, moving, trash_pending, peers
    FROM torrents WHERE hash = x'0000000100000000000000000000000000000000';
PRAGMA user_version = 6;
