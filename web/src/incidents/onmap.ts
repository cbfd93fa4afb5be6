/** Incidents on the map: pins near, hexagons far, and the pin that is being placed. */
import { effect } from '@preact/signals'
import * as ml from 'maplibre-gl'
import type { Feature, Point } from 'geojson'
import type { LonLat } from '../api'
import { lang } from '../words'
import { card, pins, pinsShown } from './data'
import { DROP, drawPin } from './pins'
import { placing, put } from './place'
import { OTHER, STATES, stepOf } from './states'
import { pinImage, pinLayers, PINS_FROM, SOURCES } from './style'
import type { Row } from './wire'

const HEXES = ['incidents-fill', 'incidents-low', 'incidents-edge', 'incidents-count']

/** Add the layers and keep them in step; returns how to stop. */
export function drawIncidents(map: ml.Map): (() => void)[] {
  const ratio = Math.max(2, Math.ceil(window.devicePixelRatio))
  const all = [...STATES, OTHER]
  for (const one of all) map.addImage(pinImage(one.key), drawPin(one, lang.peek(), ratio), { pixelRatio: ratio })
  for (const id of Object.values(SOURCES)) map.addSource(id, { type: 'geojson', data: { type: 'FeatureCollection', features: [] } })
  for (const layer of pinLayers()) map.addLayer(layer)
  return [
    effect(() => { for (const one of all) map.updateImage(pinImage(one.key), drawPin(one, lang.value, ratio)) }),
    effect(() => {
      const on = pinsShown.value
      map.setLayoutProperty(SOURCES.pins, 'visibility', on ? 'visible' : 'none')
      for (const id of HEXES) map.setLayerZoomRange(id, 0, on ? PINS_FROM : 24)
    }),
    effect(() => {
      const picked = card.value?.id
      set(map, SOURCES.pins, (pins.value?.rows ?? []).filter(({ id }) => id !== picked).map(pin))
    }),
    effect(() => {
      const now = card.value
      const away = placing.value
      set(map, SOURCES.picked, now && !away ? [pin({ ...now, point: [now.lon, now.lat] })] : [])
    }),
    followPlaced(map),
  ]
}

function pin({ id, state, point }: Pick<Row, 'id' | 'state' | 'point'>): Feature<Point> {
  // Open ones lie over closed ones.
  return { type: 'Feature', id, properties: { state: state ?? '', order: -stepOf(state) }, geometry: { type: 'Point', coordinates: [...point] } }
}

function set(map: ml.Map, source: string, features: Feature[]): void {
  map.getSource<ml.GeoJSONSource>(source)?.setData({ type: 'FeatureCollection', features })
}

/** The pin that can be dragged, and the dashed way from where it stood. */
function followPlaced(map: ml.Map): () => void {
  let marker: ml.Marker | null = null
  const way = (from: LonLat | null, to: LonLat | null): void => set(map, SOURCES.way, from && to
    ? [{ type: 'Feature', properties: {}, geometry: { type: 'LineString', coordinates: [[...from], [...to]] } }] : [])
  return effect(() => {
    const now = placing.value
    map.getCanvas().style.cursor = now ? 'crosshair' : ''
    const at = now?.to ?? now?.from ?? null
    way(now?.from ?? null, now?.to ?? null)
    if (!at) {
      marker?.remove()
      marker = null
      return
    }
    if (!marker) {
      marker = new ml.Marker({ element: dropElement(), anchor: 'bottom', draggable: true }).setLngLat([...at]).addTo(map)
      const here = (): LonLat => { const { lng, lat } = marker!.getLngLat(); return [lng, lat] }
      marker.on('drag', () => way(placing.peek()?.from ?? null, here()))
      marker.on('dragend', () => put(here()))
    }
    marker.setLngLat([...at])
  })
}

function dropElement(): HTMLElement {
  const element = document.createElement('div')
  element.className = 'placed-pin'
  element.innerHTML = `<svg width="34" height="42" viewBox="0 0 24 30" aria-hidden="true"><path d="${DROP}" fill="#0b63ce" stroke="#fff" stroke-width="1.6"/><circle cx="12" cy="11.5" r="4" fill="#fff"/></svg>`
  return element
}
