/** Style layers of the town itself: water, green, streets, railway, compounds, buildings. Pure. */
import type { ExpressionSpecification, LayerSpecification } from 'maplibre-gl'
import * as c from './colours'

export const FONT = ['Microsoft YaHei', 'Noto Sans CJK SC', 'sans-serif']
/** MapLibre reads the weight out of the first family's name. */
export const BOLD = ['Microsoft YaHei Bold', 'Microsoft YaHei', 'Noto Sans CJK SC', 'sans-serif']

const features = { source: 'registers', 'source-layer': 'features' } as const
const kind = (name: string): ExpressionSpecification => ['==', ['get', 'kind'], name]
const street: ExpressionSpecification = ['all', kind('street'), ['!=', ['get', 'class'], 'steps']]
/** Arterials lie over lanes. */
const rank: ExpressionSpecification = ['match', ['get', 'class'], 'arterial', 4, 'secondary', 3, 'street', 2, 1]

/** Street width in pixels by class and zoom, `more` pixels wider for the casing. */
export function streetWidth(more: number): ExpressionSpecification {
  const at = (arterial: number, secondary: number, plain: number, lane: number): ExpressionSpecification =>
    ['match', ['get', 'class'], 'arterial', arterial + more, 'secondary', secondary + more, 'street', plain + more, lane + more]
  return ['interpolate', ['exponential', 1.6], ['zoom'],
    9, at(0.8, 0.4, 0.2, 0), 12, at(2.2, 1.4, 0.7, 0.3), 14, at(4.6, 3.4, 2, 1),
    16, at(12, 9, 6, 2.6), 18, at(34, 26, 18, 8)]
}

export function groundLayers(): LayerSpecification[] {
  return [
    { id: 'green', type: 'fill', ...features, metadata: { row: 'water' },
      filter: ['all', kind('green'), ['==', ['geometry-type'], 'Polygon']], paint: { 'fill-color': ['match', ['get', 'class'], 'farmland', c.FIELD, 'wood', c.WOOD, 'square', c.PAVED, c.GREEN],
        'fill-opacity': ['match', ['get', 'class'], 'farmland', 0.55, 1] } },
    { id: 'compounds', type: 'fill', source: 'registers', 'source-layer': 'compounds', minzoom: 13, metadata: { row: 'compounds' },
      paint: { 'fill-color': c.COMPOUND, 'fill-opacity': ['interpolate', ['linear'], ['zoom'], 13, 0, 14, 0.55] } },
    { id: 'water', type: 'fill', ...features, metadata: { row: 'water' },
      filter: ['all', kind('water'), ['==', ['geometry-type'], 'Polygon']],
      paint: { 'fill-color': c.WATER } },
    { id: 'water-edge', type: 'line', ...features, metadata: { row: 'water' }, minzoom: 12,
      filter: ['all', kind('water'), ['==', ['geometry-type'], 'Polygon']],
      paint: { 'line-color': c.WATER_EDGE, 'line-width': ['interpolate', ['linear'], ['zoom'], 12, 0.5, 16, 1.4] } },
    { id: 'stream', type: 'line', ...features, metadata: { row: 'water' },
      filter: ['all', kind('water'), ['==', ['geometry-type'], 'LineString']],
      paint: { 'line-color': c.WATER, 'line-width': ['interpolate', ['linear'], ['zoom'], 10, 1, 16, 5] } },
    { id: 'rail', type: 'line', ...features, metadata: { row: 'rail' }, filter: kind('rail'),
      paint: { 'line-color': c.RAIL, 'line-width': ['interpolate', ['linear'], ['zoom'], 9, 0.8, 14, 2, 17, 4] } },
    { id: 'rail-ties', type: 'line', ...features, metadata: { row: 'rail' }, filter: kind('rail'), minzoom: 12,
      paint: { 'line-color': c.GROUND, 'line-width': ['interpolate', ['linear'], ['zoom'], 12, 0.6, 14, 1.1, 17, 2.6],
        'line-dasharray': [5, 5] } },
    { id: 'street-edge', type: 'line', ...features, metadata: { row: 'streets' }, filter: street,
      layout: { 'line-cap': 'round', 'line-join': 'round', 'line-sort-key': rank },
      paint: { 'line-color': c.STREET_EDGE, 'line-width': streetWidth(1.5) } },
    { id: 'street', type: 'line', ...features, metadata: { row: 'streets' }, filter: street,
      layout: { 'line-cap': 'round', 'line-join': 'round', 'line-sort-key': rank },
      paint: { 'line-color': c.STREET, 'line-width': streetWidth(0) } },
    { id: 'steps', type: 'line', ...features, metadata: { row: 'streets' }, minzoom: 14,
      filter: ['all', kind('street'), ['==', ['get', 'class'], 'steps']],
      paint: { 'line-color': '#c2b8a6', 'line-width': ['interpolate', ['linear'], ['zoom'], 14, 1, 17, 4],
        'line-dasharray': [0.5, 0.5] } },
    { id: 'buildings', type: 'fill', source: 'registers', 'source-layer': 'buildings', minzoom: 14, metadata: { row: 'buildings' },
      paint: { 'fill-color': ['match', ['get', 'status'], 'under_construction', '#f3efe8', c.BUILDING],
        'fill-outline-color': c.BUILDING_EDGE,
        'fill-opacity': ['interpolate', ['linear'], ['zoom'], 14, 0.4, 14.6, 1] } },
    { id: 'building-edge', type: 'line', source: 'registers', 'source-layer': 'buildings', minzoom: 15.5, metadata: { row: 'buildings' },
      paint: { 'line-color': c.BUILDING_EDGE, 'line-width': ['interpolate', ['linear'], ['zoom'], 15.5, 0.5, 18, 1.4] } },
    { id: 'wall', type: 'line', ...features, minzoom: 15, metadata: { row: 'compounds' }, filter: kind('wall'),
      layout: { 'line-join': 'round' },
      paint: { 'line-color': c.WALL, 'line-width': ['interpolate', ['linear'], ['zoom'], 15, 0.7, 17, 1.6] } },
    { id: 'gate', type: 'circle', ...features, minzoom: 15, metadata: { row: 'compounds' }, filter: kind('gate'),
      paint: { 'circle-color': c.STREET, 'circle-radius': ['interpolate', ['linear'], ['zoom'], 15, 1.6, 18, 5] } },
  ]
}

