/** The living map: creates it and keeps it in step with the page's state. The only file that drives MapLibre. */
import { effect, signal } from '@preact/signals'
import * as ml from 'maplibre-gl'
import 'maplibre-gl/dist/maplibre-gl.css'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import { api } from '../api'
import type { Bbox, Config, TileJson } from '../api'
import { outlined, spot } from '../card'
import { incidentHexes, incidentSteps, memberHexes, memberSteps } from '../hexdata'
import { drawImports } from '../imports/onmap'
import { drawIncidents } from '../incidents/onmap'
import { points } from '../posts/data'
import * as state from '../state'
import { toast, trouble } from '../toasts'
import { t } from '../words'
import { isHatch, labelText } from './areas'
import { drawPattern, RECIPES } from './hatch'
import type { Pattern } from './hatch'
import { followPointer } from './pointer'
import { drawMark, marksOf } from './marks'
import { followRoom, padding } from './room'
import { hatchesShown } from './rows'
import { circleFilter, hexColour, MANY_CIRCLES, markImage } from './services'
import { absolute, buildStyle, onlyId, rowOf } from './style'

ml.setWorkerUrl(workerUrl)

/** True while tiles are on their way. */
export const drawing = signal(true)

const SPEED_MS = 600

let living: ml.Map | null = null
/** The map on the page, once it is there. */
export const shownMap = (): ml.Map | null => living

export async function createMap(container: HTMLElement, config: Config): Promise<() => void> {
  const first = state.editionNumber.peek()
  if (first === null) throw new Error('no edition to draw')
  const [areas, registers] = await Promise.all([api.areaTiles(first), api.registerTiles()])
  const marks = marksOf(config.facility_kinds.map(({ kind }) => kind))
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches
  const at = state.position.peek()
  const map = new ml.Map({
    container,
    style: buildStyle({ config, areas, registers, marks, unit: t('households') }),
    ...(at ? { center: [at.lon, at.lat], zoom: at.zoom, bearing: at.bearing } : { bounds: box(config.site.bounds ?? areas.bounds), fitBoundsOptions: { padding: padding() } }),
    attributionControl: false,
    minZoom: 5,
    maxZoom: 19.9,
    maxPitch: 0,
    fadeDuration: still ? 0 : 150,
    reduceMotion: still,
  })
  map.touchZoomRotate.enable()
  const ratio = Math.max(2, Math.ceil(window.devicePixelRatio))
  for (const pattern of Object.keys(RECIPES) as Pattern[]) {
    map.addImage(pattern, drawPattern(pattern, ratio), { pixelRatio: ratio })
  }
  for (const [kind, mark] of marks) {
    for (const hollow of [false, true]) map.addImage(markImage(kind, hollow), drawMark(mark, hollow, ratio), { pixelRatio: ratio })
  }
  map.on('error', ({ error }) => { toast(`${t('failed')}：${error.message}`) })
  map.on('dataloading', () => { drawing.value = true })
  map.on('idle', () => { drawing.value = false })
  followPosition(map)
  await map.once('load')
  living = map
  const stops = [...followState(map, config, first, still), ...drawIncidents(map), ...drawImports(map), ...followRoom(map, still), followPointer(map, config.levels), followPrinting(map)]
  return () => {
    for (const stop of stops) stop()
    living = null
    map.remove()
  }
}

const box = ([w, s, e, n]: Bbox): ml.LngLatBoundsLike => [[w, s], [e, n]]

function followPosition(map: ml.Map): void {
  const read = (): void => {
    const { lng, lat } = map.getCenter()
    state.position.value = { lon: lng, lat, zoom: map.getZoom(), bearing: map.getBearing() }
    const view = map.getBounds()
    state.viewBounds.value = [view.getWest(), view.getSouth(), view.getEast(), view.getNorth()]
  }
  map.on('moveend', read)
  map.on('zoom', () => { state.zoomNow.value = map.getZoom() })
  map.on('rotate', () => { state.bearingNow.value = map.getBearing() })
  map.once('load', () => {
    read()
    state.zoomNow.value = map.getZoom()
    state.bearingNow.value = map.getBearing()
  })
}

