/** The rows of a preview on the map, and the place that a finding is about. */
import { effect } from '@preact/signals'
import type * as ml from 'maplibre-gl'
import type { FeatureCollection } from 'geojson'
import { api } from '../api'
import { absolute } from '../map/style'
import * as state from '../state'
import { toast, trouble } from '../toasts'
import { committed, marked, preview } from './data'

const ROWS = 'import-rows'
const SPOT = 'import-spot'
/** A colour that nothing else on the map has. */
const COLOUR = '#b5179e'
const NOTHING: FeatureCollection = { type: 'FeatureCollection', features: [] }

/** Add the layers and keep them in step; returns how to stop. */
export function drawImports(map: ml.Map): (() => void)[] {
  for (const id of [ROWS, SPOT]) map.addSource(id, { type: 'geojson', data: NOTHING })
  for (const layer of layers()) map.addLayer(layer)
  return [
    effect(() => {
      const shown = state.mode.value === 'imports' ? preview.value?.features : null
      map.getSource<ml.GeoJSONSource>(ROWS)?.setData(shown ?? NOTHING)
    }),
    effect(() => {
      const at = state.mode.value === 'imports' ? marked.value : null
      map.getSource<ml.GeoJSONSource>(SPOT)?.setData(at
        ? { type: 'FeatureCollection', features: [{ type: 'Feature', properties: {}, geometry: { type: 'Point', coordinates: [...at] } }] }
        : NOTHING)
    }),
    effect(() => {
      if (!committed.value) return
      api.registerTiles().then(({ tiles }) => map.getSource<ml.VectorTileSource>('registers')?.setTiles(absolute(tiles)),
        (error: unknown) => toast(trouble(error).what))
    }),
  ]
}

function layers(): ml.LayerSpecification[] {
  const surface = ['==', ['geometry-type'], 'Polygon'] as ml.FilterSpecification
  const point = ['==', ['geometry-type'], 'Point'] as ml.FilterSpecification
  return [
    { id: `${ROWS}-fill`, type: 'fill', source: ROWS, filter: surface, paint: { 'fill-color': COLOUR, 'fill-opacity': 0.12 } },
    { id: `${ROWS}-line`, type: 'line', source: ROWS, filter: ['!', point] as ml.FilterSpecification,
      paint: { 'line-color': COLOUR, 'line-width': 2 } },
    { id: `${ROWS}-point`, type: 'circle', source: ROWS, filter: point,
      paint: { 'circle-radius': 6, 'circle-color': COLOUR, 'circle-stroke-color': '#fff', 'circle-stroke-width': 2 } },
    { id: `${ROWS}-number`, type: 'symbol', source: ROWS,
      layout: { 'text-field': ['to-string', ['get', 'row']], 'text-font': ['Microsoft YaHei', 'Noto Sans CJK SC', 'sans-serif'], 'text-size': 12, 'text-offset': [0, -1.2] },
      paint: { 'text-color': COLOUR, 'text-halo-color': '#fff', 'text-halo-width': 1.6 } },
    { id: SPOT, type: 'circle', source: SPOT,
      paint: { 'circle-radius': 13, 'circle-color': COLOUR, 'circle-opacity': 0.08, 'circle-stroke-color': COLOUR, 'circle-stroke-width': 2.5 } },
  ]
}
