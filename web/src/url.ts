/** The page's state as a readable address (#map=13.2/35.0012/104.6321&area=21) and back. Pure. */
import type { Lang, LonLat } from './api'

/** `modes.tsx` says what each shows. */
export const MODE_NAMES = ['view', 'table', 'incidents', 'imports'] as const
export type Mode = (typeof MODE_NAMES)[number]
export interface Position { lon: number; lat: number; zoom: number; bearing: number }
/** Empty words filter nothing; the area is a place id; the state may be `open`: all but closed. */
export interface IncidentFilter { area: string; kind: string; state: string; from: string; to: string }

/** What an address says; what it leaves out is null or empty and keeps its default. */
export interface Address {
  position: Position | null
  edition: number | null
  area: number | null
  facility: number | null
  incident: number | null
  point: LonLat | null
  mode: Mode
  lang: Lang | null
  /** Layer rows switched on or off against their default. */
  on: string[]
  off: string[]
  minutes: number[]
  kinds: string[]
  incidents: IncidentFilter
}

/** What is asked until somebody chooses: all that is still to be done. */
export const NO_FILTER: IncidentFilter = { area: '', kind: '', state: 'open', from: '', to: '' }
const ALL = 'all'
const FILTERS = ['area', 'kind', 'state', 'from', 'to'] as const
const MINUTES = [5, 10, 15]

/** Whether somebody chose something. */
export function isChosen(filter: IncidentFilter): boolean {
  return FILTERS.some((key) => filter[key] !== NO_FILTER[key])
}

export function toHash(address: Address): string {
  const parts: [string, string][] = []
  const { position, incidents } = address
  if (position) {
    const { zoom, lat, lon, bearing } = position
    const turned = Math.abs(bearing) >= 0.5 ? `/${bearing.toFixed(0)}` : ''
    parts.push(['map', `${zoom.toFixed(2)}/${lat.toFixed(5)}/${lon.toFixed(5)}${turned}`])
  }
  if (address.edition !== null) parts.push(['edition', String(address.edition)])
  if (address.mode !== 'view') parts.push(['mode', address.mode])
  if (address.area !== null) parts.push(['area', String(address.area)])
  if (address.facility !== null) parts.push(['facility', String(address.facility)])
  if (address.incident !== null) parts.push(['incident', String(address.incident)])
  if (address.point) parts.push(['at', address.point.map((v) => v.toFixed(6)).join(',')])
  const lists: [string, readonly (string | number)[]][] = [
    ['on', address.on], ['off', address.off], ['circles', address.minutes], ['kinds', address.kinds],
  ]
  for (const [key, values] of lists) {
    if (values.length) parts.push([key, values.map((value) => String(value).replaceAll(',', '%2C')).join(',')])
  }
  for (const key of FILTERS) if (incidents[key] !== NO_FILTER[key]) parts.push([`incident-${key}`, incidents[key] || ALL])
  if (address.lang) parts.push(['lang', address.lang])
  return parts.map(([key, value]) => `${key}=${encode(value)}`).join('&')
}

export function fromHash(hash: string): Address {
  const said = new URLSearchParams(hash.replace(/^#/, '').replaceAll('+', '%2B'))
  const text = (key: string): string => said.get(key) ?? ''
  const list = (key: string): string[] => text(key).split(',').filter(Boolean).map((value) => value.replaceAll('%2C', ','))
  const lang = text('lang')
  return {
    position: readPosition(text('map')),
    edition: readId(text('edition')),
    area: readId(text('area')),
    facility: readId(text('facility')),
    incident: readId(text('incident')),
    point: readLonLat(text('at')),
    mode: MODE_NAMES.find((name) => name === text('mode')) ?? 'view',
    lang: lang === 'zh' || lang === 'en' ? lang : null,
    on: list('on'),
    off: list('off'),
    minutes: list('circles').map(Number).filter((n) => MINUTES.includes(n)),
    kinds: list('kinds'),
    incidents: {
      area: String(readId(text('incident-area')) ?? ''),
      kind: text('incident-kind'),
      state: text('incident-state') === ALL ? '' : text('incident-state') || NO_FILTER.state,
      from: readDate(text('incident-from')),
      to: readDate(text('incident-to')),
    },
  }
}

/** Percent-encode only what an address needs, so that it stays readable. */
function encode(value: string): string {
  return encodeURIComponent(value).replaceAll('%2F', '/').replaceAll('%2C', ',').replaceAll('%3A', ':')
}

function readId(text: string): number | null {
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null
}

function readDate(text: string): string {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? text : ''
}

function readPosition(text: string): Position | null {
  const [zoom, lat, lon, bearing = 0] = text.split('/').map(Number)
  if (zoom === undefined || lat === undefined || lon === undefined) return null
  if (![zoom, lat, lon, bearing].every(Number.isFinite)) return null
  if (zoom < 0 || zoom > 22 || Math.abs(lat) > 85 || Math.abs(lon) > 180) return null
  return { zoom, lat, lon, bearing }
}

function readLonLat(text: string): LonLat | null {
  const [lon, lat] = text.split(',').map(Number)
  if (!text || lon === undefined || lat === undefined || !Number.isFinite(lon) || !Number.isFinite(lat)) return null
  return Math.abs(lon) <= 180 && Math.abs(lat) <= 90 ? [lon, lat] : null
}
