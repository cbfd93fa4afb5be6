/** Style layers of the areas, one set per level of the list. Pure. */
import type { ExpressionSpecification, FilterSpecification, LayerSpecification } from 'maplibre-gl'
import type { Level } from '../api'
import * as c from './colours'
import { BOLD, FONT } from './ground'
import type { Pattern } from './hatch'
import { levelLooks, NEVER } from './levels'
import type { LevelLook } from './levels'
import { levelRow } from './rows'

const households: ExpressionSpecification = ['get', 'households']
const hue: ExpressionSpecification = ['match', ['get', 'hue'], ...c.HUES.flatMap((colour, i) => [i, colour]).slice(0, -2), c.HUES.at(-1)!] as unknown as ExpressionSpecification
/** Borders grow with the zoom around their width at zoom 14. */
const growing = (width: number): ExpressionSpecification =>
  ['interpolate', ['linear'], ['zoom'], 8, width * 0.45, 12, width * 0.8, 14, width, 17, width * 1.5]

function of(look: LevelLook): { source: string; 'source-layer': string; minzoom: number; metadata: { row: string } } {
  const { level } = look
  return { source: 'areas', 'source-layer': level.key, minzoom: level.min_zoom, metadata: { row: levelRow(level) } }
}

/** Pale hues: one level at a time, handing over to the next within half a zoom, paler among the buildings. */
export function fillLayers(levels: readonly Level[]): LayerSpecification[] {
  return levelLooks(levels).flatMap((look, index): LayerSpecification[] => {
    if (!look.fill) return []
    const { from, to } = look.fill
    const opacity = index === 0 ? [from, c.HUE_OPACITY] : [from, 0, from + 0.5, c.HUE_OPACITY]
    if (to === NEVER) opacity.push(Math.max(15, from + 1), c.HUE_OPACITY, Math.max(17, from + 2), c.HUE_OPACITY * 0.6)
    else opacity.push(Math.max(to, from + 1), c.HUE_OPACITY, Math.max(to, from + 1) + 0.5, 0)
    return [{
      id: `fill:${look.level.key}`, type: 'fill', ...of(look), ...(to === NEVER ? {} : { maxzoom: Math.max(to, from + 1) + 0.5 }),
      paint: { 'fill-color': hue, 'fill-antialias': false,
        'fill-opacity': ['interpolate', ['linear'], ['zoom'], ...opacity] as unknown as ExpressionSpecification },
    }]
  })
}

/** Unseen areas for the pointer to hit, whatever the rows show. */
export function hitLayers(levels: readonly Level[]): LayerSpecification[] {
  return levels.map(({ key, min_zoom }) => ({
    id: `hit:${key}`, type: 'fill', source: 'areas', 'source-layer': key, minzoom: min_zoom, paint: { 'fill-opacity': 0 },
  }))
}

/** What a household limit makes visible: over it, near it, under the floor. */
export function limitFilters(level: Level): [Pattern, FilterSpecification][] {
  const { household_limit: limit, household_floor: floor } = level
  const known: ExpressionSpecification = ['has', 'households']
  const marks: [Pattern, FilterSpecification][] = []
  if (limit !== null) {
    marks.push(['over', ['all', known, ['>', households, limit]]])
    marks.push(['near', ['all', known, ['<=', households, limit], ['>=', households, limit * 0.9]]])
  }
  if (floor !== null) marks.push(['under', ['all', known, ['<', households, floor]]])
  return marks
}

export const isHatch = (layer: string): boolean => /^(over|near|under):/.test(layer)

export function hatchLayers(levels: readonly Level[]): LayerSpecification[] {
  return levelLooks(levels).flatMap((look) =>
    limitFilters(look.level).map(([pattern, filter]): LayerSpecification => ({
      id: `${pattern}:${look.level.key}`, type: 'fill', ...of(look), filter,
      paint: { 'fill-pattern': pattern,
        'fill-opacity': ['interpolate', ['linear'], ['zoom'], 10, 0.65, 13.6, 0.5, 14.4, 0.26, 15, 0.1, 16.5, 0.04] },
    })))
}

