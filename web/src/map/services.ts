/** Style layers of facilities, circles, hexagons and the picked point. Pure. */
import type { ExpressionSpecification, FilterSpecification, LayerSpecification } from 'maplibre-gl'
import * as c from './colours'
import { FONT } from './ground'
import type { Mark } from './marks'

const HOLLOW = ['unused', 'under_standard', 'planned']
const isHollow: ExpressionSpecification = ['in', ['get', 'state'], ['literal', HOLLOW]]
const facilities = { source: 'registers', 'source-layer': 'facilities', metadata: { row: 'facilities' } } as const

export const markImage = (kind: string, hollow: boolean): string => `mark:${kind}${hollow ? ':hollow' : ''}`

/** Marks with a letter near; the dots below them stay, so that a mark without room is still seen. */
export function facilityLayers(marks: ReadonlyMap<string, Mark>, from: number): LayerSpecification[] {
  const pairs = [...marks].flatMap(([kind, mark]) => [kind, mark.colour])
  const colour = (pairs.length ? ['match', ['get', 'kind'], ...pairs, c.INK] : ['literal', c.INK]) as unknown as ExpressionSpecification
  return [
    { id: 'facility-dots', type: 'circle', ...facilities, minzoom: from - 2,
      paint: { 'circle-radius': ['interpolate', ['linear'], ['zoom'], from - 2, 1.3, from - 1, 1.9, from, 3.4],
        'circle-color': ['case', isHollow, c.HALO, colour],
        'circle-stroke-color': ['case', isHollow, colour, c.HALO], 'circle-stroke-width': ['interpolate', ['linear'], ['zoom'], from - 2, 0.5, from, 1] } },
    { id: 'facilities', type: 'symbol', ...facilities, minzoom: from,
      layout: {
        'icon-image': ['concat', 'mark:', ['get', 'kind'], ['case', isHollow, ':hollow', '']],
        'icon-size': ['interpolate', ['linear'], ['zoom'], from, 0.7, from + 2, 1, from + 4, 1.2],
        'icon-padding': 0, 'icon-allow-overlap': ['step', ['zoom'], false, 16, true],
        'text-field': ['step', ['zoom'], '', 15.5, ['coalesce', ['get', 'name'], '']],
        'text-font': FONT, 'text-size': 11, 'text-anchor': 'top', 'text-offset': [0, 0.9], 'text-optional': true, 'text-max-width': 8,
      },
      paint: { 'text-color': c.INK, 'text-halo-color': c.HALO, 'text-halo-width': 1.5 } },
  ]
}

/** The circles to draw: chosen minutes and kinds, straight-line or walked. */
export function circleFilter(minutes: ReadonlySet<number>, kinds: ReadonlySet<string>, disc: boolean): FilterSpecification {
  const wanted: ExpressionSpecification[] = [
    ['in', ['get', 'minutes'], ['literal', [...minutes]]],
    [disc ? '==' : '!=', ['get', 'method'], 'disc'],
  ]
  if (kinds.size) wanted.push(['in', ['get', 'kind'], ['literal', [...kinds]]])
  return ['all', ...wanted]
}

/** More circles than this on the map are outlines only. */
export const MANY_CIRCLES = 12

export function circleLayers(): LayerSpecification[] {
  const from = { source: 'registers', 'source-layer': 'circles' } as const
  const tints = Object.entries(c.CIRCLE).flatMap(([n, colour]) => [Number(n), colour])
  const tint = ['match', ['get', 'minutes'], ...tints, c.CIRCLE[15]] as unknown as ExpressionSpecification
  const width: ExpressionSpecification = ['interpolate', ['linear'], ['zoom'], 10, 0.8, 13, 1.4, 16, 2.2]
  const nothing: FilterSpecification = ['==', ['id'], -1]
  return [
    { id: 'circle-fill', type: 'fill', ...from, filter: nothing, layout: { 'fill-sort-key': ['-', 0, ['get', 'minutes']] },
      paint: { 'fill-color': tint, 'fill-opacity': 0.1, 'fill-antialias': false } },
    { id: 'circle-disc', type: 'line', ...from, filter: nothing,
      paint: { 'line-color': tint, 'line-width': width, 'line-dasharray': [3, 2] } },
    { id: 'circle-walked', type: 'line', ...from, filter: nothing, paint: { 'line-color': tint, 'line-width': width } },
  ]
}

export interface HexStep { from: number; colour: string }

/** The fill of a hexagon by its count; suppressed ones are striped instead. */
export function hexColour(steps: readonly HexStep[]): ExpressionSpecification | string {
  const [first, ...others] = steps
  if (!first) return '#000'
  if (!others.length) return first.colour
  return ['step', ['coalesce', ['get', 'count'], 0], first.colour, ...others.flatMap((step) => [step.from, step.colour])] as unknown as ExpressionSpecification
}

export function hexLayers(row: 'incidents' | 'members'): LayerSpecification[] {
  const hidden: ExpressionSpecification = ['boolean', ['get', 'suppressed'], false]
  const metadata = { row }
  return [
    { id: `${row}-fill`, type: 'fill', source: row, metadata, filter: ['!', hidden],
      paint: { 'fill-color': '#000', 'fill-opacity': 0.75 } },
    { id: `${row}-low`, type: 'fill', source: row, metadata, filter: hidden, paint: { 'fill-pattern': 'low', 'fill-opacity': 0.8 } },
    { id: `${row}-edge`, type: 'line', source: row, metadata, paint: { 'line-color': '#ffffff', 'line-width': 0.8, 'line-opacity': 0.8 } },
  ]
}

export function hexLabels(row: 'incidents' | 'members'): LayerSpecification[] {
  return [{
    id: `${row}-count`, type: 'symbol', source: row, metadata: { row },
    layout: { 'text-field': ['case', ['boolean', ['get', 'suppressed'], false], ['get', 'low'], ['to-string', ['get', 'count']]],
      'text-font': FONT, 'text-size': 11 },
    paint: { 'text-color': c.INK, 'text-halo-color': c.HALO, 'text-halo-width': 1.2 },
  }]
}

export function pointLayers(): LayerSpecification[] {
  return [
    { id: 'point-halo', type: 'circle', source: 'point', paint: { 'circle-radius': 9, 'circle-color': c.HALO, 'circle-opacity': 0.9 } },
    { id: 'point', type: 'circle', source: 'point',
      paint: { 'circle-radius': 5, 'circle-color': c.ACCENT, 'circle-stroke-color': c.HALO, 'circle-stroke-width': 1.5 } },
  ]
}
