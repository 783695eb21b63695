/**
 * What a torrent is doing: the name of its state, and the sentence of its row. Sentence keys are
 * the core's codes. `{time}`, `{size}` and counts are filled in by `domain/sentence.ts`, which
 * also picks the `__` variants when an optional parameter is there.
 */
export const status = {
  state_fetching_metadata: 'Getting file list',
  state_choosing: 'Waiting for your choice',
  state_checking: 'Checking',
  state_downloading: 'Downloading',
  state_seeding: 'Seeding',
  state_finished: 'Finished',
  state_stopped: 'Stopped',
  state_waiting: 'Waiting',
  state_attention: 'Needs attention',

  starting: 'Starting…',
  fetching_metadata: 'Asking {connected} of {known} peers for the file list…',
  fetching_metadata__alone: 'Looking for peers that have the file list…',
  choosing_files: 'The file list is here. Nothing is downloaded before you choose.',
  check_queued: 'Waits for its turn to be checked.',
  checking: 'Checking what is already on disk.',
  checking__time: 'Checking what is already on disk. About {time} left.',
  downloading: '{sending} of {connected} peers are sending.',
  downloading__time: 'About {time} left. {sending} of {connected} peers are sending.',
  downloading__quiet_one: 'Connected to {n} peer, which is not sending yet.',
  downloading__quiet_other: 'Connected to {n} peers, none of them is sending yet.',
  looking_for_peers: 'Looking for peers…',
  looking_for_peers__known_one: 'Trying {n} peer that was heard of…',
  looking_for_peers__known_other: 'Trying {n} peers that were heard of…',
  no_peers: 'Nobody has been found yet who shares this. Shoal keeps looking.',
  seeding_one: 'Seeding to {n} peer for as long as you like.',
  seeding_other: 'Seeding to {n} peers for as long as you like.',
  seeding_idle: 'Ready to share. Nobody asks for it right now.',
  finished: 'Finished. Not shared at the moment.',
  stopped: 'Stopped by you.',
  waiting_network: 'Waits for the connection to the network. Starts by itself.',
  folder_missing: '{path} is not there: nothing was changed. Connect the drive or bring the folder back.',
  file_in_the_way: 'Another file is already at {path}. It was left as it is.',
  permission_denied: 'Shoal may not write to {path}. Nothing was lost.',
  disk_full: 'The disk is full. {size} more are needed.',
  disk_full__unknown: 'The disk is full.',
  files_changed: 'The files on disk were changed by something else. Checking shows what is still whole.',
  io: 'The disk did not read or write as asked. Nothing was lost.',
  internal: 'Something in Shoal went wrong with this torrent. The others go on.',
  no_peer_source:
    'There is nobody to ask for its file list: it names no tracker, and DHT is switched off in the settings.',
  unsupported: 'Shoal cannot run this torrent, though its file is safe. Other programs may.',
  trash_failed: 'The files could not be moved to the trash, so the torrent is back. Nothing was deleted.',
  bad_metadata: 'What peers sent as its file list cannot be used. {reason}',
  store_damaged:
    'What was saved about this torrent cannot be read. It was set aside, nothing was overwritten.',
  network_failed: 'Shoal could not open its connection to the network.',
  network_failed__port_taken:
    'Another program uses the port. Choose another one in the settings, or close that program.',
  removing: 'Being removed…',
  unknown: 'Shoal reports “{code}”, which this window has no words for.',
} as const;
