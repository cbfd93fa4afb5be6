/** "Whose grid is this?": the browser's position if it gives one, else a cross at the map's centre. */
import type { LonLat } from './api'
import * as state from './state'
import { toast } from './toasts'
import { said, t } from './words'

const CLOSE_ZOOM = 16

export function askHere(): void {
  // Browsers give positions to secure pages only.
  if (!isSecureContext || !('geolocation' in navigator)) return useCross(t('noPosition'))
  toast(t('locating'), 2000)
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      const point: LonLat = [coords.longitude, coords.latitude]
      const site = state.config.value?.site
      if (site?.bounds && !within(point, site.bounds)) return useCross(t('outsideMap', { town: said(site.name) }))
      state.crossOn.value = false
      state.pick({ point })
      state.going.value = { point, zoom: CLOSE_ZOOM }
    },
    () => useCross(t('noPosition')),
    { enableHighAccuracy: true, timeout: 8000, maximumAge: 60_000 },
  )
}

function useCross(why: string): void {
  if (state.mapFailed.value) return toast(t('noPosition'))
  toast(why, 6000)
  state.crossOn.value = true
}

function within([lon, lat]: LonLat, [w, s, e, n]: readonly [number, number, number, number]): boolean {
  return lon >= w && lon <= e && lat >= s && lat <= n
}
