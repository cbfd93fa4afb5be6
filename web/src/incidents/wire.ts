/** What the service says of incidents, and what it is asked. */
import type { FeatureCollection, Point } from 'geojson'
import { get } from '../api'
import type { AreaRef, Bbox, EditionRef, LonLat } from '../api'
import { send } from '../send'
import type { IncidentFilter } from '../url'

export interface AreaName { id: number; code: string; name: string }
export interface Row {
  id: number
  key: string
  source: string
  kind: string
  title: string | null
  state: string | null
  reported_at: string | null
  closed_at: string | null
  address: string | null
  unit: AreaName | null
  handler: AreaName | null
  version: number
  point: LonLat
}
export interface Event {
  at: string
  /** Only for who may know names of staff there. */
  actor: string | null
  what: 'reported' | 'moved' | 'state' | 'escalated' | 'assigned' | 'changed'
  state: string | null
  area: AreaRef | null
  lon: number | null
  lat: number | null
  note: string | null
}
export interface Post { level: string; area: AreaRef; title: string; holder: string | null; phone: string | null; vacant: boolean }
export interface Candidate { chain: AreaRef[]; distance_m: number }
export interface Incident extends Omit<Row, 'unit' | 'handler' | 'point'> {
  lon: number
  lat: number
  status: 'placed' | 'outside'
  /** Its unit was chosen by hand. */
  manual: boolean
  chain: AreaRef[]
  handler: AreaRef | null
  border_m: number | null
  candidates: Candidate[]
  staff: Post[]
  events: Event[]
  next_states: string[]
  /** Reached with a note only. */
  earlier_states: string[]
  may: { move: boolean; advance: boolean; escalate: boolean; assign: boolean }
}
export interface Answer { edition: EditionRef; incident: Incident }
export interface Page { rows: Row[]; next: string | null; count: number | null }
export type Unplaced = 'outside' | 'no_time' | 'before_editions' | 'no_such_level'
export interface Count {
  area: AreaRef | null
  /** Why there is no area. */
  unplaced: Unplaced | null
  /** null: unknown, or all groups together (`whole`). */
  group: string | null
  whole: boolean
  /** null: too few to be told. */
  count: number | null
  suppressed: boolean
}
export interface Counts { edition: EditionRef; by: 'kind' | 'state' | 'month'; suppress_below: number; rows: Count[] }
export interface New { kind: string; title?: string; lon: number; lat: number; address?: string; reported_at?: string }
export interface Bulk { id: number; done: boolean; reason: string | null }

type Found = FeatureCollection<Point, Omit<Row, 'id' | 'point'>> & { next: string | null; count: number | null }

function pageOf({ features, next, count }: Found): Page {
  const rows = features.map(({ id, geometry, properties }) => {
    const [lon = 0, lat = 0] = geometry.coordinates
    return { ...properties, id: Number(id), point: [lon, lat] as const }
  })
  return { rows, next, count }
}

/** The filter in the words of the route. */
const asked = ({ area, ...rest }: IncidentFilter) => ({ parent: area, ...rest })

export const client = {
  list: async (filter: IncidentFilter, edition: number, limit: number, bbox: Bbox | null, abort?: AbortSignal): Promise<Page> =>
    pageOf(await get<Found>('/incidents', { ...asked(filter), edition, limit, order: 'newest', count: 'true', bbox: bbox?.map((v) => v.toFixed(6)).join(',') }, abort)),
  /** `next` names the service as it is seen from outside: only its path and question matter here. */
  more: async (next: string, abort?: AbortSignal): Promise<Page> => {
    const { pathname, search } = new URL(next, location.href)
    return pageOf(await get<Found>(pathname + search, {}, abort))
  },
  one: (id: number, edition: number, abort?: AbortSignal) => get<Answer>(`/incidents/${id}`, { edition }, abort),
  statistics: (by: string, level: string, lines: string, { area, from, to }: IncidentFilter, abort?: AbortSignal) =>
    get<Counts>('/incidents/statistics', { by, level, lines, parent: area, from, to }, abort),
  report: (incident: New) => send<Answer>('POST', '/incidents', incident),
  move: (id: number, body: { lon: number; lat: number; version: number; note?: string }) => send<Answer>('POST', `/incidents/${id}/move`, body),
  advance: (id: number, body: { state: string; version: number; note?: string }) => send<Answer>('POST', `/incidents/${id}/advance`, body),
  escalate: (id: number, body: { version: number; note?: string }) => send<Answer>('POST', `/incidents/${id}/escalate`, body),
  assign: (id: number, body: { area: number; version: number; note?: string }) => send<Answer>('POST', `/incidents/${id}/assign`, body),
  bulk: (body: { ids: number[]; state: string; note?: string }) => send<{ results: Bulk[] }>('POST', '/incidents/advance', body),
}
