/** The quiet corners: zoom, north and scale on the right; credits and the place under the cursor on the left. */
import { useComputed } from '@preact/signals'
import { Maximize, Minus, Navigation2, Plus } from 'lucide'
import { coordinates, distance, scaleBar } from '../format'
import { Button } from '../parts/button'
import { Icon } from '../parts/icon'
import * as state from '../state'
import { t } from '../words'

const SCALE_PX = 96
/** Metres per pixel at zoom 0 on the equator, for 512-pixel tiles. */
const EQUATOR_M_PER_PX = 78271.517

export function Controls() {
  return (
    <div class="controls">
      <ZoomButtons />
      <Scale />
    </div>
  )
}

function ZoomButtons() {
  const turned = useComputed(() => Math.round(state.bearingNow.value))
  const bounds = state.config.value?.site.bounds
  return (
    <div class="stack">
      {turned.value !== 0 && (
        <button type="button" class="button square" title={t('north')} aria-label={t('north')} onClick={() => { state.going.value = { north: true } }}>
          <span style={{ display: 'flex', transform: `rotate(${-turned.value}deg)` }}><Icon of={Navigation2} /></span>
        </button>
      )}
      <Button icon={Plus} label={`${t('zoomIn')} (+)`} onClick={() => { state.going.value = { by: 1 } }} />
      <Button icon={Minus} label={`${t('zoomOut')} (−)`} onClick={() => { state.going.value = { by: -1 } }} />
      {bounds && <Button icon={Maximize} label={t('wholeTown')} onClick={() => { state.going.value = { bbox: bounds } }} />}
    </div>
  )
}

function Scale() {
  const lat = state.position.value?.lat ?? 0
  const perPixel = (EQUATOR_M_PER_PX * Math.cos((lat * Math.PI) / 180)) / 2 ** state.zoomNow.value
  const { metres, width } = scaleBar(perPixel, SCALE_PX)
  return (
    <div class="scale" title={`z ${state.zoomNow.value.toFixed(1)}`}>
      <span>{distance(metres)}</span>
      <i style={{ width: `${width}px` }} />
    </div>
  )
}

export function Credits() {
  const config = state.config.value
  const here = state.pointer.value
  return (
    <div class="credits">
      {here && !state.phone.value && (
        <span class="under-cursor">
          <span class="number">{coordinates(here.point)}</span>
          {here.chain.length > 0 && <span>{here.chain.join(' › ')}</span>}
        </span>
      )}
      {config?.review_number && <span>{config.review_number}</span>}
      {config?.basemap && state.layersOn.value.has('basemap') && <span>{config.basemap.attribution}</span>}
    </div>
  )
}

/** A cross at the centre: for asking there, and to show where Enter will look or put the pin. */
export function Cross() {
  const asks = state.crossOn.value
  if (!asks && !state.taking.value) return null
  return (
    <>
      <svg class={asks ? 'cross' : 'cross placing'} width="44" height="44" viewBox="-22 -22 44 44" aria-hidden="true">
        <g stroke="#fff" stroke-width="4"><path d="M-20 0H-6M6 0H20M0-20V-6M0 6V20" /></g>
        <g stroke="#0b63ce" stroke-width="2"><path d="M-20 0H-6M6 0H20M0-20V-6M0 6V20" /></g>
        <circle r="2" fill="#0b63ce" />
      </svg>
      {asks && <div class="banner">{t('cross')}<Button kind="quiet" onClick={() => { state.crossOn.value = false }}>{t('close')}</Button></div>}
    </>
  )
}
