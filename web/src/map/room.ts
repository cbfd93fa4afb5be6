/** Keeps what matters out from under the panels that lie over the map. */
import { effect } from '@preact/signals'
import type * as ml from 'maplibre-gl'
import type { Bbox } from '../api'
import { content, loading, spot } from '../card'
import * as state from '../state'
import { MARGIN_PX, outOfTheWay } from './uncover'
import type { Room } from './uncover'

const NARROW_MARGIN_PX = 16
/** What a card takes that is about to open: its width with its gaps; on a phone a share of the height. */
const CARD_PX = 384
const SHEET = 0.4

/** The part of the map that nothing covers, in its own pixels, and the whole of it. */
export function freeRoom(): Room {
  const map = document.querySelector('main.map')?.getBoundingClientRect() ?? new DOMRect(0, 0, innerWidth, innerHeight)
  const { width, height } = map
  const side = document.querySelector('.side')?.getBoundingClientRect()
  const card = document.querySelector('.card')?.getBoundingClientRect()
  if (state.phone.peek()) {
    const sheet = card ?? side
    const opening = state.picked.peek() ? height * SHEET : 0
    return { left: 0, right: width, bottom: sheet ? sheet.top - map.y : height - opening, width, height }
  }
  const opening = state.picked.peek() ? CARD_PX : 0
  return { left: side ? side.right - map.x : 0, right: card ? card.left - map.x : width - opening, bottom: height, width, height }
}

/** The same as the margins that a view must keep. */
export function padding(): ml.PaddingOptions {
  const { left, right, bottom, width, height } = freeRoom()
  const margin = state.phone.peek() ? NARROW_MARGIN_PX : MARGIN_PX
  return { left: left + margin, top: 24, right: width - right + margin, bottom: Math.max(40, height - bottom + margin) }
}

/** What the side panel takes of the map: from its left edge, or on a phone from below. */
function sideTakes(): [number, number] {
  const map = document.querySelector('main.map')?.getBoundingClientRect()
  const side = document.querySelector('.side')?.getBoundingClientRect()
  if (!map || !side) return [0, 0]
  return state.phone.peek() ? [0, map.bottom - side.top] : [side.right - map.x, 0]
}

/** Whether a panel that takes so much leaves the whole box in sight. */
function lies(map: ml.Map, [west, south, east, north]: Bbox, [left, below]: [number, number]): boolean {
  const { clientWidth: width, clientHeight: height } = map.getContainer()
  return [[west, north], [east, south]].every(([lon, lat]) => {
    const { x, y } = map.project([lon!, lat!])
    return x >= left && x <= width && y >= 0 && y <= height - below
  })
}

/** Follow the panels: a wider one shifts the map by half and keeps the whole town whole, a card uncovers what it is about. */
export function followRoom(map: ml.Map, still: boolean): (() => void)[] {
  const duration = still ? 0 : 250
  let before = sideTakes()
  const town = state.config.peek()?.site.bounds ?? null
  const afterDrawing = (act: () => void): (() => void) => {
    const frame = requestAnimationFrame(() => requestAnimationFrame(act))
    return () => cancelAnimationFrame(frame)
  }
  return [
    effect(() => {
      state.mode.value
      state.panelOpen.value
      return afterDrawing(() => {
        const now = sideTakes()
        const by: [number, number] = [(before[0] - now[0]) / 2, (now[1] - before[1]) / 2]
        const was = before
        before = now
        if (!(by[0] || by[1]) || map.isMoving()) return
        if (town && lies(map, town, was) && !lies(map, town, now)) map.fitBounds([...town], { padding: padding(), duration })
        else map.panBy(by, { duration })
      })
    }),
    effect(() => {
      const area = content.value?.area?.area
      const at = spot.value ?? (area ? [area.lon, area.lat] as const : null)
      if (!state.picked.value || loading.value || !at) return
      return afterDrawing(() => {
        const by = outOfTheWay(map.project([at[0], at[1]]), freeRoom())
        if ((by[0] || by[1]) && !map.isMoving()) map.panBy(by, { duration })
      })
    }),
  ]
}
