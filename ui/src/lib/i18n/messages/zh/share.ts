import type { Words } from '../../catalogue';

export const share: Words<'share', 'zh'> = {
  title: '分享',
  magnet: '磁力链接',
  hint: '任何人用 BitTorrent 客户端打开此链接，都可以下载相同的文件。文件来自所有分享者。',
  hint_private: '其他人必须是同一 Tracker 的成员并拥有其 .torrent 文件，才能使用此链接。',
  private:
    '此种子是私有的：链接中没有 Tracker，而没有 Tracker 就无法找到它的文件。.torrent 文件包含你在 Tracker 上的个人密钥，请勿转交他人。',
  qr_label: '{name} 的磁力链接二维码',
  qr_too_long: '链接太长，无法生成相机能识别的二维码。',

  open_program_title: '这是一个程序',
  open_program: '程序可以对这台电脑做你能做的任何事。Shoal 没有打开它。请只在信任来源时打开。',
  open_posing:
    '它的名称看起来像其他内容，但它是一个程序，而程序可以对这台电脑做你能做的任何事。Shoal 没有打开它。',
  open_part_title: '尚未完整',
  open_part: '有些程序会显示已有的部分，有些则会认为文件已损坏。',
  open_anyway: '仍然打开',
};
