/** Layer list and legend, from the one table of rows. */
import { useComputed } from '@preact/signals'
import type { Hexes } from '../api'
import { incidentChoices, incidentHexes, incidentSteps, memberHexes, memberSteps } from '../hexdata'
import { count } from '../format'
import { CIRCLE } from '../map/colours'
import { limitFilters } from '../map/areas'
import { marksOf } from '../map/marks'
import { hatchesShown, layerRows, levelRow } from '../map/rows'
import type { Group, Row } from '../map/rows'
import type { HexStep } from '../map/services'
import { Choices } from '../parts/choices'
import { Select } from '../parts/select'
import { MarkSwatch, Swatch } from '../parts/swatch'
import { Term } from '../parts/term'
import { Toggle } from '../parts/toggle'
import { PostLegend } from '../posts/legend'
import { may } from '../session'
import * as state from '../state'
import { t, term } from '../words'
import type { Word } from '../words'

/** A legend longer than this would push the rest out of sight. */
const MOST_KINDS = 16
const GROUPS: readonly Group[] = ['groupAreas', 'groupService', 'groupHappen', 'groupGround']

export function Layers() {
  const config = state.config.value
  if (!config) return null
  const rows = layerRows(config)
  return (
    <div class="layers">
      {GROUPS.map((group) => {
        const inside = rows.filter((row) => row.group === group)
        return inside.length > 0 && (
          <section key={group}>
            <h3>{t(group)}</h3>
            {inside.map((row) => <LayerRow key={row.id} row={row} />)}
            {group === 'groupAreas' && <LimitLegend />}
            {group === 'groupService' && <Circles />}
          </section>
        )
      })}
    </div>
  )
}

function LayerRow({ row }: { row: Row }) {
  const on = state.layersOn.value.has(row.id)
  // Only whether it is far enough matters here, not every step of a zoom.
  const near = useComputed(() => state.zoomNow.value >= row.fromZoom)
  return (
    <>
      <Toggle on={on} swatch={<Swatch of={row.swatch} />}
        note={on && !near.value ? t('fromZoom', { z: row.fromZoom }) : undefined}
        onChange={() => { state.layersOn.value = state.toggled(state.layersOn.value, row.id) }}>
        {row.name()}
      </Toggle>
      {on && row.id === 'facilities' && <FacilityLegend />}
      {on && row.id === 'incidents' && <IncidentLegend />}
      {on && row.id === 'posts' && <PostLegend />}
      {on && row.id === 'members' && <HexLegend steps={memberSteps.value} hexes={memberHexes.value} />}
    </>
  )
}

/** Hatches of the level with the limit, while they are drawn. */
export function LimitLegend() {
  const level = state.limitLevel.value
  const on = state.layersOn.value
  if (!level || !on.has(levelRow(level)) || !hatchesShown(on)) return null
  const words: Record<string, string> = {
    over: `▲ ${t('overLimit', { limit: count(level.household_limit ?? 0) })}`,
    near: t('nearLimit'),
    under: t('underFloor', { floor: count(level.household_floor ?? 0) }),
  }
  return (
    <ul class="legend">
      {limitFilters(level).map(([pattern]) => (
        <li key={pattern}><Swatch of={{ kind: 'pattern', pattern }} />{words[pattern]}</li>
      ))}
    </ul>
  )
}

function FacilityLegend() {
  return <FacilityKinds kinds={state.config.value?.facility_kinds ?? []} counted />
}

/** The marks of some kinds of facility, the most frequent first. */
export function FacilityKinds({ kinds, counted }: { kinds: readonly { kind: string; count: number }[]; counted: boolean }) {
  const marks = marksOf((state.config.value?.facility_kinds ?? []).map(({ kind }) => kind))
  const any = marks.values().next().value
  return (
    <ul class="legend kinds">
      {kinds.slice(0, MOST_KINDS).map(({ kind, count: n }) => (
        <li key={kind}><MarkSwatch mark={marks.get(kind)!} /><span>{term(kind)}</span>{counted && <span class="number">{count(n)}</span>}</li>
      ))}
      {kinds.length > MOST_KINDS && <li class="wide">{t('moreKinds', { n: kinds.length - MOST_KINDS })}</li>}
      {any && <li class="wide"><MarkSwatch mark={{ ...any, letter: '' }} hollow />{t('facilityHollow')}</li>}
    </ul>
  )
}