/** Names of the ground, from the least to the most important. */
export function groundLabels(): LayerSpecification[] {
  const halo = { 'text-halo-color': c.HALO, 'text-halo-width': 1.5 }
  const name: ExpressionSpecification = ['get', 'name']
  const along = { 'symbol-placement': 'line' as const, 'text-field': name, 'text-font': FONT, 'text-max-angle': 30 }
  const named: ExpressionSpecification = ['!=', ['coalesce', ['get', 'name'], ''], '']
  const major: ExpressionSpecification = ['in', ['get', 'class'], ['literal', ['arterial', 'secondary']]]
  return [
    { id: 'building-number', type: 'symbol', source: 'registers', 'source-layer': 'buildings', minzoom: 16.5, metadata: { row: 'buildings' },
      layout: { 'text-field': ['coalesce', ['get', 'number'], ['get', 'name'], ''], 'text-font': FONT, 'text-size': 10.5, 'text-padding': 1 },
      paint: { 'text-color': '#7b7365', 'text-halo-color': c.BUILDING, 'text-halo-width': 1 } },
    { id: 'street-name', type: 'symbol', ...features, minzoom: 15.5, metadata: { row: 'streets' },
      filter: ['all', kind('street'), named, ['!', major]],
      layout: { ...along, 'text-size': 10.5, 'symbol-spacing': 320 }, paint: { 'text-color': c.STREET_TEXT, ...halo } },
    { id: 'street-name-major', type: 'symbol', ...features, minzoom: 13.5, metadata: { row: 'streets' },
      filter: ['all', kind('street'), named, major],
      layout: { ...along, 'text-size': ['interpolate', ['linear'], ['zoom'], 13.5, 10.5, 17, 13], 'symbol-spacing': 380 },
      paint: { 'text-color': c.STREET_TEXT, ...halo } },
    { id: 'compound-name', type: 'symbol', source: 'registers', 'source-layer': 'compounds', minzoom: 15.5, metadata: { row: 'compounds' },
      layout: { 'text-field': ['get', 'name'], 'text-font': FONT, 'text-size': 11, 'text-max-width': 7 },
      paint: { 'text-color': '#7d5f43', ...halo } },
    { id: 'green-name', type: 'symbol', ...features, minzoom: 14, metadata: { row: 'water' }, filter: ['all', kind('green'), named],
      layout: { 'text-field': ['get', 'name'], 'text-font': FONT, 'text-size': 11 }, paint: { 'text-color': c.GREEN_TEXT, ...halo } },
    { id: 'water-name', type: 'symbol', ...features, minzoom: 11, metadata: { row: 'water' }, filter: ['all', kind('water'), named],
      layout: { 'text-field': ['get', 'name'], 'text-font': FONT, 'text-size': 12, 'text-letter-spacing': 0.3 },
      paint: { 'text-color': c.WATER_TEXT, 'text-halo-color': c.WATER, 'text-halo-width': 1 } },
  ]
}
