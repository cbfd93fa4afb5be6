/** The typed client of the HTTP contract. Every answer comes from this origin. */
import { signal } from '@preact/signals'
import type { FeatureCollection, Polygon } from 'geojson'

export type Lang = 'zh' | 'en'
export type LonLat = readonly [number, number]
export type Bbox = readonly [number, number, number, number]
export interface Bilingual { zh: string; en: string }

export interface Level {
  key: string
  name: Bilingual
  rank: number
  household_limit: number | null
  household_floor: number | null
  min_zoom: number
}
export interface Config {
  version: string
  mode: 'live' | 'view'
  /** Accounts exist here: who may more than look signs in. */
  signs_in: boolean
  site: { name: Bilingual; crs: number; timezone: string; bounds: Bbox | null; center: LonLat | null }
  levels: Level[]
  basemap: { url: string; attribution: string | null; max_zoom: number | null } | null
  review_number: string | null
  hexes: boolean
  circles: { minutes: number; method: string; profile: string; radius_m: number }[]
  facility_kinds: { kind: string; count: number }[]
  /** What the ground is made of: kinds of features, compound, building. */
  ground: string[]
}
export interface Edition { number: number; title: string; effective: string; published_at: string; sealed: string }
export interface Editions { current: number | null; editions: Edition[] }
export interface EditionRef { number: number; effective: string }

export interface AreaRef { level: string; id: number; code: string; name: string }
export interface AreaRow extends AreaRef {
  households: number | null
  households_complete: boolean
  limit: number | null
  over_by: number | null
  area_m2: number
  buildings: number | null
  parent: AreaRef | null
  children: { level: string; count: number } | null
  lon: number
  lat: number
  bbox: Bbox
}
export interface AreaDetail {
  edition: EditionRef
  area: AreaRow & { chain: AreaRef[] }
  facilities: { kind: string; count: number }[]
  nearest_facility: { id: number; kind: string; name: string | null; distance_m: number } | null
  coverage: { minutes: number; households: number; share: number | null; method: string }[]
}
export interface BuildingRef { id: number; number: string | null; name: string | null; compound: string | null; address: string | null }
export interface Located {
  edition: EditionRef
  status: 'placed' | 'outside' | 'invalid'
  reason: string | null
  chain: AreaRef[]
  building: BuildingRef | null
  border_m: number | null
}
export interface Facility {
  id: number
  kind: string
  name: string | null
  address: string | null
  floor_area_m2: number | null
  state: string | null
  lon: number
  lat: number
}
export interface Building extends BuildingRef {
  use: string | null
  status: string | null
  floors: number | null
  lon: number
  lat: number
}
export interface SearchResult {
  type: 'area' | 'building' | 'compound' | 'facility' | 'point'
  id: number | null
  level: string | null
  kind: string | null
  code: string | null
  name: string
  where: string
  lon: number
  lat: number
  bbox: Bbox | null
}
export interface TileJson { tiles: string[]; minzoom: number; maxzoom: number; bounds: Bbox }
export interface HexProperties { count: number | null; suppressed: boolean; low: string | null }
export type Hexes = FeatureCollection<Polygon, HexProperties> & { k: number; resolution: number }

/** What the server (or the missing network) said, ready to be shown. */
export class Problem extends Error {
  constructor(readonly status: number, readonly code: string, readonly title: string, readonly detail: string) {
    super(detail || title)
  }
}

/** Requests under way; the thin bar on top shows while there are any. */
export const busy = signal(0)
/** Counted without reading the signal: an effect that asks must not depend on what it changes. */
function count(step: number): void {
  busy.value = busy.peek() + step
}
/** The language that messages are asked for in. */
let asked: Lang = 'zh'
export function speak(lang: Lang): void {
  asked = lang
}

export type Query = Record<string, string | number | null | undefined>

export function withQuery(path: string, query: Query): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== '')
  const text = new URLSearchParams(pairs.map(([key, value]) => [key, String(value)])).toString()
  return text ? `${path}?${text}` : path
}

/** One request to our own service; throws a Problem unless the answer is a 2xx. */
export async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  count(1)
  try {
    const answer = await fetch(path, {
      ...init,
      headers: { Accept: 'application/json, application/problem+json', 'Accept-Language': asked, ...init.headers },
    }).catch((error: unknown) => {
      if (init.signal?.aborted) throw error
      throw new Problem(0, 'offline', '', '')
    })
    if (!answer.ok) throw await problemOf(answer)
    return answer
  } finally {
    count(-1)
  }
}

export async function get<T>(path: string, query: Query = {}, abort?: AbortSignal): Promise<T> {
  const answer = await ask(withQuery(path, query), { signal: abort ?? null })
  return (await answer.json()) as T
}

async function problemOf(answer: Response): Promise<Problem> {
  const type = answer.headers.get('Content-Type') ?? ''
  if (!type.includes('json')) return new Problem(answer.status, 'server', '', '')
  const body = (await answer.json()) as Record<string, unknown>
  const text = (key: string): string => (typeof body[key] === 'string' ? body[key] : '')
  const detail = (asked === 'zh' && text('detail_zh')) || text('detail')
  return new Problem(answer.status, text('code') || 'server', text('title'), detail)
}

export const api = {
  config: () => get<Config>('/config.json'),
  editions: () => get<Editions>('/editions'),
  areaTiles: (edition: number) => get<TileJson>('/tiles/areas.json', { edition }),
  registerTiles: () => get<TileJson>('/tiles/registers.json'),
  locate: ([lon, lat]: LonLat, edition: number, abort?: AbortSignal) =>
    get<Located>('/locate', { lon, lat, edition }, abort),
  area: (id: number, edition: number, abort?: AbortSignal) => get<AreaDetail>(`/areas/${id}`, { edition }, abort),
  areas: (level: string, edition: number, abort?: AbortSignal) =>
    get<{ edition: EditionRef; areas: AreaRow[] }>(`/levels/${level}/areas`, { edition }, abort),
  facility: (id: number, abort?: AbortSignal) => get<Facility>(`/facilities/${id}`, {}, abort),
  building: (id: number, abort?: AbortSignal) => get<Building>(`/buildings/${id}`, {}, abort),
  search: (q: string, edition: number, abort?: AbortSignal) =>
    get<{ results: SearchResult[] }>('/search', { q, edition, limit: 12 }, abort),
  incidentKinds: () => get<{ kinds: string[]; states: string[] }>('/incidents/kinds'),
  incidentHexes: (query: { zoom: number; kind: string; state: string; from: string; to: string }, abort?: AbortSignal) =>
    get<Hexes>('/hexes/incidents', query, abort),
  memberHexes: (zoom: number, abort?: AbortSignal) => get<Hexes>('/hexes/members', { zoom }, abort),
}

/** Whether an error only says that a newer request replaced this one. */
export function isAborted(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError'
}
