-- What the seventh version changed in the sixth, and what was kept with it. Never edited.
ALTER TABLE torrents ADD COLUMN rank INTEGER;
UPDATE torrents SET rank = rowid;
CREATE TABLE watch_folders (
    id INTEGER PRIMARY KEY,
    path BLOB,
    enabled INTEGER,
    save_to BLOB,
    labels TEXT,
    start INTEGER,
    top INTEGER,
    subfolders TEXT,
    after TEXT,
    after_folder BLOB,
    bad_folder BLOB,
    include TEXT,
    exclude TEXT,
    always_poll INTEGER
);
CREATE TABLE watch_entries (
    id INTEGER PRIMARY KEY,
    at INTEGER,
    folder INTEGER,
    folder_path BLOB,
    file BLOB,
    size INTEGER,
    mtime INTEGER,
    file_id INTEGER,
    kind TEXT,
    code TEXT,
    params TEXT,
    added INTEGER,
    already INTEGER,
    removed INTEGER,
    bad INTEGER,
    trackers INTEGER,
    removed_at INTEGER,
    hashes BLOB,
    after TEXT,
    after_path BLOB,
    after_code TEXT,
    after_params TEXT
);
CREATE INDEX watch_files ON watch_entries (folder, file, id);
CREATE INDEX watch_kinds ON watch_entries (kind, id);
CREATE INDEX watch_sums ON watch_entries (folder, at, added, kind);
CREATE TABLE tombstones (hash BLOB PRIMARY KEY, name TEXT, removed_at INTEGER);
INSERT INTO undo VALUES (3, 1,
    '{"at":5,"kind":"label_put","count":1,"inverse":[{"put_label":{"name":"old","colour":3}}],"undone":false}');
PRAGMA user_version = 7;