/** One effect per thing the page can change. */
function followState(map: ml.Map, config: Config, firstEdition: number, still: boolean): (() => void)[] {
  const layers = map.getStyle().layers
  const duration = still ? 0 : SPEED_MS
  let shown = firstEdition
  return [
    effect(() => {
      const on = state.rowsShown.value
      for (const layer of layers) {
        const row = rowOf(layer)
        const seen = row && on.has(row) && (!isHatch(layer.id) || hatchesShown(on))
        if (row) map.setLayoutProperty(layer.id, 'visibility', seen ? 'visible' : 'none')
      }
    }),
    effect(() => {
      const wanted = state.editionNumber.value
      if (wanted === null || wanted === shown) return
      shown = wanted
      api.areaTiles(wanted).then((tiles) => { if (shown === wanted) swapTiles(map, tiles) },
        (error: unknown) => toast(trouble(error).what))
    }),
    effect(() => {
      const unit = t('households')
      for (const level of config.levels) map.setLayoutProperty(`label:${level.key}`, 'text-field', labelText(level, unit))
      map.getCanvas().setAttribute('aria-label', t('map', { town: config.site.name.zh }))
    }),
    effect(() => {
      const id = outlined.value
      for (const { key } of config.levels) {
        map.setFilter(`picked-halo:${key}`, onlyId(id))
        map.setFilter(`picked:${key}`, onlyId(id))
      }
    }),
    effect(() => {
      const point = spot.value
      map.getSource<ml.GeoJSONSource>('point')?.setData({
        type: 'FeatureCollection',
        features: point ? [{ type: 'Feature', properties: {}, geometry: { type: 'Point', coordinates: [...point] } }] : [],
      })
    }),
    effect(() => { drawCircles(map, config) }),
    effect(() => { if (points.value) map.getSource<ml.GeoJSONSource>('posts')?.setData(points.value) }),
    effect(() => { drawHexes(map, 'incidents', incidentHexes.value, hexColour(incidentSteps.value)) }),
    effect(() => { drawHexes(map, 'members', memberHexes.value, hexColour(memberSteps.value)) }),
    effect(() => {
      const where = state.going.value
      if (!where) return
      state.going.value = null
      if ('bbox' in where) map.fitBounds(box(where.bbox), { padding: padding(), duration, maxZoom: 17.5 })
      else if ('point' in where) map.flyTo({ center: [...where.point], zoom: where.zoom, duration, essential: !still })
      else if ('by' in where) map.easeTo({ zoom: map.getZoom() + where.by, duration: duration / 3 })
      else map.easeTo({ bearing: 0, duration: duration / 2 })
    }),
  ]
}

/** A printed WebGL canvas is blank: print a copy of it, drawn in the same breath. */
function followPrinting(map: ml.Map): () => void {
  const copy = document.createElement('canvas')
  copy.className = 'printed'
  const before = (): void => {
    const live = map.getCanvas()
    copy.width = live.width
    copy.height = live.height
    map.redraw()
    copy.getContext('2d')?.drawImage(live, 0, 0)
    map.getContainer().append(copy)
  }
  const after = (): void => copy.remove()
  addEventListener('beforeprint', before)
  addEventListener('afterprint', after)
  return () => {
    removeEventListener('beforeprint', before)
    removeEventListener('afterprint', after)
  }
}

function swapTiles(map: ml.Map, { tiles }: TileJson): void {
  map.getSource<ml.VectorTileSource>('areas')?.setTiles(absolute(tiles))
}

function drawCircles(map: ml.Map, config: Config): void {
  const [minutes, kinds] = [state.minutes.value, state.circleKinds.value]
  const facilities = config.facility_kinds
    .filter(({ kind }) => !kinds.size || kinds.has(kind))
    .reduce((sum, { count }) => sum + count, 0)
  const many = facilities * minutes.size > MANY_CIRCLES
  map.setFilter('circle-disc', circleFilter(minutes, kinds, true))
  map.setFilter('circle-walked', circleFilter(minutes, kinds, false))
  map.setFilter('circle-fill', ['any', circleFilter(minutes, kinds, true), circleFilter(minutes, kinds, false)] as ml.FilterSpecification)
  map.setPaintProperty('circle-fill', 'fill-opacity', many ? 0 : 0.12)
  for (const line of ['circle-disc', 'circle-walked']) map.setPaintProperty(line, 'line-opacity', many ? 0.7 : 1)
}

function drawHexes(map: ml.Map, row: 'incidents' | 'members', hexes: GeoJSON.GeoJSON | null, colour: ml.ExpressionSpecification | string): void {
  if (!hexes) return
  map.setPaintProperty(`${row}-fill`, 'fill-color', colour)
  map.getSource<ml.GeoJSONSource>(row)?.setData(hexes)
}
