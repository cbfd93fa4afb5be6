/** What the page knows and shows, as signals; the address bar mirrors it. */
import { batch, computed, effect, signal } from '@preact/signals'
import { api, speak } from './api'
import type { Bbox, Config, Edition, Editions, LonLat } from './api'
import { fromHash, NO_FILTER, toHash } from './url'
import type { Address, IncidentFilter, Mode, Position } from './url'
import { defaultLayers } from './map/rows'
import { lang, preferred, said, t } from './words'

/** What was clicked or found: at least one of the four is set. */
export interface Picked { area: number | null; facility: number | null; incident: number | null; point: LonLat | null }
/** Where the map is asked to go; the map takes it and clears it. */
export type Going = { bbox: Bbox } | { point: LonLat; zoom: number } | { by: number } | { north: true }

export const config = signal<Config | null>(null)
export const editions = signal<Editions | null>(null)
/** The edition chosen by hand; null follows the current one. */
export const chosenEdition = signal<number | null>(null)
export const mode = signal<Mode>('view')
export const picked = signal<Picked | null>(null)
export const position = signal<Position | null>(null)
/** Zoom and turn while the map is still moving; `position` settles at the end of a move. */
export const zoomNow = signal(0)
export const bearingNow = signal(0)
/** The place under the cursor and the areas it lies in, top first. */
export const pointer = signal<{ point: LonLat; chain: string[] } | null>(null)
/** What the map shows, west, south, east, north. */
export const viewBounds = signal<Bbox | null>(null)
export const layersOn = signal<ReadonlySet<string>>(new Set())
export const minutes = signal<ReadonlySet<number>>(new Set())
/** Facility kinds whose circles are drawn; empty means all. */
export const circleKinds = signal<ReadonlySet<string>>(new Set())
export const incidents = signal<IncidentFilter>(NO_FILTER)
export const going = signal<Going | null>(null)
/** The cross for asking at the map's centre. */
export const crossOn = signal(false)
/** What the next click on the map is for, if not for picking what is there. */
export const taking = signal<((point: LonLat) => void) | null>(null)
export const helpOpen = signal(false)
export const panelOpen = signal(true)
export const phone = signal(false)
export const mapFailed = signal(false)

export const edition = computed<Edition | null>(() => {
  const list = editions.value
  if (!list) return null
  const wanted = chosenEdition.value ?? list.current
  return list.editions.find((one) => one.number === wanted) ?? list.editions.find((one) => one.number === list.current) ?? list.editions.at(-1) ?? null
})
export const editionNumber = computed(() => edition.value?.number ?? null)
/** The layer rows that the map draws: those switched on, and what the mode is about. */
export const rowsShown = computed<ReadonlySet<string>>(() =>
  mode.value === 'incidents' ? new Set([...layersOn.value, 'incidents']) : layersOn.value)
export const levels = computed(() => config.value?.levels ?? [])
/** The level that carries a household limit: what the dashboard and the hatches are about. */
export const limitLevel = computed(() => levels.value.find((level) => level.household_limit !== null) ?? null)

export function pick(what: Partial<Picked> | null): void {
  picked.value = what && { area: null, facility: null, incident: null, point: null, ...what }
  // A phone has room for one sheet.
  if (what && phone.value) panelOpen.value = false
}

export function toggled<T>(set: ReadonlySet<T>, value: T): ReadonlySet<T> {
  const next = new Set(set)
  if (!next.delete(value)) next.add(value)
  return next
}

function address(): Address {
  const usual = defaultLayers(levels.value)
  const shown = [...layersOn.value]
  const browsers = preferred(navigator.languages)
  return {
    position: position.value,
    edition: chosenEdition.value,
    area: picked.value?.area ?? null,
    facility: picked.value?.facility ?? null,
    incident: picked.value?.incident ?? null,
    point: picked.value?.point ?? null,
    mode: mode.value,
    lang: lang.value === browsers ? null : lang.value,
    on: shown.filter((row) => !usual.has(row)),
    off: [...usual].filter((row) => !layersOn.value.has(row)),
    minutes: [...minutes.value].sort((a, b) => a - b),
    kinds: [...circleKinds.value],
    incidents: incidents.value,
  }
}

function apply(said: Address): void {
  batch(() => {
    const { area, facility, incident, point } = said
    chosenEdition.value = said.edition
    mode.value = said.mode
    picked.value = area === null && facility === null && incident === null && !point ? null : { area, facility, incident, point }
    const shown = new Set(defaultLayers(levels.value))
    for (const row of said.on) shown.add(row)
    for (const row of said.off) shown.delete(row)
    layersOn.value = shown
    minutes.value = new Set(said.minutes)
    circleKinds.value = new Set(said.kinds)
    incidents.value = said.incidents
    if (said.lang) lang.value = said.lang
  })
}

const LANG_KEY = 'wangge.lang'

/** Read the address, then keep it in step: picks, modes and editions make a step back, the rest does not. */
function followAddress(): void {
  const first = fromHash(location.hash)
  const kept = localStorage.getItem(LANG_KEY)
  lang.value = kept === 'zh' || kept === 'en' ? kept : preferred(navigator.languages)
  apply(first)
  position.value = first.position

  let steps = stepOf(address())
  effect(() => {
    const now = address()
    const hash = `#${toHash(now)}`
    if (hash === location.hash) return
    const step = stepOf(now)
    if (step === steps || crossOn.peek()) history.replaceState(null, '', hash)
    else history.pushState(null, '', hash)
    steps = step
  })
  addEventListener('popstate', () => {
    const back = fromHash(location.hash)
    steps = stepOf(back)
    apply(back)
    if (back.position) going.value = { point: [back.position.lon, back.position.lat], zoom: back.position.zoom }
  })
}

function stepOf({ area, facility, incident, point, mode, edition }: Address): string {
  return JSON.stringify([area, facility, incident, point?.map((v) => v.toFixed(6)), mode, edition])
}

function followLanguage(): void {
  effect(() => {
    speak(lang.value)
    document.documentElement.lang = lang.value === 'zh' ? 'zh-CN' : 'en'
    const town = config.value?.site.name
    document.title = town ? t('title', { town: said(town) }) : t('product')
  })
  effect(() => {
    if (lang.value !== preferred(navigator.languages)) localStorage.setItem(LANG_KEY, lang.value)
    else localStorage.removeItem(LANG_KEY)
  })
}

function followWidth(): void {
  const narrow = matchMedia('(max-width: 760px)')
  const read = (): void => {
    phone.value = narrow.matches
    panelOpen.value = !narrow.matches
  }
  read()
  narrow.addEventListener('change', read)
}

/** Load what every part needs; throws a Problem that the page shows whole. */
export async function start(): Promise<void> {
  const [answer, published] = await Promise.all([api.config(), api.editions()])
  batch(() => {
    config.value = answer
    editions.value = published
  })
  followAddress()
}

followWidth()
speak(preferred(navigator.languages))
lang.value = preferred(navigator.languages)
followLanguage()
