/** Pointer and keyboard on the map: hover, click, Enter at the centre. */
import type { Map as MapLibre, MapMouseEvent, PointLike } from 'maplibre-gl'
import type { Level, LonLat } from '../api'
import { PINS } from '../incidents/style'
import * as state from '../state'
import { activeLevel } from './levels'

export function followPointer(map: MapLibre, levels: readonly Level[]): () => void {
  let hovered: { source: string; sourceLayer: string; id: number } | null = null

  const hover = (next: typeof hovered): void => {
    if (hovered?.id === next?.id && hovered?.sourceLayer === next?.sourceLayer) return
    if (hovered) map.setFeatureState(hovered, { hover: false })
    if (next) map.setFeatureState(next, { hover: true })
    hovered = next
  }
  /** Every level's area at a pixel, top first, out of the tiles on screen. */
  const areasAt = (pixel: PointLike): { level: string; id: number; name: string }[] => {
    const layers = levels.map(({ key }) => `hit:${key}`).filter((id) => map.getLayer(id))
    const found = map.queryRenderedFeatures(pixel, { layers })
    return levels.flatMap(({ key }) => {
      const hit = found.find((feature) => feature.sourceLayer === key)
      return hit ? [{ level: key, id: Number(hit.id), name: String(hit.properties.name ?? hit.properties.code ?? '') }] : []
    })
  }
  const pickAt = (pixel: PointLike, point: LonLat): void => {
    if (state.taking.value) return state.taking.value(point)
    const pin = map.getLayer(PINS) && map.queryRenderedFeatures(pixel, { layers: [PINS] })[0]
    if (pin?.id !== undefined) return state.pick({ incident: Number(pin.id) })
    const mark = map.queryRenderedFeatures(pixel, { layers: ['facilities', 'facility-dots'] })[0]
    if (mark?.id !== undefined) return state.pick({ facility: Number(mark.id) })
    const level = activeLevel(levels, map.getZoom())
    const area = areasAt(pixel).findLast((one) => levels.findIndex((l) => l.key === one.level) <= (level?.rank ?? 0))
    state.pick({ area: area?.id ?? null, point })
  }

  const move = ({ point, lngLat }: MapMouseEvent): void => {
    const chain = areasAt(point)
    const level = activeLevel(levels, map.getZoom())
    const under = chain.find((one) => one.level === level?.key)
    hover(under ? { source: 'areas', sourceLayer: under.level, id: under.id } : null)
    state.pointer.value = { point: [lngLat.lng, lngLat.lat], chain: chain.map((one) => one.name) }
    map.getCanvas().style.cursor = state.taking.value ? 'crosshair' : chain.length ? 'pointer' : ''
  }
  const leave = (): void => {
    hover(null)
    state.pointer.value = null
  }
  const click = ({ point, lngLat }: MapMouseEvent): void => pickAt(point, [lngLat.lng, lngLat.lat])
  const enter = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter') return
    const { lng, lat } = map.getCenter()
    pickAt(map.project([lng, lat]), [lng, lat])
  }
  map.on('mousemove', move)
  map.on('mouseout', leave)
  map.on('click', click)
  map.getCanvas().addEventListener('keydown', enter)
  return () => map.getCanvas().removeEventListener('keydown', enter)
}
