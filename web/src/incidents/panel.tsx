/** The panel of incidents: filters shared with the hexagons and the address, then a list or its statistics. */
import { signal } from '@preact/signals'
import { MapPinPlus, X } from 'lucide'
import { useEffect } from 'preact/hooks'
import { incidentChoices } from '../hexdata'
import { Button } from '../parts/button'
import { Select } from '../parts/select'
import { known, may } from '../session'
import { Needed } from '../signin/needed'
import * as state from '../state'
import { isChosen, NO_FILTER } from '../url'
import type { IncidentFilter } from '../url'
import { t, term } from '../words'
import { areaName, areaOptions, loadAreas } from './areas'
import { List } from './list'
import { startReport } from './report'
import { STATES } from './states'
import { datesOf, SPANS, spanOf, todayIn } from './spans'
import { Statistics } from './statistics'
import { say } from './words'

type Tab = 'list' | 'statistics'
const tab = signal<Tab>('list')
/** Dates are being chosen by hand, even while they are those of a span. */
const own = signal(false)

export function Incidents() {
  if (!may('incidents.read')) return known.value ? <div class="padded"><Needed /></div> : null
  return (
    <div class="incidents">
      <div class="incident-head">
        <div class="segments" role="group" aria-label={say('incidents')}>
          {(['list', 'statistics'] as const).map((one) => (
            <button type="button" key={one} aria-pressed={tab.value === one} onClick={() => { tab.value = one }}>{say(one)}</button>
          ))}
        </div>
        <span class="space" />
        {may('incidents.write') && <Button kind="accent" icon={MapPinPlus} onClick={() => startReport(null)}>{say('report')}</Button>}
      </div>
      <Filters />
      {tab.value === 'list' ? <List /> : <Statistics />}
    </div>
  )
}

function Filters() {
  const filter = state.incidents.value
  const choices = incidentChoices.value
  useEffect(loadAreas, [state.editionNumber.value])
  const set = (key: keyof IncidentFilter) => (value: string): void => { state.incidents.value = { ...filter, [key]: value } }
  const any = { value: '', text: say('any') }
  const others = (choices?.states ?? []).filter((one) => !STATES.some(({ key }) => key === one))
  const listed = tab.value === 'list'
  return (
    <div class="filters">
      <div class="pair">
        <Select label={say('area')} value={filter.area} options={[any, ...areaOptions(filter.area)]} onChange={set('area')} title={areaName(filter.area)} />
        {listed && <Select label={say('kind')} value={filter.kind} onChange={set('kind')}
          options={[any, ...withOwn(choices?.kinds ?? [], filter.kind).map((value) => ({ value, text: term(value) }))]} />}
        {!listed && <Time filter={filter} />}
      </div>
      {listed && (
        <div class="pair">
          <Select label={say('state')} value={filter.state} onChange={set('state')}
            options={[any, ...withOwn(['open', ...STATES.map(({ key }) => key), ...others], filter.state).map((value) => ({ value, text: term(value) }))]} />
          <Time filter={filter} />
        </div>
      )}
      {(own.value || spanOf(filter, todayIn(zone())) === 'own') && (
        <div class="pair">
          {(['from', 'to'] as const).map((key) => (
            <label class="field" key={key}><span class="field-name">{t(key)}</span>
              <input type="date" value={filter[key]} onChange={(event) => set(key)(event.currentTarget.value)} /></label>
          ))}
        </div>
      )}
      {isChosen(filter) && (
        <Button kind="quiet" class="clear" icon={X} onClick={() => { own.value = false; state.incidents.value = NO_FILTER }}>{say('clear')}</Button>
      )}
    </div>
  )
}

const zone = (): string => state.config.value?.site.timezone ?? 'UTC'

function Time({ filter }: { filter: IncidentFilter }) {
  const choose = (span: string): void => {
    own.value = span === 'own'
    if (span !== 'own') state.incidents.value = { ...filter, ...datesOf(span, todayIn(zone())) }
  }
  const days = SPANS.map((n) => ({ value: String(n), text: n === 1 ? say('today') : say('lastDays', { n }) }))
  return (
    <Select label={say('time')} value={own.value ? 'own' : spanOf(filter, todayIn(zone()))} onChange={choose}
      options={[{ value: '', text: say('any') }, ...days, { value: 'own', text: say('ownDates') }]} />
  )
}

/** An address may name a value that does not occur: it is still what is asked. */
function withOwn(values: readonly string[], own: string): string[] {
  return own && !values.includes(own) ? [...values, own] : [...values]
}
