/** What is loaded of incidents: the list, the pins in view, the one on the card. */
import { computed, effect, signal } from '@preact/signals'
import { isAborted, Problem } from '../api'
import { hexAttempt } from '../hexdata'
import { askToSignIn, hasEnded, lost, may, session } from '../session'
import * as state from '../state'
import { PINS_FROM } from './style'
import { client } from './wire'
import type { Answer, Incident, Page, Row } from './wire'

const PAGE = 50
const MOST_PINS = 1000

export const page = signal<Page | null>(null)
export const listError = signal<unknown>(null)
export const inView = signal(false)
export const selected = signal<ReadonlySet<number>>(new Set())
export const pins = signal<Page | null>(null)

export const card = signal<Incident | null>(null)
export const cardError = signal<unknown>(null)
/** What somebody else did meanwhile, in the service's words. */
export const movedOn = signal('')
/** What is written for the next step, by incident: it outlives reloads and a lost session. */
export const notes = signal<Readonly<Record<number, string>>>({})

const attempt = signal(0)
/** Ask anew; after a session has ended, sign in first: that asks anew by itself. */
export function again(): void {
  if (lost.peek()) void askToSignIn()
  else attempt.value++
}

/** Pins are drawn where incidents are asked for, near enough to tell them apart. */
export const pinsShown = computed(() => state.rowsShown.value.has('incidents') && may('incidents.read'))
const near = computed(() => Math.floor(state.position.value?.zoom ?? 0) >= PINS_FROM)

/** Filters, edition and person: whatever changes here is asked anew. Null: nothing to ask. */
const question = computed(() => {
  const edition = state.editionNumber.value
  attempt.value
  if (edition === null || !may('incidents.read')) return null
  return { edition, filter: state.incidents.value, who: session.value.user?.name }
})

/** Load what the page shows; called once. */
export function followIncidents(): void {
  effect(() => {
    const asked = question.value
    const bbox = inView.value ? state.viewBounds.value : null
    if (!asked || state.mode.value !== 'incidents') return
    return follow((abort) => client.list(asked.filter, asked.edition, PAGE, bbox, abort), (answer) => {
      page.value = answer
      listError.value = null
      const listed = new Set(answer.rows.map(({ id }) => id))
      selected.value = new Set([...selected.peek()].filter((id) => listed.has(id)))
    }, (error) => { listError.value = error })
  })
  effect(() => {
    const asked = question.value
    const bbox = state.viewBounds.value
    if (!asked || !bbox || !pinsShown.value || !near.value) return
    return follow((abort) => client.list(asked.filter, asked.edition, MOST_PINS, bbox, abort),
      (answer) => { pins.value = answer }, (error) => { listError.value = error })
  })
  effect(() => {
    const [id, asked] = [state.picked.value?.incident ?? null, question.value]
    if (id === null) card.value = null
    if (card.peek()?.id !== id) movedOn.value = ''
    if (id === null || !asked) return
    return follow((abort) => client.one(id, asked.edition, abort), (answer) => {
      show(answer)
      bringIntoView(answer.incident)
    }, (error) => {
      card.value = null
      cardError.value = error
    })
  })
}

function follow<T>(load: (abort: AbortSignal) => Promise<T>, take: (answer: T) => void, fail: (error: unknown) => void): () => void {
  const control = new AbortController()
  load(control.signal).then(take, (error: unknown) => {
    if (isAborted(error)) return
    hasEnded(error)
    fail(error)
  })
  return () => control.abort()
}

function show({ incident }: Answer): void {
  card.value = incident
  cardError.value = null
  movedOn.value = ''
}

/** Pixels that the panels take from either side of the map. */
const PANELS = { left: 344, right: 384 }

/** Move the map only when the pin is far, or under a panel. */
function bringIntoView({ lon, lat }: Incident): void {
  const view = state.viewBounds.peek()
  const zoom = state.position.peek()?.zoom ?? 0
  const perPixel = view && !state.phone.peek() ? (view[2] - view[0]) / window.innerWidth : 0
  const left = state.panelOpen.peek() ? PANELS.left * perPixel : 0
  const seen = view && lon > view[0] + left && lon < view[2] - PANELS.right * perPixel && lat > view[1] && lat < view[3]
  if (!seen || zoom < PINS_FROM) state.going.value = { point: [lon, lat], zoom: Math.max(PINS_FROM + 1.5, zoom) }
}

export async function listMore(): Promise<void> {
  const now = page.peek()
  if (!now?.next) return
  try {
    const more = await client.more(now.next)
    // Filters changed meanwhile: these rows belong to another list.
    if (page.peek() === now) page.value = { ...more, rows: [...now.rows, ...more.rows], count: now.count }
  } catch (error) {
    listError.value = error
  }
}

/** The same incident after a step: in the list and on the map it stays where it was. */
export function take(answer: Answer): void {
  const { incident } = answer
  if (state.picked.peek()?.incident === incident.id) show(answer)
  const unit = incident.chain.at(-1) ?? null
  const row = (old: Row): Row => old.id === incident.id
    ? { ...old, state: incident.state, closed_at: incident.closed_at, version: incident.version, unit, handler: incident.handler, point: [incident.lon, incident.lat] }
    : old
  for (const target of [page, pins]) {
    if (target.value) target.value = { ...target.value, rows: target.value.rows.map(row) }
  }
  hexAttempt.value++
}

/** Do a step; true when it is done. Somebody else's step is told apart from other troubles, which are thrown. */
export async function step(doing: Promise<Answer>): Promise<boolean> {
  try {
    take(await doing)
    return true
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'moved_on') throw error
    movedOn.value = error.detail
    return false
  }
}

export function setNote(id: number, text: string): void {
  notes.value = { ...notes.value, [id]: text }
}

