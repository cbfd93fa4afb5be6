/** One import at a time: its files, what they hold, the order, the report. */
import { batch, computed, effect, signal } from '@preact/signals'
import { get, isAborted, Problem } from '../api'
import { request, send } from '../send'
import { may } from '../session'
import type { Right } from '../session'
import * as state from '../state'
import { KINDS } from './wire'
import type { Kind, Line, Order, Preview, Report, Upload } from './wire'

/** What the user has said; null leaves it to the file. */
export interface Form {
  kind: Kind | null
  /** Whose rows they are; the kind's name where nothing else is said, as at the command line. */
  source: string | null
  encoding: string | null
  crs: string | null
  layer: string | null
  columns: Readonly<Record<string, string>>
  /** Row of a roster → the building that its address means. */
  homes: Readonly<Record<number, number>>
  level: string | null
  complete: boolean
  repair: boolean
  skip: boolean
}
export interface Work { what: 'send' | 'check' | 'commit'; step: string; share: number; stop: AbortController }

const BLANK: Form = { kind: null, source: null, encoding: null, crs: null, layer: null, columns: {}, homes: {}, level: null, complete: false, repair: false, skip: false }
const PARTS = /\.(shp|shx|dbf|prj|cpg|qix|sbn|sbx|qpj)$/i

export const upload = signal<Upload | null>(null)
export const form = signal<Form>(BLANK)
export const preview = signal<Preview | null>(null)
export const looking = signal(false)
export const report = signal<Report | null>(null)
/** The buildings that were chosen when it was made. */
const tried = signal<Form['homes']>({})
/** Buildings were chosen since: what would happen is not known before the next check. */
export const chosenSince = computed(() => JSON.stringify(tried.value) !== JSON.stringify(form.value.homes))
export const work = signal<Work | null>(null)
export const trouble = signal<unknown>(null)
/** A place of the report that the map marks. */
export const marked = signal<readonly [number, number] | null>(null)
/** Counts commits, so that the map fetches what they changed. */
export const committed = signal(0)

const RIGHTS: Record<Kind, Right> = {
  areas: 'import.lines',
  buildings: 'import.registers', compounds: 'import.registers', facilities: 'import.registers', features: 'import.registers', streets: 'import.registers',
  incidents: 'import.people', members: 'import.people', positions: 'import.people', branches: 'import.people',
}
export const kinds = computed(() => KINDS.filter((kind) => may(RIGHTS[kind])))
export const mayImport = (): boolean => kinds.value.length > 0
export const kind = computed<Kind | null>(() => {
  const wanted = form.value.kind ?? preview.value?.kind_guess ?? null
  return wanted && kinds.value.includes(wanted) ? wanted : null
})

/** Send files; parts of a Shapefile join those that are there, anything else begins anew. */
export async function take(files: readonly File[]): Promise<void> {
  if (!files.length || work.peek()) return
  const joins = upload.peek() !== null && files.every(({ name }) => PARTS.test(name))
  if (!joins) startOver()
  await during('send', async (stop) => {
    const begun = upload.peek() ?? await send<Upload>('POST', '/imports', undefined, { abort: stop.signal })
    upload.value = begun
    for (const [at, file] of files.entries()) {
      tell(file.name, at / files.length)
      const path = `/imports/${begun.id}/files/${encodeURIComponent(file.name)}`
      upload.value = await send<Upload>('PUT', path, file, { abort: stop.signal })
    }
    report.value = null
  })
  if (upload.peek()?.files.length) await look()
}

/** Forget everything and remove the files from the service. */
export function startOver(): void {
  const old = upload.peek()
  work.peek()?.stop.abort()
  batch(() => {
    upload.value = null
    preview.value = null
    report.value = null
    trouble.value = null
    marked.value = null
    form.value = BLANK
  })
  // Not waited for: what is left is swept after a week.
  if (old) send('DELETE', `/imports/${old.id}`).catch(() => undefined)
}

