import { speaker } from '../words'

export const WORDS = {
  print: ['打印', 'Print'],
  printTip: ['打印地图（A4）', 'Print the map (A4)'],
  back: ['返回', 'Back'],
  titleOf: ['标题', 'Title'],
  mapOf: ['{name}网格图', 'Grids of {name}'],
  paper: ['纸张方向', 'Paper'],
  landscape: ['横向', 'Landscape'],
  portrait: ['纵向', 'Portrait'],
  drawing: ['正在绘制印刷用的地图…', 'Drawing the map for print…'],
  legend: ['图例', 'Legend'],
  scale: ['比例尺 约 1:{n}', 'Scale about 1:{n}'],
  north: ['北', 'N'],
  edition: ['第 {n} 版界线（{date} 起生效）', 'Lines of edition {n}, in force from {date}'],
  made: ['制图日期 {date}', 'Made on {date}'],
  system: ['坐标系 EPSG:{n}', 'CRS EPSG:{n}'],
  noPicture: ['这个浏览器画不出地图，无法打印地图图面。', 'This browser can’t draw the map, so the map can’t be printed.'],
  noPictureWhat: ['仍可打印：看板里的表格；区域卡片里的“报告”（两页 A4，自带地图）。',
    'You can still print the table of the dashboard, and the report of an area from its card: two A4 pages with a map of its own.'],
  failed: ['地图没有画成。请返回，等地图显示完整后再打印。', 'The map could not be drawn. Go back, wait until the map is complete, then print again.'],
  report: ['报告', 'Area report'],
  reportTip: ['区域报告：两页 A4，可离线打开、打印、转交', 'Report of the area: two A4 pages, to open offline, print and hand over'],
} as const satisfies Record<string, readonly [string, string]>

export const say = speaker(WORDS)
