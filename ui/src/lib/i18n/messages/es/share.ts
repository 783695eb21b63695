import type { Words } from '../../catalogue';

export const share: Words<'share', 'es'> = {
  title: 'Compartir',
  magnet: 'Enlace magnet',
  hint: 'Quien abra este enlace con un cliente de torrents puede descargar los mismos archivos. Vienen de todos los que los comparten.',
  hint_private:
    'Otras personas solo pueden usar este enlace si son miembros del mismo rastreador y tienen su archivo .torrent.',
  private:
    'Este torrent es privado: su enlace no nombra ningún rastreador, y sin uno nadie encuentra sus archivos. El archivo .torrent contiene su propia clave del rastreador; no lo pase a nadie.',
  qr_label: 'Código QR del enlace magnet de {name}',
  qr_too_long: 'El enlace es demasiado largo para un código QR que una cámara pueda leer.',

  open_program_title: 'Es un programa',
  open_program:
    'Un programa puede hacer en este equipo todo lo que puede hacer usted. Shoal no lo abrió. Ábralo solo si confía en su procedencia.',
  open_posing:
    'El nombre hace que parezca otra cosa, pero es un programa, y un programa puede hacer en este equipo todo lo que puede hacer usted. Shoal no lo abrió.',
  open_part_title: 'Aún no está completo',
  open_part: 'Algunos programas muestran lo que ya hay, otros toman el archivo por dañado.',
  open_anyway: 'Abrir de todos modos',
};
