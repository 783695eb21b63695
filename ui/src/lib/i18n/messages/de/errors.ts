import type { Words } from '../../catalogue';

export const errors: Words<'errors', 'de'> = {
  // The .torrent file.
  empty: 'Diese Datei ist leer.',
  not_a_torrent: 'Das ist keine Torrent-Datei.',
  html_page: 'Das ist eine Webseite, kein Torrent. Vielleicht verlangt die Seite zuerst eine Anmeldung.',
  gzip: 'Diese Datei ist komprimiert. Erst entpacken, dann den Inhalt hinzufügen.',
  too_large: 'Diese Torrent-Datei ist größer als 20 MiB, mehr nimmt Shoal nicht an.',
  truncated: 'Keine ganze Torrent-Datei: Ihr Ende fehlt. Laden Sie sie erneut herunter.',
  too_deep: 'Diese Torrent-Datei ist zu tief verschachtelt, als dass Shoal ihr folgen könnte.',
  syntax: 'Diese Torrent-Datei ist beschädigt. Laden Sie sie erneut herunter.',
  trailing_data: 'Nach dem Ende dieser Torrent-Datei folgt noch etwas. Laden Sie sie erneut herunter.',
  duplicate_key: 'Diese Torrent-Datei sagt dasselbe zweimal, darum ist ihr nicht zu trauen.',
  too_many_keys: 'Diese Torrent-Datei hat mehr Einträge, als Shoal annimmt.',
  no_info: 'Diese Torrent-Datei sagt nicht, was sie teilt.',
  wrong_type: 'Ein Teil dieser Torrent-Datei ist nicht von der Art, die er haben muss.',
  v2_only: 'Dieser Torrent ist nur von der neuen Art (Version 2), die Shoal noch nicht herunterladen kann.',
  piece_length: 'Die Teile dieses Torrents haben eine Größe, die Shoal nicht annimmt.',
  piece_count: 'Die Zahl der Teile dieses Torrents passt nicht zu seiner Größe.',
  too_many_pieces: 'Dieser Torrent hat mehr Teile, als Peers einander mitteilen können.',
  no_files: 'Dieser Torrent nennt keine Dateien.',
  no_content: 'Alle Dateien dieses Torrents sind leer.',
  only_padding: 'Dieser Torrent enthält nur Füllung, keine Dateien.',
  too_many_files: 'Dieser Torrent hat mehr als 50.000 Dateien, mehr nimmt Shoal nicht an.',
  both_modes: 'Dieser Torrent gibt sich zugleich als eine und als viele Dateien aus.',
  bad_length: 'Eine Datei dieses Torrents hat eine Größe, die nicht stimmen kann.',
  length_overflow: 'Die Dateien dieses Torrents sind zusammen größer als jeder Datenträger.',
  path_empty: 'Eine Datei dieses Torrents hat keinen Namen.',
  path_too_deep: 'Eine Datei dieses Torrents liegt mehr als 16 Ordner tief.',
  path_too_long: 'Eine Datei dieses Torrents hat einen längeren Pfad, als Shoal annimmt.',
  path_unsafe: 'Eine Datei dieses Torrents käme außerhalb seines Ordners zu liegen. Das tut Shoal nicht.',

  // Links and addresses.
  not_a_magnet: 'Das ist kein Magnet-Link.',
  magnet_too_long: 'Dieser Magnet-Link ist länger als 64 KiB, mehr nimmt Shoal nicht an.',
  no_info_hash: 'Dieser Magnet-Link sagt nicht, welchen Torrent er meint.',
  bad_info_hash:
    'Der Fingerabdruck des Torrents in diesem Magnet-Link ist nicht ganz. Kopieren Sie den Link erneut.',
  too_long: 'Dieser Text ist zu lang für einen Link.',
  not_a_link: 'Das ist weder ein Magnet-Link noch ein Info-Hash noch die Adresse einer Torrent-Datei.',
  url_scheme: 'Shoal öffnet nur Adressen, die mit http oder https beginnen.',
  url_private_address: 'Diese Adresse führt in ein privates Netz, das Shoal nicht öffnet.',
  url_failed: 'Die Adresse hat nicht geantwortet.',
  url_timeout: 'Die Adresse hat zu lange nicht geantwortet. Später kann es gelingen.',
  url_too_large: 'Was die Adresse sendet, ist zu groß für eine Torrent-Datei.',
  url_status: 'Die Adresse antwortete mit Status {status} statt mit einer Torrent-Datei.',
  file_unreadable: '{name} konnte nicht gelesen werden.',
  preview_gone: 'Inzwischen wurde zu viel anderes angesehen. Fügen Sie es noch einmal hinzu.',

  // The list.
  no_such_torrent: 'Dieser Torrent ist nicht mehr in der Liste.',
  nothing_to_undo: 'Es gibt nichts rückgängig zu machen.',
  no_metadata: 'Die Dateien dieses Torrents sind noch nicht bekannt.',
  bad_selection: 'Mindestens eine Datei muss gewählt sein.',
  bad_label: 'Das ist keine der Farben für Etiketten.',
  label_empty: 'Ein Etikett braucht einen Namen.',
  label_too_long: 'Der Name eines Etiketts hat höchstens {max} Zeichen.',
  label_taken: 'Das Etikett „{name}“ gibt es schon.',
  no_such_label: 'Das Etikett „{name}“ gibt es nicht mehr.',
  too_many_labels: 'Shoal führt {max} Etiketten. Löschen Sie eines, das Sie nicht brauchen.',
  labels_too_many: 'Ein Torrent trägt höchstens {max} Etiketten.',
  too_many: 'Das ist mehr, als Shoal auf einmal annimmt.',
  folder_unusable: 'Shoal kann nicht nach {path} schreiben.',
  bad_folder: 'Hier ist der volle Pfad eines Ordners nötig.',
  folder_not_there: '{path} ist nicht da. Nichts wurde geändert.',
  folder_too_slow: '{path} hat nicht rechtzeitig geantwortet. Ist der Datenträger angeschlossen?',
  folder_inside_torrent: '{path} liegt in „{name}“, das in sich selbst verschoben werden müsste.',
  name_taken: '„{name}“ gibt es schon. Wählen Sie einen anderen Namen.',
  bad_name: '„{name}“ kann kein Dateiname sein. Wählen Sie einen anderen.',
  name_empty: 'Ein Name braucht mindestens ein Zeichen.',
  name_too_long: 'Mit diesem Namen wäre ein Pfad länger, als Datenträger erlauben: {max_bytes} Bytes.',
  name_unsafe: 'Nicht jedes System kann eine Datei dieses Namens haben. „{safe}“ ginge.',
  no_such_file: 'Dieser Torrent hat keine solche Datei.',
  names_not_portable:
    '{path} hat einen Namen, den nicht jedes System speichern kann. Benennen Sie es zuerst um.',
  path_missing: '{path} ist nicht da.',
  too_many_jobs:
    'Shoal erstellt {max} Torrents zugleich. Warten Sie auf einen davon, oder brechen Sie ihn ab.',
  job_gone:
    'Dieser Torrent wurde vor langem erstellt, oder Shoal wurde seither neu gestartet. Erstellen Sie ihn erneut.',
  job_not_done: 'Der Torrent ist noch nicht erstellt.',
  cancelled: 'Abgebrochen.',
  create_not_a_file: '{path} ist weder Datei noch Ordner; daraus lässt sich kein Torrent erstellen.',
  create_no_content: '{path} enthält keine Datei oder nur leere. Da gibt es nichts zu teilen.',
  create_name_clash:
    '{path} heißt bis auf Groß- und Kleinschreibung wie eine andere Datei dort. Benennen Sie eine davon um.',
  create_too_deep: '{path} liegt mehr als 16 Ordner tief. Legen Sie es höher, oder lassen Sie es aus.',
  create_changed:
    '{path} wurde beim Lesen geändert. Erstellen Sie den Torrent erneut, wenn nichts mehr hineinschreibt.',
  create_piece_length:
    'Teile dieser Größe sind nicht möglich. Überlassen Sie es Shoal, oder wählen Sie eine Zweierpotenz.',
  bad_pattern: '„{pattern}“ ist kein Muster für Namen, die auszulassen sind.',
  bad_tracker: '„{address}“ ist nicht die Adresse eines Trackers.',
  bad_web_seed: '„{address}“ ist nicht die Adresse eines Web-Seeds.',
  bad_node: '„{node}“ ist nicht die Adresse eines DHT-Knotens: Name und Port sind nötig.',
  moving: 'Die Dateien werden gerade verschoben. Warten Sie darauf, oder brechen Sie es ab.',

  // Opening and saving.
  open_risky: '„{name}“ kann als Programm laufen. Öffnen Sie es nur, wenn Sie der Herkunft trauen.',
  not_whole: '„{name}“ ist noch nicht vollständig.',
  file_missing: '{path} ist nicht auf der Platte.',
  open_failed: '„{name}“ konnte nicht geöffnet werden. Vielleicht gibt es kein Programm dafür.',
  reveal_failed: 'Die Dateiverwaltung konnte „{name}“ nicht zeigen.',
  save_failed: '{path} konnte nicht gespeichert werden. Wählen Sie einen anderen Ordner.',
  too_big_to_save: 'Das ist größer, als Shoal speichert.',

  // Drops and the desktop.
  drop_not_a_torrent: 'Das ist weder eine Torrent-Datei noch ein Link.',
  drop_folder_beside: 'Um aus einem Ordner einen Torrent zu erstellen, legen Sie ihn allein ab.',
  drop_folder_remote: 'Ein Ordner dieses Rechners kann hier nicht gelesen werden: Shoal läuft woanders.',

  // Settings from a file.
  import_not_shoal: 'Das ist keine Datei mit Einstellungen von Shoal.',
  import_too_new: 'Diese Datei stammt von einem neueren Shoal. Aktualisieren Sie Shoal, um sie zu verwenden.',
  import_too_big: 'Diese Datei ist zu groß für eine mit Einstellungen.',

  // Looking for files.
  text_too_long: 'Das ist länger als die {max} Zeichen, nach denen Shoal sucht.',

  // Settings.
  setting_unknown: 'Shoal hat keine Einstellung namens „{field}“.',
  setting_wrong_type: 'Der Wert für „{field}“ ist nicht von der richtigen Art.',
  setting_out_of_range: '„{field}“ nimmt Werte von {min} bis {max} an.',
  setting_not_a_choice: '„{field}“ nimmt eines von diesen an: {choices}.',
  pref_bad_key: 'Dieses Fenster und Shoal haben verschiedene Versionen. Laden Sie das Fenster neu.',
  pref_too_big: 'Diese Anordnung des Fensters ist zu groß, um sie zu merken.',
  too_many_prefs: 'Shoal merkt sich {max} Anordnungen des Fensters und nicht mehr.',
  setting_not_a_folder: '„{field}“ braucht den vollen Pfad eines Ordners.',

  // Watch folders.
  no_such_watch: 'Diesen überwachten Ordner gibt es nicht mehr.',
  watch_twice: '{path} wird schon überwacht.',
  watch_bad_folder: '{path} kann nicht überwacht werden: Nötig ist der volle Pfad eines Ordners.',
  watch_loop:
    'Dateien kämen nach {path} und würden dort wieder gefunden, weil auch dieser Ordner überwacht wird.',
  watch_bad_pattern: '„{pattern}“ ist kein Muster für Namen.',
  watch_too_many_folders: 'Shoal überwacht höchstens {max} Ordner.',
  watch_again_gone:
    '„{file}“ ist nicht mehr da. Fügen Sie den Torrent mit seiner Datei oder seinem Link hinzu.',
  watch_again_trashed:
    '„{file}“ liegt im Papierkorb. Legen Sie die Datei zurück in ihren Ordner und fügen Sie sie dann wieder hinzu.',
  watch_again_replaced: 'An der Stelle von „{file}“ liegt jetzt eine andere Datei. Nichts wurde hinzugefügt.',
  watch_again_unreadable:
    '„{file}“ lässt sich jetzt nicht lesen. Versuchen Sie es noch einmal, wenn das Laufwerk verbunden ist und Shoal die Datei lesen darf.',
  watch_again_listed: 'Der Torrent von „{file}“ ist schon in der Liste.',
  watch_again_paused: '{path} ist angehalten. Überwachen Sie den Ordner zuerst wieder.',
  watch_again_some: 'Nicht erledigt: {n}. Die Dateien sind weg, jetzt andere oder nicht lesbar.',

  // Shoal itself.
  shutting_down: 'Shoal wird beendet und nimmt keine Aufträge mehr an.',
  store_failed: 'Die Änderung ließ sich nicht speichern und wurde nicht gemacht. Ist der Datenträger voll?',
  not_here: 'Das geht nur im Desktop-Fenster.',
  bad_request: 'Shoal hat dieses Fenster nicht verstanden. Neu laden kann helfen.',
  unauthorised:
    'Dieser Browser ist nicht angemeldet. Öffnen Sie die Adresse, die Shoal ausgegeben hat, noch einmal.',
  foreign_request: 'Shoal antwortet nur seiner eigenen Seite. Öffnen Sie die Adresse, die es ausgegeben hat.',
  not_found: 'Dieses Fenster und Shoal haben verschiedene Versionen. Laden Sie das Fenster neu.',
  wrong_method: 'Dieses Fenster und Shoal haben verschiedene Versionen. Laden Sie das Fenster neu.',
  request_too_large: 'Das ist mehr, als Shoal auf einmal annimmt.',
  too_slow: 'Die Verbindung war zu langsam. Nichts wurde geändert.',
  too_many_streams: 'Zu viele Fenster sehen dieses Shoal an. Schließen Sie eines davon.',
  unknown_command: 'Dieses Fenster und Shoal haben verschiedene Versionen. Laden Sie das Fenster neu.',
  connection_lost: 'Shoal antwortet nicht. Nichts wurde geändert.',
  clipboard_refused: 'Die Zwischenablage ließ sich nicht benutzen.',
  internal: 'In Shoal ging etwas schief. Nichts ging verloren.',
  unknown: 'Shoal lehnte mit „{code}“ ab; dieses Fenster hat dafür keine Worte.',
};
