/** Incident and member hexagons: what is loaded, and the classes of the legend. */
import { computed, effect, signal } from '@preact/signals'
import { api, isAborted } from './api'
import type { Hexes } from './api'
import { steps } from './hexclasses'
import { INCIDENT_RAMP, MEMBER_RAMP } from './map/colours'
import { hasEnded, known, may, session } from './session'
import { config, incidents, position, rowsShown } from './state'
import { toast, trouble } from './toasts'
import type { IncidentFilter } from './url'

export const incidentHexes = signal<Hexes | null>(null)
export const memberHexes = signal<Hexes | null>(null)
/** Counted up when incidents were changed here. */
export const hexAttempt = signal(0)
export const incidentChoices = signal<{ kinds: string[]; states: string[] } | null>(null)

export const incidentSteps = computed(() => steps(counts(incidentHexes.value), INCIDENT_RAMP))
export const memberSteps = computed(() => steps(counts(memberHexes.value), MEMBER_RAMP))

function counts(hexes: Hexes | null): number[] {
  return (hexes?.features ?? []).flatMap(({ properties: { count } }) => (count === null ? [] : [count]))
}

const zoomStep = computed(() => Math.floor(position.value?.zoom ?? 0))

/** Fetch what the rows that are on need; called once. */
export function followHexes(): void {
  follow('incidents', incidentHexes, (abort) =>
    api.incidentHexes({ zoom: zoomStep.value, ...hexFilter() }, abort))
  follow('members', memberHexes, (abort) => api.memberHexes(zoomStep.value, abort))
  effect(() => {
    if (config.value?.hexes && rowsShown.value.has('incidents')) loadChoices()
  })
}

/** The kinds and states that occur: asked for once. */
export function loadChoices(): void {
  if (incidentChoices.peek()) return
  api.incidentKinds().then((choices) => { incidentChoices.value = choices }, say)
}

/** Hexagons are counted over the whole town; only who may read incidents may narrow them down. */
function hexFilter(): Omit<IncidentFilter, 'area'> {
  const { kind, state, from, to } = may('incidents.read') ? incidents.value : { kind: '', state: '', from: '', to: '' }
  return { kind, state, from, to }
}

function follow(row: string, target: typeof incidentHexes, load: (abort: AbortSignal) => Promise<Hexes>): void {
  const on = computed(() => Boolean(config.value?.hexes) && known.value && rowsShown.value.has(row) && position.value !== null)
  effect(() => {
    hexAttempt.value
    session.value
    if (!on.value) return
    const control = new AbortController()
    load(control.signal).then((hexes) => { target.value = hexes }, say)
    return () => control.abort()
  })
}

function say(error: unknown): void {
  if (isAborted(error) || hasEnded(error)) return
  const { title, what } = trouble(error)
  toast(`${title}：${what}`)
}