function Circles() {
  const config = state.config.value
  if (!config?.facility_kinds.length) return null
  const kinds = config.circles.filter(({ minutes }) => state.minutes.value.has(minutes))
  const chosen = [...state.circleKinds.value]
  const any = state.minutes.value.size > 0
  return (
    <div class="circles">
      <div class="row">
        <Swatch of={{ kind: 'line', colour: CIRCLE[10], width: 2, dash: '5 3' }} />
        <span class="toggle-name"><Term means={t('circlesTip')}>{t('circles')}</Term></span>
        <Choices label={t('circles')} chosen={state.minutes.value}
          options={config.circles.map(({ minutes: n }) => ({ value: n, text: t('circleMinutes', { n }) }))}
          onToggle={(n) => { state.minutes.value = state.toggled(state.minutes.value, n) }} />
      </div>
      {any && (
        <div class="sub">
          <Select label={t('kindOf')} value={chosen[0] ?? ''}
            options={[{ value: '', text: t('allKinds') }, ...config.facility_kinds.map(({ kind }) => ({ value: kind, text: term(kind) }))]}
            onChange={(kind) => { state.circleKinds.value = new Set(kind ? [kind] : []) }} />
          <ul class="legend">
            {kinds.map(({ minutes: n, radius_m, profile }) => (
              <li key={n}>
                <Swatch of={{ kind: 'line', colour: CIRCLE[n] ?? CIRCLE[15], width: 2, dash: '5 3' }} />
                <Term means={t('circleDiscHow', { metres: Math.round(radius_m), profile })}>{t('circleMinutes', { n })} · {Math.round(radius_m)} m</Term>
              </li>
            ))}
          </ul>
          <p class="note">{t('circleDisc')}</p>
        </div>
      )}
    </div>
  )
}

function IncidentLegend() {
  const choices = incidentChoices.value
  const filter = state.incidents.value
  const set = (key: keyof typeof filter) => (value: string): void => { state.incidents.value = { ...filter, [key]: value } }
  const options = (values: readonly string[]) => [{ value: '', text: t('any') }, ...values.map((value) => ({ value, text: term(value) }))]
  const date = (key: 'from' | 'to', word: Word) => (
    <label class="field"><span class="field-name">{t(word)}</span>
      <input type="date" value={filter[key]} onChange={(event) => set(key)(event.currentTarget.value)} /></label>
  )
  return (
    <div class="sub">
      {choices && may('incidents.read') && (
        <div class="pair">
          <Select label={t('incidentKind')} value={filter.kind} options={options(choices.kinds)} onChange={set('kind')} />
          <Select label={t('incidentState')} value={filter.state} options={options(['open', ...choices.states])} onChange={set('state')} />
        </div>
      )}
      {may('incidents.read') && <div class="pair">{date('from', 'from')}{date('to', 'to')}</div>}
      {incidentHexes.value?.features.length === 0
        ? <p class="note">{t('hexEmpty')}</p>
        : <HexLegend steps={incidentSteps.value} hexes={incidentHexes.value} />}
    </div>
  )
}

export function HexLegend({ steps, hexes }: { steps: readonly HexStep[]; hexes: Hexes | null }) {
  if (!hexes) return null
  const { k } = hexes
  const hidden = hexes.features.map(({ properties }) => properties).filter(({ suppressed }) => suppressed)
  const [low, untold] = [hidden.some((one) => one.low), hidden.some((one) => !one.low)]
  // Counts that are not exact are rounded down.
  const rounded = k > 1
  return (
    <div class="hexes" title={t('hexTip', { k })}>
      {steps.map(({ from, colour }, i) => {
        const next = steps[i + 1]
        const last = next ? next.from - 1 : null
        return (
          <span key={from} class="hex-step"><i style={{ background: colour }} />
            {rounded ? t('hexAtLeast', { n: count(from) }) : last === null ? `${count(from)}+` : last === from ? count(from) : `${count(from)}–${count(last)}`}</span>
        )
      })}
      {(low || untold) && <span class="hex-step"><Swatch of={{ kind: 'pattern', pattern: 'low' }} />
        {[low ? t('hexLow', { k }) : '', untold ? t('hexUntold') : ''].filter(Boolean).join(' / ')}</span>}
    </div>
  )
}
