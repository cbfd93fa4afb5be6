/** Style layers of incidents, one by one. Pure. */
import type { ExpressionSpecification, LayerSpecification } from 'maplibre-gl'
import { ACCENT, HALO } from '../map/colours'
import { STATES } from './states'

/** From this zoom each incident has its pin; hexagons count them before. */
export const PINS_FROM = 14
export const PINS = 'incident-pins'
/** Sources: the pins in view, the one on the card, the way that a moved pin goes. */
export const SOURCES = { pins: PINS, picked: 'incident-picked', way: 'incident-way' } as const

export const pinImage = (state: string): string => `pin:${state}`

const image: ExpressionSpecification = ['match', ['get', 'state'],
  ...STATES.flatMap(({ key }) => [key, pinImage(key)]), pinImage('')] as unknown as ExpressionSpecification
const PIN = { 'icon-image': image, 'icon-anchor': 'bottom', 'icon-allow-overlap': true, 'icon-ignore-placement': true } as const

export function pinLayers(): LayerSpecification[] {
  return [
    { id: SOURCES.way, type: 'line', source: SOURCES.way, paint: { 'line-color': ACCENT, 'line-width': 2, 'line-dasharray': [2, 2] } },
    { id: PINS, type: 'symbol', source: SOURCES.pins, minzoom: PINS_FROM,
      layout: { ...PIN, 'icon-size': ['interpolate', ['linear'], ['zoom'], 14, 0.62, 16, 0.9, 18, 1], 'symbol-sort-key': ['get', 'order'] } },
    { id: `${SOURCES.picked}-spot`, type: 'circle', source: SOURCES.picked,
      paint: { 'circle-radius': 7, 'circle-color': HALO, 'circle-opacity': 0.9, 'circle-stroke-color': ACCENT, 'circle-stroke-width': 2.5 } },
    { id: SOURCES.picked, type: 'symbol', source: SOURCES.picked, layout: { ...PIN, 'icon-size': 1.3 } },
  ]
}