/** Change what was said. All but what is chosen on the report itself asks for a new look and a new check. */
export function change(part: Partial<Form>): void {
  const onReport = 'skip' in part || 'homes' in part
  form.value = { ...form.peek(), ...(onReport ? {} : { homes: {} }), ...part }
  if (onReport) return
  report.value = null
  marked.value = null
  if (!('source' in part || 'level' in part || 'complete' in part || 'repair' in part)) void look()
}

let lookingFor: AbortController | null = null

async function look(): Promise<void> {
  const now = upload.peek()
  if (!now) return
  lookingFor?.abort()
  const mine = lookingFor = new AbortController()
  const { kind: wanted, encoding, crs, layer, columns } = form.peek()
  const said = Object.keys(columns).length ? JSON.stringify(columns) : null
  looking.value = true
  try {
    const found = await get<Preview>(`/imports/${now.id}/preview`, { kind: wanted, encoding, crs, layer, columns: said }, mine.signal)
    batch(() => {
      preview.value = found
      trouble.value = null
    })
  } catch (error) {
    if (isAborted(error)) return
    // What was seen before stays: what was just said can be taken back there.
    trouble.value = error
  } finally {
    if (lookingFor === mine) looking.value = false
  }
}

function order(): Order | null {
  const { source, encoding, crs, layer, columns, homes, level, complete, repair, skip } = form.peek()
  const now = kind.peek()
  if (!now) return null
  const lines = now === 'areas'
  // A layer that is shown without being chosen is meant, too.
  const shown = layer ?? ((preview.peek()?.layers.length ?? 0) > 1 ? preview.peek()?.layer : null)
  return {
    kind: now, source: (source ?? now).trim(), columns: { ...columns }, homes: { ...homes }, repair, skip_rejected: skip, complete: lines && complete,
    ...(crs ? { crs } : {}), ...(encoding ? { encoding } : {}), ...(shown ? { layer: shown } : {}), ...(lines && level ? { level } : {}),
  }
}

/** Try or store the order; progress comes line by line. */
export async function run(what: 'check' | 'commit'): Promise<void> {
  const [now, wanted] = [upload.peek(), order()]
  if (!now || !wanted || work.peek()) return
  await during(what, async (stop) => {
    const answer = await request('POST', `/imports/${now.id}/${what}`, wanted, { accept: 'application/x-ndjson', abort: stop.signal })
    for await (const line of lines(answer)) {
      if ('step' in line) tell(line.step, line.total ? line.done / line.total : 0)
      else if ('report' in line) report.value = line.report
      else throw new Problem(line.problem.status, line.problem.code, line.problem.title, line.problem.detail)
    }
    tried.value = wanted.homes
    if (what === 'commit') committed.value++
  })
}

async function* lines(answer: Response): AsyncGenerator<Line> {
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  for (;;) {
    const { done, value } = await reader.read()
    const parts = (rest + (value ?? '')).split('\n')
    rest = parts.pop() ?? ''
    for (const part of parts) yield JSON.parse(part) as Line
    if (done) return
  }
}

async function during(what: Work['what'], act: (stop: AbortController) => Promise<void>): Promise<void> {
  const stop = new AbortController()
  batch(() => {
    trouble.value = null
    work.value = { what, step: '', share: 0, stop }
  })
  try {
    await act(stop)
  } catch (error) {
    if (!isAborted(error)) trouble.value = error
  } finally {
    if (work.peek()?.stop === stop) work.value = null
  }
}

function tell(step: string, share: number): void {
  const now = work.peek()
  if (now) work.value = { ...now, step, share }
}

export function goTo(lon: number, lat: number): void {
  marked.value = [lon, lat]
  state.going.value = { point: [lon, lat], zoom: 17.5 }
  if (state.phone.peek()) state.panelOpen.value = false
}

/** Let the map go to the rows whenever other ones are shown. */
effect(() => {
  const now = preview.value
  if (now?.bounds && state.mode.peek() === 'imports') state.going.value = { bbox: now.bounds }
})
