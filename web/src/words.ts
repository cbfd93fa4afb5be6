/** Every word of the page, Chinese and English side by side. The language switches without a reload. */
import { computed, signal } from '@preact/signals'
import type { Bilingual, Lang } from './api'

export const WORDS = {
  product: ['网格', 'Wangge'],
  title: ['{town} · 网格', '{town} · Wangge'],

  // top bar
  edition: ['版本', 'Edition'],
  editionOption: ['第 {n} 版 · {date}', 'Edition {n} · {date}'],
  editionTip: ['版本：已发布的界线。每一版从它的生效日期起有效。', 'Edition: published lines, in force from their date on.'],
  editionCurrent: ['现行', 'current'],
  editionOld: ['您看的是第 {n} 版的界线（{date} 起），不是现行版本。', 'You see the lines of edition {n} (from {date}), not the current ones.'],
  editionBack: ['回到现行版本', 'Back to the current edition'],
  modeView: ['看图', 'Map'],
  modeTable: ['看板', 'Dashboard'],
  mode: ['模式', 'Mode'],
  otherLanguage: ['English', '中文'],
  menu: ['菜单', 'Menu'],
  close: ['关闭', 'Close'],
  help: ['帮助', 'Help'],

  // search and locate
  search: ['搜索', 'Search'],
  searchHint: ['名称、编码或“经度,纬度”', 'Name, code or “lon,lat”'],
  searchNone: ['没有找到“{q}”。试试社区或设施的名称、编码的前几位，或 104.63,35.00 这样的坐标。',
    'Nothing found for “{q}”. Try the name of a place or facility, the first digits of a code, or coordinates such as 104.63,35.00.'],
  searchSwapped: ['纬度在前？按 {q} 查找', 'Latitude first? Read as {q}'],
  whose: ['我在哪个网格', 'Whose grid is this?'],
  whoseTip: ['用浏览器定位；不允许定位时，把地图上的十字移到要问的地方。', 'Uses the browser’s location; without it, move the map under the cross.'],
  cross: ['移动地图，让十字对准要问的地方。', 'Move the map until the cross is on the place you ask about.'],
  locating: ['正在定位…', 'Locating…'],
  outsideMap: ['您的位置不在{town}的地图上，改用十字来问。', 'You are outside the map of {town}: use the cross instead.'],
  noPosition: ['浏览器没有给出位置，改用十字来问。', 'The browser gave no position: use the cross instead.'],

  // layers and legend
  layers: ['图层与图例', 'Layers and legend'],
  fold: ['收起', 'Fold away'],
  unfold: ['图层', 'Layers'],
  groupAreas: ['区域', 'Areas'],
  groupService: ['服务', 'Services'],
  groupHappen: ['事件与党员', 'Incidents and members'],
  groupGround: ['底图', 'Ground'],
  overLimit: ['超过 {limit} 户', 'Over {limit} households'],
  nearLimit: ['达到上限 90 %', 'At 90 % of the limit or more'],
  underFloor: ['少于 {floor} 户', 'Under {floor} households'],
  facilities: ['设施', 'Facilities'],
  facilityHollow: ['空心：闲置、未达标或在建', 'Hollow: unused, substandard, planned'],
  moreKinds: ['另有 {n} 类', '{n} more kinds'],
  circles: ['服务圈', 'Circles'],
  circlesTip: ['服务圈：从设施步行几分钟能到的范围。', 'Service circle: what lies within some minutes’ walk of a facility.'],
  circleMinutes: ['{n} 分钟', '{n} min'],
  circleDisc: ['虚线：直线距离，不是实际步行', 'Dashed: straight-line, not walked'],
  discNote: ['按直线距离估算，不是实际步行', 'Estimated by straight-line distance, not walked'],
  circleDiscHow: ['半径 {metres} m（{profile}）', 'radius {metres} m ({profile})'],
  allKinds: ['全部类型', 'All kinds'],
  kindOf: ['设施类型', 'Kind of facility'],
  incidents: ['事件', 'Incidents'],
  members: ['党员分布', 'Members'],
  hexTip: ['按六边形计数，少于 {k} 的不显示具体数。', 'Counted in hexagons; counts under {k} are not shown.'],
  hexLow: ['少于 {k}', 'Fewer than {k}'],
  hexUntold: ['未公布', 'not told'],
  hexAtLeast: ['至少 {n}', 'at least {n}'],
  hexEmpty: ['所选条件下没有事件。放宽日期或类型。', 'No incidents match. Widen the dates or the kind.'],
  incidentKind: ['类型', 'Kind'],
  incidentState: ['状态', 'State'],
  from: ['从', 'From'],
  to: ['到', 'To'],
  any: ['全部', 'All'],
  streets: ['街道', 'Streets'],
  water: ['水系与绿地', 'Water and green'],
  rail: ['铁路', 'Railway'],
  compounds: ['小区与围墙', 'Compounds and walls'],
  buildings: ['楼栋', 'Buildings'],
  basemap: ['背景底图', 'Basemap'],
  fromZoom: ['放大到 {z} 级后显示', 'Shown from zoom {z}'],

  // the card
  card: ['所选地点', 'Selected place'],
  households: ['户', 'households'],
  householdsTitle: ['户数', 'Households'],
  overBy: ['▲ 超出 {n}', '▲ over by {n}'],
  leftOver: ['余 {n}', '{n} left'],
  underBy: ['少于下限 {n}', 'under the floor of {n}'],
  incomplete: ['部分楼栋户数未知，此数偏少。', 'Some buildings’ households are unknown: the figure is too low.'],
  unknown: ['未知', 'unknown'],
  areaM2: ['{n} m²', '{n} m²'],
  size: ['面积', 'Area'],
  nBuildings: ['楼栋', 'Buildings'],
  facilitiesInside: ['区内设施', 'Facilities inside'],
  noFacilities: ['区内没有登记的设施。', 'No registered facility inside.'],
  nearest: ['离区域中心最近的设施', 'Nearest to the middle of the area'],
  coverage: ['服务圈覆盖的户数', 'Households covered by circles'],
  ofHouseholds: ['{share} · {n} 户', '{share} · {n} households'],
  here: ['这里的楼栋', 'The building here'],
  toBorder: ['离最近的界线 {n} m', '{n} m from the nearest border'],
  outside: ['不在任何网格内', 'Outside every area'],
  outsideWhy: ['这一点不在第 {n} 版的任何区域里。点一下有颜色的地方，或搜索一个社区。',
    'Edition {n} has no area at this point. Click a coloured place, or search for a community.'],
  zoomTo: ['缩放到此处', 'Zoom to it'],
  copy: ['复制', 'Copy'],
  copied: ['已复制', 'Copied'],
  copyBlocked: ['浏览器不允许复制，请手动选取：{text}', 'The browser does not allow copying; select it by hand: {text}'],
  copyLink: ['复制链接', 'Copy link'],
  code: ['编码', 'Code'],
  floors: ['{n} 层', '{n} floors'],
  floorArea: ['用房面积', 'Floor area'],
  address: ['地址', 'Address'],
  state: ['状态', 'State'],
  belongsTo: ['所在', 'In'],
  more: ['展开', 'More'],
  less: ['收起', 'Less'],

  // dashboard
  tableOver: ['{n} 个超过 {limit} 户', '{n} over {limit} households'],
  tableNoneOver: ['没有超过 {limit} 户的', 'None over {limit} households'],
  tableName: ['名称', 'Name'],
  tableHouseholds: ['户数 / 上限', 'Households / limit'],
  tableHouseholdsPlain: ['户数', 'Households'],
  tableBuildings: ['楼栋', 'Buildings'],
  tableCopy: ['复制表格', 'Copy table'],
  tableCopied: ['已复制 {n} 行，可粘贴到表格软件', '{n} rows copied; paste them into a spreadsheet'],
  tableEmpty: ['这一版没有{level}。换一个版本，或先导入并发布。', 'This edition has no {level}. Choose another edition, or import and publish first.'],
  tableSum: ['合计', 'Total'],

  // corners
  zoomIn: ['放大', 'Zoom in'],
  zoomOut: ['缩小', 'Zoom out'],
  north: ['转回正北', 'Turn north up'],
  wholeTown: ['看全城', 'Whole town'],
  map: ['{town}地图。方向键移动，加减键缩放，回车查看中心点。', 'Map of {town}. Arrow keys move, plus and minus zoom, Enter shows what is at the centre.'],

  // first visit and help
  tryTitle: ['三件可以先试的事', 'Three things to try'],
  tryClick: ['点一下地图', 'Click the map'],
  tryClickWhy: ['任何一处都会告诉您它属于哪个网格。', 'Any place tells you which grid it belongs to.'],
  tryOver: ['找出户数超限的社区', 'Find what is over the limit'],
  tryOverWhy: ['斜线加 ▲ 表示超过上限；看板里按户数排序。', 'Diagonal hatch and ▲ mark it; the dashboard sorts by households.'],
  tryCircles: ['打开十分钟服务圈', 'Show the ten-minute circles'],
  tryCirclesWhy: ['看哪些住户离设施太远。', 'See who lives too far from a facility.'],
  helpKeys: ['键盘', 'Keyboard'],
  helpSlash: ['搜索', 'Search'],
  helpEsc: ['关闭卡片、搜索或帮助', 'Close the card, the search or this help'],
  helpArrows: ['移动地图（先点地图或用 Tab 选中它）', 'Move the map (click it or Tab to it first)'],
  helpZoom: ['放大、缩小', 'Zoom in, zoom out'],
  helpEnter: ['查看地图中心的地方', 'Show what is at the map’s centre'],
  helpHelp: ['打开或关闭帮助', 'Open or close this help'],
  helpWords: ['词语', 'Words'],
  helpEdition: ['每次发布的一套界线，封存后不再改动；旧版随时可查。', 'A published set of lines, sealed for good; old ones can always be asked.'],
  helpCircle: ['设施周围步行 5、10、15 分钟的范围。虚线表示按直线距离估算。', 'What lies within 5, 10 or 15 minutes’ walk. Dashed: estimated by straight-line distance.'],
  helpHatch: ['粗斜线加 ▲：户数超过上限。细斜线：达到上限的 90 %。圆点：低于下限。',
    'Bold hatch with ▲: over the household limit. Thin hatch: at 90 % of it. Dots: under the floor.'],

  // troubles
  failed: ['没有成功', 'That did not work'],
  offline: ['连不上服务器', 'The server can’t be reached'],
  offlineWhat: ['已显示的内容仍可看；检查网络或让管理员确认服务在运行，然后重试。',
    'What is already shown stays. Check the network, or ask the administrator whether the service runs, then try again.'],
  serverWhat: ['服务器出了问题（{status}）。稍后重试；若仍如此，请把下面的代码告诉管理员。',
    'The server had a problem ({status}). Try again; if it stays, tell the administrator the code below.'],
  retry: ['重试', 'Try again'],
  noWebglTitle: ['这个浏览器画不出地图', 'This browser can’t draw the map'],
  noWebglWhat: ['地图需要 WebGL 2，它没有打开或不受支持。', 'The map needs WebGL 2, which is switched off or not supported.'],
  noWebgl1: ['更新浏览器（Chrome、Edge、Firefox 或 Safari 的近年版本）。', 'Update the browser (a recent Chrome, Edge, Firefox or Safari).'],
  noWebgl2: ['在浏览器设置的“系统”里打开“使用图形加速”，然后重启浏览器。', 'In the browser’s settings, under System, switch on graphics acceleration and restart it.'],
  noWebgl3: ['远程桌面里请改在本机浏览器打开。', 'In a remote desktop, open the page in the browser of your own machine.'],
  noWebglStill: ['没有地图也能查：搜索名称、编码或坐标。', 'You can still ask without the map: search by name, code or coordinates.'],
  noEditionTitle: ['还没有发布过版本', 'Nothing is published yet'],
  noEditionWhat: ['先导入区域（wangge import areas …），再发布（wangge publish --title …），然后刷新此页。',
    'Import areas (wangge import areas …), publish them (wangge publish --title …), then reload this page.'],
} as const satisfies Record<string, readonly [string, string]>

