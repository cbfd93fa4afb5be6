/** A pin on its way: where it stood, where it would stand, and whose grid that is. Nothing is kept before 保留. */
import { effect, signal } from '@preact/signals'
import { api, isAborted } from '../api'
import type { LonLat, Located } from '../api'
import { onEscape } from '../escape'
import * as state from '../state'
import { toast, trouble } from '../toasts'

export interface Placing { from: LonLat | null; to: LonLat | null; located: Located | null }
export const placing = signal<Placing | null>(null)

let release: (() => void) | null = null

/** Let clicks on the map place the pin until `stopPlacing`; Esc calls `onCancel`. */
export function startPlacing(from: LonLat | null, to: LonLat | null, onCancel: () => void): void {
  stopPlacing()
  placing.value = { from, to, located: null }
  state.taking.value = put
  release = onEscape(onCancel)
}

export function put(point: LonLat): void {
  if (placing.peek()) placing.value = { ...placing.peek()!, to: point, located: null }
}

export function stopPlacing(): void {
  release?.()
  release = null
  state.taking.value = null
  placing.value = null
}

/** Ask whose grid the pin would be in whenever it comes to rest; called once. */
export function followPlacing(): void {
  effect(() => {
    const [now, edition] = [placing.value, state.editionNumber.value]
    if (!now?.to || now.located || edition === null) return
    const control = new AbortController()
    api.locate(now.to, edition, control.signal).then(
      (located) => { if (placing.peek() === now) placing.value = { ...now, located } },
      (error: unknown) => { if (!isAborted(error)) toast(trouble(error).what) },
    )
    return () => control.abort()
  })
}
