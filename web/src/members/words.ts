import { speaker } from '../words'

export const WORDS = {
  members: ['党员', 'Members'],
  count: ['{n} 人', '{n}'],
  low: ['少于 {k} 人', 'fewer than {k}'],
  untold: ['不单独公布', 'not told apart'],
  untoldTip: ['说出这个数，就能算出旁边少于 {k} 人的区域。', 'Told, it would give away a neighbour with fewer than {k}.'],
  homes: ['按居住地统计，不是报到网格。', 'Counted by home, not by the grid of duty.'],
  list: ['党员名单', 'List of members'],
  of: ['党员 · {name}', 'Members · {name}'],
  back: ['返回{name}', 'Back to {name}'],
  logged: ['每次查看都会记入审计日志。', 'Every reading is written to the audit trail.'],
  kind: ['类型', 'Kind'],
  any: ['全部', 'All'],
  search: ['姓名或完整号码', 'Name or whole number'],
  full: ['显示完整号码（会记录）', 'Show whole numbers (logged)'],
  masked: ['隐藏号码', 'Mask numbers'],
  lives: ['居住', 'Lives in'],
  duty: ['报到', 'Duty in'],
  noHome: ['任何网格之外', 'outside every grid'],
  elsewhere: ['住在辖区之外', 'lives outside your areas'],
  resident: ['居民党员', 'resident'],
  in_service: ['在职党员', 'working'],
  mobile: ['流动党员', 'mobile'],
  unknown: ['未填类型', 'kind not given'],
  goHome: ['在地图上看楼栋', 'Show the building on the map'],
  more: ['再列出一些', 'More'],
  none: ['这里没有符合条件的党员。', 'No members match here.'],
  shown: ['已列出 {n} 人', '{n} listed'],
} as const satisfies Record<string, readonly [string, string]>

export const say = speaker(WORDS)
