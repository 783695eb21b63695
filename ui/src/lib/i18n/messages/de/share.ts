import type { Words } from '../../catalogue';

export const share: Words<'share', 'de'> = {
  title: 'Teilen',
  magnet: 'Magnet-Link',
  hint: 'Wer diesen Link mit einem Torrent-Client öffnet, kann dieselben Dateien herunterladen. Sie kommen von allen, die sie teilen.',
  hint_private:
    'Andere können diesen Link nur verwenden, wenn sie Mitglieder desselben Trackers sind und die .torrent-Datei haben.',
  private:
    'Dieser Torrent ist privat: Sein Link nennt keinen Tracker, und ohne einen findet niemand seine Dateien. Die .torrent-Datei enthält Ihren eigenen Schlüssel zum Tracker; geben Sie sie nicht weiter.',
  qr_label: 'QR-Code des Magnet-Links von {name}',
  qr_too_long: 'Der Link ist zu lang für einen QR-Code, den eine Kamera lesen könnte.',

  open_program_title: 'Das ist ein Programm',
  open_program:
    'Ein Programm kann an diesem Rechner alles tun, was Sie auch können. Shoal hat es nicht geöffnet. Öffnen Sie es nur, wenn Sie der Herkunft trauen.',
  open_posing:
    'Der Name lässt es wie etwas anderes aussehen, aber es ist ein Programm, und ein Programm kann an diesem Rechner alles tun, was Sie auch können. Shoal hat es nicht geöffnet.',
  open_part_title: 'Noch nicht vollständig',
  open_part: 'Manche Programme zeigen, was schon da ist, andere halten die Datei für beschädigt.',
  open_anyway: 'Trotzdem öffnen',
};