/** Borders from the finest level up, so that the higher one lies on top; then hover and selection. */
export function borderLayers(levels: readonly Level[]): LayerSpecification[] {
  const upwards = levelLooks(levels).reverse()
  const round = { 'line-join': 'round', 'line-cap': 'round' } as const
  const none: FilterSpecification = ['==', ['id'], -1]
  return [
    ...upwards.map((look): LayerSpecification => ({
      id: `border:${look.level.key}`, type: 'line', ...of(look), layout: round,
      paint: { 'line-color': look.colour, 'line-width': growing(look.width),
        'line-opacity': ['interpolate', ['linear'], ['zoom'], look.level.min_zoom, 0.5, look.level.min_zoom + 0.7, 1] },
    })),
    ...upwards.map((look): LayerSpecification => ({
      id: `hover:${look.level.key}`, type: 'line', source: 'areas', 'source-layer': look.level.key, layout: round,
      paint: { 'line-color': c.ACCENT, 'line-width': 1.5,
        'line-opacity': ['case', ['boolean', ['feature-state', 'hover'], false], 1, 0] },
    })),
    ...upwards.flatMap((look): LayerSpecification[] => [
      { id: `picked-halo:${look.level.key}`, type: 'line', source: 'areas', 'source-layer': look.level.key, filter: none,
        layout: round, paint: { 'line-color': c.HALO, 'line-width': 7, 'line-opacity': 0.85 } },
      { id: `picked:${look.level.key}`, type: 'line', source: 'areas', 'source-layer': look.level.key, filter: none,
        layout: round, paint: { 'line-color': c.ACCENT, 'line-width': 3 } },
    ]),
  ]
}

/** Name, and below it the households; over the limit with ▲ and in the warning colour. */
export function labelText(level: Level, unit: string): ExpressionSpecification {
  const number: ExpressionSpecification = ['number-format', households, { locale: 'en-US', 'max-fraction-digits': 0 }]
  const small = { 'font-scale': 0.86 }
  const plain: ExpressionSpecification = ['concat', number, ' ', unit]
  const limit = level.household_limit
  const name: ExpressionSpecification = ['coalesce', ['get', 'name'], ['get', 'code']]
  const counted: ExpressionSpecification = limit === null
    ? ['format', name, {}, '\n', {}, plain, small]
    : ['case', ['>', households, limit],
      ['format', name, {}, '\n', {}, ['concat', '▲ ', plain], { ...small, 'text-color': c.OVER }],
      ['format', name, {}, '\n', {}, plain, small]]
  return ['case', ['has', 'households'], counted, ['format', name, {}]]
}

/** One label per area from its label point; the higher level is placed first. */
export function areaLabels(levels: readonly Level[], unit: string): LayerSpecification[] {
  return levelLooks(levels).reverse().map(({ level, label }): LayerSpecification => ({
    id: `label:${level.key}`, type: 'symbol', source: 'areas', 'source-layer': 'labels', metadata: { row: levelRow(level) },
    minzoom: label.from, maxzoom: Math.min(label.to, NEVER),
    filter: ['==', ['get', 'level'], level.key],
    layout: {
      'text-field': labelText(level, unit),
      'text-font': label.size > 12 ? BOLD : FONT,
      'text-size': ['interpolate', ['linear'], ['zoom'], label.from, label.size - 1.5, label.from + 3, label.size + 1],
      'text-line-height': 1.25, 'text-max-width': 16, 'text-padding': 3,
      'text-variable-anchor': ['center', 'bottom', 'top', 'left', 'right'], 'text-radial-offset': 0.7, 'text-justify': 'auto',
      'symbol-sort-key': ['-', 0, ['coalesce', households, 0]],
    },
    paint: { 'text-color': label.size > 12 ? c.INK : label.size > 11 ? c.LABEL : c.LABEL_SMALL, 'text-halo-color': c.HALO, 'text-halo-width': 1.5 },
  }))
}
