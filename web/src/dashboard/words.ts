import { speaker } from '../words'

export const WORDS = {
  all: ['全部 {n}', 'All {n}'],
  over: ['▲ 超限 {n}', '▲ Over {n}'],
  near: ['接近 {n}', 'Near {n}'],
  under: ['偏少 {n}', 'Small {n}'],
  show: ['只看', 'Show'],
  overTip: ['超过 {limit} 户', 'Over {limit} households'],
  nearTip: ['达到上限的 90 %', 'At 90 % of the limit or more'],
  underTip: ['少于 {floor} 户', 'Under {floor} households'],
  filter: ['名称或编码', 'Name or code'],
  noMatch: ['没有符合的{level}。', 'No {level} matches.'],
  covered: ['{n} 分钟覆盖', 'In {n} min'],
  coveredTip: ['{n} 分钟服务圈覆盖的户数占已知户数的比例', 'Share of the known households within {n} minutes of a facility'],
  uncovered: ['圈外户数', 'Beyond'],
  uncoveredTip: ['{n} 分钟服务圈没有覆盖的户数', 'Households beyond {n} minutes of any facility'],
  facilities: ['设施', 'Facilities'],
  poor: ['未达标', 'Substandard'],
  name: ['名称', 'Name'],
  code: ['编码', 'Code'],
  households: ['户数 / {limit}', 'Households / {limit}'],
  householdsPlain: ['户数', 'Households'],
  limit: ['上限', 'Limit'],
  overBy: ['超出', 'Over by'],
  buildings: ['楼栋', 'Buildings'],
  sum: ['合计 {n}', 'Total {n}'],
  copy: ['复制', 'Copy'],
  download: ['下载 CSV', 'Download CSV'],
  downloadTip: ['表格软件（Excel、WPS）可直接打开', 'Opens in Excel and other spreadsheets'],
  file: ['看板', 'dashboard'],
} as const satisfies Record<string, readonly [string, string]>

export const say = speaker(WORDS)
