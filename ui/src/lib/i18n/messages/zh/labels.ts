import type { Words } from '../../catalogue';

export const labels: Words<'labels', 'zh'> = {
  menu: '标签',
  pick: '标签…',
  make: '新建标签…',
  menu_of: '标签 {name}',
  rename: '重命名…',
  recolour: '更改颜色…',
  drop: '删除标签',

  make_title: '新建标签',
  change_title: '更改标签',
  name: '名称',
  colour: '颜色',
  hue_0: '紫色',
  hue_1: '粉色',
  hue_2: '棕色',
  hue_3: '青色',
  hue_4: '紫红色',
  hue_5: '橄榄色',
  make_send: '新建标签',
  make_send_for_other: '标记 {n} 个种子',
  change_send: '更改标签',
  taken: '已有同名标签。',
  too_long: '标签最多 {n} 个字符。',

  pick_title_other: '{n} 个种子的标签',
  pick_find: '查找或新建标签',
  pick_list: '标签',
  pick_make: '新建“{name}”',
  pick_none: '还没有标签。输入名称即可新建。',
  pick_send: '设置标签',
  some: '其中部分',

  drag_other: '{n} 个种子',
};