export type Word = keyof typeof WORDS
export type Facts = Record<string, string | number>

/** Canonical values of the registers in both languages, and English for the usual Chinese kinds. */
export const TERMS: Record<string, readonly [string, string]> = {
  in_use: ['在用', 'in use'],
  under_standard: ['未达标', 'under standard'],
  unused: ['闲置', 'unused'],
  planned: ['规划', 'planned'],
  under_construction: ['在建', 'under construction'],
  vacant: ['空置', 'vacant'],
  demolished: ['已拆除', 'demolished'],
  residential: ['住宅', 'residential'],
  mixed: ['商住', 'mixed'],
  commercial: ['商业', 'commercial'],
  public: ['公共', 'public'],
  industrial: ['工业', 'industrial'],
  other: ['其他', 'other'],
  党群服务中心: ['党群服务中心', 'Service centre'],
  党群服务站: ['党群服务站', 'Service station'],
  党员驿站: ['党员驿站', 'Members’ post'],
  红色书吧: ['红色书吧', 'Reading room'],
  卫生服务站: ['卫生服务站', 'Health post'],
  老年食堂: ['老年食堂', 'Canteen'],
  养老服务站: ['养老服务站', 'Seniors’ care'],
  文化活动室: ['文化活动室', 'Culture room'],
  警务室: ['警务室', 'Police post'],
  幼儿园: ['幼儿园', 'Kindergarten'],
  便民超市: ['便民超市', 'Corner shop'],
  农贸市场: ['农贸市场', 'Food market'],
  市容环境: ['市容环境', 'Streets and refuse'],
  公共设施: ['公共设施', 'Public works'],
  物业服务: ['物业服务', 'Estate services'],
  邻里纠纷: ['邻里纠纷', 'Neighbours’ dispute'],
  供水供暖: ['供水供暖', 'Water and heating'],
  消防隐患: ['消防隐患', 'Fire hazard'],
  物业纠纷: ['物业纠纷', 'Estate dispute'],
  噪声扰民: ['噪声扰民', 'Noise'],
  违章搭建: ['违章搭建', 'Unlawful building'],
  open: ['未办结', 'open'],
  collected: ['收集', 'new'],
  accepted: ['受理', 'accepted'],
  dispatched: ['派遣', 'sent'],
  handling: ['处理', 'in work'],
  reviewed: ['回访', 'reviewed'],
  closed: ['办结', 'closed'],
  已办结: ['已办结', 'closed'],
  处理中: ['处理中', 'in progress'],
  待受理: ['待受理', 'waiting'],
  已受理: ['已受理', 'accepted'],
}

