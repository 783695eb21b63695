import type { Words } from '../../catalogue';

export const status: Words<'status', 'de'> = {
  state_fetching_metadata: 'Holt die Dateiliste',
  state_choosing: 'Wartet auf Ihre Auswahl',
  state_checking: 'Wird geprüft',
  state_downloading: 'Wird geladen',
  state_seeding: 'Wird verteilt',
  state_finished: 'Fertig',
  state_stopped: 'Angehalten',
  state_moving: 'Wird verschoben',
  state_waiting: 'Wartet',
  state_attention: 'Braucht Hilfe',

  starting: 'Startet…',
  fetching_metadata: 'Fragt {connected} von {known} Peers nach der Dateiliste…',
  fetching_metadata__alone: 'Sucht Peers, die die Dateiliste haben…',
  choosing_files: 'Die Dateiliste ist da. Vor der Auswahl wird nichts heruntergeladen.',
  check_queued: 'Wartet, bis die Prüfung an der Reihe ist.',
  check_paused: 'Die Prüfung ist angehalten. Sie geht von hier weiter, sobald sie fortgesetzt wird.',
  checking: 'Prüft, was schon auf der Platte ist.',
  checking__time: 'Prüft, was schon auf der Platte ist. Noch etwa {time}.',
  time_then: 'Noch etwa {time}. {then}',
  downloading_one: '{n} von {connected} Peers sendet.',
  downloading_other: '{n} von {connected} Peers senden.',
  downloading__all_one: '{n} Peer sendet.',
  downloading__all_other: 'Alle {n} Peers senden.',
  downloading__quiet_one: 'Mit {n} Peer verbunden, der noch nicht sendet.',
  downloading__quiet_other: 'Mit {n} Peers verbunden, von denen noch keiner sendet.',
  looking_for_peers: 'Sucht Peers…',
  looking_for_peers__known_one: 'Versucht {n} bekannten Peer zu erreichen…',
  looking_for_peers__known_other: 'Versucht {n} bekannte Peers zu erreichen…',
  no_peers: 'Noch niemand gefunden, der das teilt. Shoal sucht weiter.',
  seeding_one: 'Wird an {n} Peer verteilt, solange Sie möchten.',
  seeding_other: 'Wird an {n} Peers verteilt, solange Sie möchten.',
  seeding_idle: 'Bereit zum Verteilen. Gerade fragt niemand danach.',
  finished: 'Fertig. Wird zurzeit nicht verteilt.',
  stopped: 'Von Ihnen angehalten.',
  waiting_network: 'Wartet auf die Verbindung zum Netz. Startet von selbst.',
  moving: 'Wird nach {path} verschoben…',
  moving__part: 'Wird nach {path} verschoben, {part} von {whole}.',
  moving__time: 'Wird nach {path} verschoben, {part} von {whole}, noch {time}.',
  moving_back: 'Wird zurückgeholt, weil das Verschieben abgebrochen wurde.',
  move_waiting: 'Wartet, bis das Verschieben an der Reihe ist.',
  move_failed: 'Konnte nicht nach {path} verschoben werden: {reason} Es geht am alten Ort weiter.',
  folder_missing:
    '{path} ist nicht da: Nichts wurde geändert. Geht von selbst weiter, sobald der Ordner zurück ist.',
  file_in_the_way: 'Unter {path} liegt schon eine andere Datei. Sie wurde nicht angerührt.',
  permission_denied: 'Shoal darf nicht nach {path} schreiben. Nichts ging verloren.',
  disk_full: 'Angehalten: {volume} ist voll, {size} nötig. Geht von selbst weiter.',
  disk_full__unknown: 'Angehalten: {volume} ist voll. Geht von selbst weiter.',
  the_disk: 'der Datenträger',
  disk_full_alert: 'Ein Datenträger ist voll. Downloads dorthin sind angehalten und gehen von selbst weiter.',
  volume_changed:
    'Unter {path} ist ein anderer Datenträger. Nichts wurde geändert. Geht weiter, sobald der richtige zurück ist.',
  read_only: '{path} lässt sich nur lesen. Geht von selbst weiter, sobald sich das ändert.',
  too_many_running:
    'Wartet, bis ein anderer Torrent anhält: Dieses System lässt Shoal nur wenige Dateien zugleich öffnen.',
  file_too_big:
    'Der Datenträger unter {path} kann keine so große Datei aufnehmen. Verschieben Sie die Dateien auf einen anderen.',
  matches_partly:
    'Schon vorhanden, aber nur {part} von {whole} passen zu diesem Torrent. Unter {path} wurde nichts geändert.',
  files_changed:
    'Etwas anderes hat die Dateien geändert. Sie werden erst nach einer Prüfung wieder verteilt.',
  reason_disk_full: 'Der Platz reicht nicht.',
  reason_folder_missing: 'Der Ordner ist nicht da.',
  reason_volume_changed: 'Dort ist jetzt ein anderer Datenträger.',
  reason_permission_denied: 'Shoal darf dort nicht schreiben.',
  reason_read_only: 'Dieser Ort lässt sich nur lesen.',
  reason_file_too_big: 'Der Datenträger kann keine so große Datei aufnehmen.',
  reason_file_in_the_way: 'Dort liegen andere Dateien mit denselben Namen.',
  reason_io: 'Der Datenträger hat nicht gelesen oder geschrieben wie verlangt.',
  io: 'Der Datenträger hat nicht gelesen oder geschrieben wie verlangt. Nichts ging verloren.',
  internal: 'In Shoal ging bei diesem Torrent etwas schief. Die anderen laufen weiter.',
  no_peer_source:
    'Niemand kann nach der Dateiliste gefragt werden: Es ist kein Tracker genannt, und DHT ist in den Einstellungen aus.',
  unsupported:
    'Shoal kann diesen Torrent nicht verwenden, obwohl seine Datei sicher ist. Andere Programme können es vielleicht.',
  trash_failed:
    'Die Dateien ließen sich nicht in den Papierkorb legen, darum ist er wieder da. Nichts wurde gelöscht.',
  bad_metadata: 'Was Peers als Dateiliste gesendet haben, ist nicht brauchbar. {reason}',
  store_damaged:
    'Was über diesen Torrent gespeichert war, lässt sich nicht lesen. Es wurde beiseitegelegt, nichts wurde überschrieben.',
  state_on_reserve:
    'Der Datenträger, auf dem Shoal seine Liste führt, ist voll. Mit zurückgelegtem Platz geht es weiter, aber neue Torrents erst, wenn dort Platz ist.',
  state_full:
    'Der Datenträger, auf dem Shoal seine Liste führt, ist voll, und der zurückgelegte Platz auch. Änderungen gehen erst wieder, wenn dort Platz ist; nichts Gespeichertes ist verloren.',
  network_failed: 'Shoal konnte seine Verbindung zum Netz nicht öffnen.',
  network_failed__port_taken:
    'Ein anderes Programm benutzt den Port. Wählen Sie in den Einstellungen einen anderen, oder schließen Sie das Programm.',
  removing: 'Wird entfernt…',
  unknown: 'Shoal meldet „{code}“; dieses Fenster hat dafür keine Worte.',
};
