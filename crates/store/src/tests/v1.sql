-- The database of version 0.1.0 with two torrents. Never edited.
CREATE TABLE torrents (
    hash BLOB PRIMARY KEY,
    name TEXT,
    added_at INTEGER,
    source_kind TEXT,
    source TEXT,
    trackers TEXT,
    save_path BLOB,
    disk_name TEXT,
    total_bytes INTEGER,
    piece_length INTEGER,
    piece_count INTEGER,
    file_count INTEGER,
    private INTEGER,
    selection_len INTEGER,
    selection BLOB,
    awaiting_choice INTEGER,
    intent TEXT,
    labels TEXT,
    have_bytes INTEGER,
    wanted_bytes INTEGER,
    downloaded_bytes INTEGER,
    uploaded_bytes INTEGER,
    completed_at INTEGER,
    removed_at INTEGER,
    trashed INTEGER
);
CREATE TABLE metainfo (hash BLOB PRIMARY KEY, bytes BLOB);
CREATE TABLE resume (
    hash BLOB PRIMARY KEY,
    have_len INTEGER,
    have BLOB,
    stamps BLOB,
    owned_len INTEGER,
    owned BLOB,
    clean INTEGER
);
CREATE TABLE labels (name TEXT PRIMARY KEY, colour INTEGER);
CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT);
CREATE TABLE undo (id INTEGER PRIMARY KEY, schema INTEGER, json TEXT);
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT);
CREATE TABLE set_aside (
    id INTEGER PRIMARY KEY,
    table_name TEXT,
    key TEXT,
    dump TEXT,
    reason TEXT,
    at INTEGER
);
INSERT INTO torrents VALUES
    (x'0000000100000000000000000000000000000000', 'Torrent 1', 1800000000001, 'file', '1.torrent',
        '[["https://tracker.example/1/announce"]]', x'2f646f776e6c6f616473', 'Torrent 1',
        1073741824, 1048576, 1024, 3, 0, 3, x'e0', 0, 'run', '["films"]', 5, 1073741824, 7, 9,
        NULL, NULL, 0),
    (x'0000000200000000000000000000000000000000', 'A magnet', 2, 'magnet', '', '[]', x'2f646f776e6c6f616473', '',
        NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1, 'stop', '[]', 0, 0, 0, 0, NULL, 3, 0);
INSERT INTO metainfo VALUES (x'0000000100000000000000000000000000000000', x'6465');
INSERT INTO resume VALUES (x'0000000100000000000000000000000000000000', 9, x'ff80', x'0100010000000000004d000000000000000000000000000000000000000000000000', 2, x'c0', 1);
INSERT INTO labels VALUES ('films', 1);
INSERT INTO settings VALUES ('network.dht', 'false');
INSERT INTO undo VALUES (1, 1,
    '{"at":3,"kind":"removed","count":1,"inverse":[{"restore":"0000000200000000000000000000000000000000"}],"undone":false}');
INSERT INTO meta VALUES ('ended_clean', '1');
PRAGMA application_id = 1399353185;
PRAGMA user_version = 1;
