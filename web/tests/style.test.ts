import { validateStyleMin } from '@maplibre/maplibre-gl-style-spec'
import { describe, expect, test } from 'vitest'
import type { Config, Level, TileJson } from '../src/api'
import { limitFilters } from '../src/map/areas'
import { activeLevel, levelLooks, mainIndex } from '../src/map/levels'
import { marksOf } from '../src/map/marks'
import { defaultLayers, layerRows } from '../src/map/rows'
import { absolute, buildStyle, rowOf } from '../src/map/style'

const level = (key: string, rank: number, min_zoom: number, limit: number | null = null): Level => ({
  key, rank, min_zoom, name: { zh: key, en: key }, household_limit: limit, household_floor: limit && limit / 2,
})
const FIVE = [level('county', 0, 6), level('town', 1, 9), level('community', 2, 11, 3000), level('grid', 3, 13), level('microgrid', 4, 14)]
const THREE = [level('city', 0, 6), level('tract', 1, 10), level('block_group', 2, 12)]
const TILES: TileJson = { tiles: ['/tiles/abc/{z}/{x}/{y}.mvt'], minzoom: 6, maxzoom: 16, bounds: [104, 34, 105, 36] }
const config = (levels: Level[]): Config => ({
  version: '1', mode: 'live', signs_in: true, levels, hexes: true, review_number: null,
  site: { name: { zh: '县', en: 'County' }, crs: 4544, timezone: 'Asia/Shanghai', bounds: [104, 34, 105, 36], center: [104.5, 35] },
  basemap: { url: 'https://tiles.example/{z}/{x}/{y}.png', attribution: 'someone', max_zoom: 17 },
  circles: [{ minutes: 10, method: 'disc', profile: '10 min × 5 km/h ÷ 1.3', radius_m: 641.026 }],
  facility_kinds: [{ kind: '党群服务站', count: 68 }, { kind: '党员驿站', count: 19 }, { kind: 'school', count: 3 }],
  ground: ['street', 'rail', 'water', 'compound', 'building'],
})
const style = (levels: Level[]) =>
  buildStyle({ config: config(levels), areas: TILES, registers: TILES, marks: marksOf(config(levels).facility_kinds.map((k) => k.kind)), unit: '户' })

describe.each([['five levels', FIVE], ['three levels without a limit', THREE], ['one level', [level('area', 0, 6)]]])('a style for %s', (_, levels) => {
  test('is valid and asks for no glyphs and no sprite', () => {
    const made = style(levels)
    expect(validateStyleMin(made)).toEqual([])
    expect(made).not.toHaveProperty('glyphs')
    expect(made).not.toHaveProperty('sprite')
  })

  test('draws border, hover, selection and names of every level out of its own tile layer', () => {
    for (const { key } of levels) {
      const ids = style(levels).layers.filter((layer) => 'source-layer' in layer && layer['source-layer'] === key).map(({ id }) => id)
      for (const part of ['hit', 'border', 'hover', 'picked']) expect(ids).toContain(`${part}:${key}`)
      expect(style(levels).layers.some(({ id }) => id === `label:${key}`)).toBe(true)
    }
  })

  test('belongs to the rows of the legend, and each row to some layer', () => {
    const rows = new Set(layerRows(config(levels)).map((row) => row.id))
    const used = new Set(style(levels).layers.map(rowOf).filter((row) => row !== undefined))
    expect(used).toEqual(rows)
    for (const row of defaultLayers(levels)) expect(rows).toContain(row)
  })
})

test('what is nowhere in the town is not offered as a layer', () => {
  const bare = { ...config(FIVE), ground: ['green'], facility_kinds: [] }
  const rows = layerRows(bare).map((row) => row.id)
  expect(rows).toContain('water')
  for (const row of ['streets', 'rail', 'compounds', 'buildings', 'facilities']) expect(rows).not.toContain(row)
})

test('the level with the limit is hatched, and only it', () => {
  expect(style(FIVE).layers.filter(({ id }) => /^(over|near|under):/.test(id)).map(({ id }) => id))
    .toEqual(['over:community', 'near:community', 'under:community'])
  expect(limitFilters(FIVE[2]!)[0]).toEqual(['over', ['all', ['has', 'households'], ['>', ['get', 'households'], 3000]]])
  expect(style(THREE).layers.some(({ id }) => id.startsWith('over:'))).toBe(false)
})

test('one level at a time is filled, without a gap between them', () => {
  const fills = levelLooks(FIVE).map((look) => look.fill)
  expect(fills).toEqual([{ from: 6, to: 9 }, { from: 9, to: 11 }, { from: 11, to: 14 }, { from: 14, to: 24 }, null])
})

test('borders grow thinner from the top level down, and no two levels look alike', () => {
  expect(levelLooks(FIVE).map((look) => look.width)).toEqual([3, 2.4, 2, 1.2, 0.6])
  const province = [level('province', 0, 4), level('city', 1, 5), ...FIVE]
  const looks = levelLooks(province).map(({ colour, width }) => `${colour} ${width}`)
  expect(new Set(looks).size).toBe(looks.length)
  const widths = levelLooks(province).map((look) => look.width)
  expect(widths).toEqual([...widths].sort((a, b) => b - a))
  expect(mainIndex(THREE)).toBe(1)
})

test('a click is about the finest level whose names are on the map', () => {
  expect([6, 10, 12, 14, 16].map((zoom) => activeLevel(FIVE, zoom)?.key)).toEqual(['county', 'town', 'community', 'grid', 'microgrid'])
})

test('kinds are told apart by letter, also when they begin alike', () => {
  const letters = [...marksOf(['党群服务站', '党员驿站', '党校', 'school', 'shop']).values()].map((mark) => mark.letter)
  expect(letters).toEqual(['党', '驿', '校', 'S', 'H'])
})

test('tile addresses become whole, foreign ones stay', () => {
  expect(absolute(['/tiles/a', 'https://x/b'], 'http://town')).toEqual(['http://town/tiles/a', 'https://x/b'])
})
