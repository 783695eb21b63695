import type { Words } from '../../catalogue';

export const share: Words<'share', 'fr'> = {
  title: 'Partager',
  magnet: 'Lien magnet',
  hint: 'Quiconque ouvre ce lien avec un client torrent peut télécharger les mêmes fichiers. Ils viennent de tous ceux qui les partagent.',
  hint_private:
    'Les autres ne peuvent utiliser ce lien que s’ils sont membres du même tracker et ont son fichier .torrent.',
  private:
    'Ce torrent est privé : son lien n’indique aucun tracker, et sans tracker personne ne trouve ses fichiers. Le fichier .torrent contient votre clé personnelle pour le tracker ; ne le transmettez pas.',
  qr_label: 'Code QR du lien magnet de {name}',
  qr_too_long: 'Le lien est trop long pour un code QR lisible par un appareil photo.',

  open_program_title: 'C’est un programme',
  open_program:
    'Un programme peut faire sur cet ordinateur tout ce que vous pouvez y faire. Shoal ne l’a pas ouvert. Ne l’ouvrez que si sa provenance est sûre.',
  open_posing:
    'Son nom le fait passer pour autre chose, mais c’est un programme, et un programme peut faire sur cet ordinateur tout ce que vous pouvez y faire. Shoal ne l’a pas ouvert.',
  open_part_title: 'Pas encore complet',
  open_part:
    'Certains programmes montrent ce qui est déjà là, d’autres prennent le fichier pour un fichier endommagé.',
  open_anyway: 'Ouvrir quand même',
};
