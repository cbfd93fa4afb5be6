/** The way of an incident: six states, in order. Texts of other systems stay as they came. Pure. */
import type { IncidentWord } from './words'

export interface State { key: string; verb: IncidentWord; colour: string; zh: string; en: string }

export const STATES: readonly State[] = [
  { key: 'collected', verb: 'toCollected', colour: '#b3342d', zh: '收', en: 'N' },
  { key: 'accepted', verb: 'toAccepted', colour: '#a8590c', zh: '受', en: 'A' },
  { key: 'dispatched', verb: 'toDispatched', colour: '#285ea8', zh: '派', en: 'S' },
  { key: 'handling', verb: 'toHandling', colour: '#0f7a6c', zh: '处', en: 'W' },
  { key: 'reviewed', verb: 'toReviewed', colour: '#6a4fa3', zh: '访', en: 'R' },
  { key: 'closed', verb: 'toClosed', colour: '#7b828a', zh: '结', en: 'C' },
]
export const OTHER: State = { key: '', verb: 'state', colour: '#4a5560', zh: '·', en: '·' }

export function stateOf(key: string | null): State {
  return STATES.find((state) => state.key === key) ?? OTHER
}

/** Where a state stands on the way; -1 for texts of other systems. */
export function stepOf(key: string | null): number {
  return STATES.findIndex((state) => state.key === key)
}

export interface Ways { next: State | null; onward: State[]; back: State[] }

/** What the buttons offer: the step that usually follows, those that skip it, and those that go back. */
export function ways(later: readonly string[], earlier: readonly string[]): Ways {
  const [next = null, ...onward] = STATES.filter(({ key }) => later.includes(key))
  return { next, onward, back: STATES.filter(({ key }) => earlier.includes(key)) }
}

/** When each state was reached last; what came after a step back does not count. */
export function times(events: readonly { at: string; state: string | null }[]): Map<string, string> {
  const reached = new Map<string, string>()
  for (const { at, state } of [...events].sort((a, b) => a.at.localeCompare(b.at))) {
    const step = stepOf(state)
    if (step < 0 || state === null) continue
    for (const later of STATES.slice(step + 1)) reached.delete(later.key)
    if (!reached.has(state)) reached.set(state, at)
  }
  return reached
}
