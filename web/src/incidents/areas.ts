/** The areas that incidents can be filtered by: those of the level the town plans by, and the one asked for. */
import { signal } from '@preact/signals'
import { api } from '../api'
import type { AreaRef } from '../api'
import * as state from '../state'
import { toast, trouble } from '../toasts'

const areas = signal<readonly AreaRef[]>([])

/** Load them for the edition shown. */
export function loadAreas(): void {
  const edition = state.editionNumber.peek()
  const level = (state.limitLevel.peek() ?? state.levels.peek().at(1) ?? state.levels.peek()[0])?.key
  if (edition === null || level === undefined) return
  const asked = state.incidents.peek().area
  Promise.all([api.areas(level, edition), asked ? api.area(Number(asked), edition).catch(() => null) : null]).then(
    ([{ areas: rows }, one]) => { areas.value = one && !rows.some(({ id }) => id === one.area.id) ? [...rows, one.area] : rows },
    (error: unknown) => toast(trouble(error).what),
  )
}

export function areaOptions(own: string): { value: string; text: string }[] {
  const options = areas.value.map(({ id, name, code }) => ({ value: String(id), text: name || code }))
  return own && !options.some(({ value }) => value === own) ? [...options, { value: own, text: own }] : options
}

export function areaName(id: string): string {
  return areaOptions(id).find(({ value }) => value === id)?.text ?? ''
}

/** Filter by an area from elsewhere on the page, such as its card. */
export function filterByArea(area: AreaRef): void {
  if (!areas.value.some(({ id }) => id === area.id)) areas.value = [...areas.value, area]
  state.incidents.value = { ...state.incidents.value, area: String(area.id) }
  state.mode.value = 'incidents'
  state.panelOpen.value = true
}