export const lang = signal<Lang>('zh')
const column = computed(() => (lang.value === 'zh' ? 0 : 1))

/** The words of a page part with a block of its own; its `words.ts` exports the block as `WORDS` too. */
export function speaker<Block extends Record<string, readonly [string, string]>>(block: Block): (word: keyof Block, facts?: Facts) => string {
  return (word, facts = {}) =>
    block[word]![column.value].replace(/\{(\w+)\}/g, (whole, name: string) => String(facts[name] ?? whole))
}

/** One word or sentence in the chosen language, its {facts} filled in. */
export const t = speaker(WORDS)

/** A word that nobody translated, as it can be read: "Child_care_center" → "Child care center". */
function readable(value: string): string {
  const spaced = value.replace(/_+/g, ' ').trim()
  return /^[a-z]/.test(spaced) ? spaced.charAt(0).toUpperCase() + spaced.slice(1) : spaced
}

/** A kind, state or use from the registers. */
export function term(value: string | null | undefined): string {
  if (!value) return ''
  return TERMS[value]?.[column.value] ?? readable(value)
}

/** A name that the server gives in both languages. */
export function said(name: Bilingual): string {
  return name[lang.value] || name.zh || name.en
}

/** The language for a browser that asks for `languages` and has not chosen here before. */
export function preferred(languages: readonly string[]): Lang {
  const first = languages.find((tag) => /^(zh|en)\b/i.test(tag))
  return first && /^en/i.test(first) ? 'en' : 'zh'
}
