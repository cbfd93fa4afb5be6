/** What a file is read as: kind, source, encoding, layer, coordinate system. */
import { useSignal } from '@preact/signals'
import { MapPin } from 'lucide'
import { percent } from '../format'
import { Button } from '../parts/button'
import { Select } from '../parts/select'
import { TextField } from '../parts/textfield'
import * as state from '../state'
import { said } from '../words'
import { change, form, kind, kinds } from './data'
import type { CrsChoice, Kind, Preview } from './wire'
import { say } from './words'

const OTHER = 'other'
const KNOWN: Record<string, string> = { 'EPSG:4490': 'CGCS2000', 'EPSG:4326': 'WGS 84（GPS）', gcj02: 'GCJ-02（高德、腾讯）', bd09: 'BD-09（百度）' }

export function Content({ seen }: { seen: Preview }) {
  const said = form.value
  return (
    <section class="import-fields">
      <Kinds seen={seen} />
      <TextField label={say('source')} value={said.source ?? kind.value ?? ''} onText={(source) => change({ source })} required>
        <small>{say('sourceWhy')}</small>
      </TextField>
      {seen.layers.length > 1 && (
        <Select label={say('layer')} value={said.layer ?? seen.layer ?? ''} onChange={(layer) => change({ layer, columns: {} })}
          options={seen.layers.map((value) => ({ value, text: value }))} />
      )}
      {seen.encodings.length > 0 && <Encodings seen={seen} />}
      <System seen={seen} />
      {kind.value === 'areas' && <Lines />}
    </section>
  )
}

function Kinds({ seen }: { seen: Preview }) {
  const guessed = form.value.kind === null && kind.value !== null && kind.value === seen.kind_guess
  const options = kinds.value.map((value) => ({ value, text: say(value) + (guessed && value === kind.value ? ` · ${say('kindGuessed')}` : '') }))
  return (
    <Select label={say('kind')} value={kind.value ?? ''} onChange={(value) => change({ kind: (value || null) as Kind | null, columns: {} })}
      options={kind.value ? options : [{ value: '', text: say('kindChoose') }, ...options]} />
  )
}

function Encodings({ seen }: { seen: Preview }) {
  const chosen = form.value.encoding
  const options = seen.encodings.map((value) => ({ value, text: chosen === null && value === seen.encoding ? say('encodingFound', { name: value }) : value }))
  return <Select label={say('encoding')} value={chosen ?? seen.encoding ?? ''} options={options} onChange={(encoding) => change({ encoding })} />
}

/** The system of the coordinates; what is chosen is what the map shows. */
function System({ seen }: { seen: Preview }) {
  const typing = useSignal(false)
  const { declared, used, shown_as: shown, candidates } = seen.crs
  if (!candidates.length && !declared) return null
  const chosen = form.value.crs
  const options = candidates.filter(({ crs }) => crs !== declared).map((one) => ({ value: one.crs, text: `${title(one)}${hint(one)}` }))
  const file = declared ? [{ value: '', text: say('crsOfFile', { name: KNOWN[declared] ?? declared }) + hint(candidates.find(({ crs }) => crs === declared)) }] : [{ value: '', text: say('crsChoose') }]
  const typed = chosen !== null && !candidates.some(({ crs }) => crs === chosen)
  const open = typing.value || typed
  return (
    <div class="field-group">
      <Select label={say('crs')} value={open ? OTHER : (chosen ?? '')}
        options={[...file, ...options, { value: OTHER, text: say('crsOther') }]}
        onChange={(value) => {
          typing.value = value === OTHER
          if (value !== OTHER) change({ crs: value || null })
        }} />
      {open && (
        <label class="field"><span class="field-name">{say('crsCode')}</span>
          <input inputMode="numeric" value={typed ? chosen.replace('EPSG:', '') : ''} placeholder="4544"
            onChange={(event) => { const code = event.currentTarget.value.trim(); if (/^\d{4,6}$/.test(code)) change({ crs: `EPSG:${code}` }) }} /></label>
      )}
      {seen.problem && asksForCrs(seen) && <p class="asks" role="alert">{said(seen.problem)}</p>}
      {seen.features.features.length > 0 && (
        <p class="note crs-note">
          <span>{used ? say('crsTest', { n: seen.features.features.length }) : say('crsAssumed', { name: KNOWN[shown ?? ''] ?? shown ?? '' })}</span>
          <Button kind="quiet" icon={MapPin} onClick={() => {
            if (seen.bounds) state.going.value = { bbox: seen.bounds }
            if (state.phone.peek()) state.panelOpen.value = false
          }}>{say('toRows')}</Button>
        </p>
      )}
    </div>
  )
}

/** Whether all that is wrong is that nobody has named the system. */
export const asksForCrs = ({ problem, crs }: Preview): boolean => problem?.code === 'wrong_crs' && crs.candidates.length > 0

const title = ({ crs, title: name }: CrsChoice): string => KNOWN[crs] ?? `${name}（${crs}）`
const hint = (one: CrsChoice | undefined): string => (one?.inside == null ? '' : ` · ${say('crsInside', { share: percent(one.inside) })}`)

/** What only areas have. */
function Lines() {
  const now = form.value
  const levels = state.levels.value.map(({ key, name }) => ({ value: key, text: said(name) }))
  return (
    <div class="field-group">
      <Select label={say('level')} value={now.level ?? ''} options={[{ value: '', text: say('levelOfFile') }, ...levels]}
        onChange={(level) => change({ level: level || null })} />
      <Check on={now.complete} onChange={(complete) => change({ complete })}>{say('complete')}</Check>
      <Check on={now.repair} onChange={(repair) => change({ repair })}>{say('repair')}</Check>
    </div>
  )
}

export function Check({ on, onChange, children }: { on: boolean; onChange: (on: boolean) => void; children: string }) {
  return (
    <label class="check">
      <input type="checkbox" checked={on} onChange={(event) => onChange(event.currentTarget.checked)} />
      <span>{children}</span>
    </label>
  )
}
