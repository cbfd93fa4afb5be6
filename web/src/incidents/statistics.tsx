/** Incidents per area: a bar of kinds, states or months, by the lines of the day or by today's. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { isAborted } from '../api'
import { count } from '../format'
import { KIND_COLOURS } from '../map/colours'
import { Choices } from '../parts/choices'
import { ProblemNote } from '../parts/problem'
import { Select } from '../parts/select'
import { Term } from '../parts/term'
import { session } from '../session'
import * as state from '../state'
import { said, term } from '../words'
import { sumUp, WHOLE } from './sums'
import { STATES, stateOf } from './states'
import { client } from './wire'
import type { Counts } from './wire'
import { say } from './words'

type By = 'kind' | 'state' | 'month'
const BY = { kind: 'byKind', state: 'byState', month: 'byMonth' } as const

export function Statistics() {
  const by = useSignal<By>('kind')
  const lines = useSignal<'then' | 'now'>('then')
  const levels = state.levels.value
  const level = useSignal((state.limitLevel.value ?? levels.at(1) ?? levels[0])?.key ?? '')
  const counts = useSignal<Counts | null>(null)
  const error = useSignal<unknown>(null)
  const attempt = useSignal(0)
  const filter = state.incidents.value

  useEffect(() => {
    const control = new AbortController()
    client.statistics(by.value, level.value, lines.value, filter, control.signal).then(
      (answer) => { counts.value = answer; error.value = null },
      (reason: unknown) => { if (!isAborted(reason)) error.value = reason },
    )
    return () => control.abort()
  }, [by.value, level.value, lines.value, filter, attempt.value, session.value.user?.name])

  return (
    <div class="statistics">
      <div class="row">
        <Choices label={say('group')} chosen={new Set([by.value])} onToggle={(value) => { by.value = value }}
          options={(['kind', 'state', 'month'] as const).map((value) => ({ value, text: say(BY[value]) }))} />
        <span class="space" />
        <Select bare label={say('level')} value={level.value} onChange={(value) => { level.value = value }}
          options={levels.map(({ key, name }) => ({ value: key, text: said(name) }))} />
      </div>
      <div class="row">
        <Term means={say('linesTip')}>{say('lines')}</Term>
        <span class="space" />
        <Choices label={say('lines')} chosen={new Set([lines.value])} onToggle={(value) => { lines.value = value }}
          options={(['then', 'now'] as const).map((value) => ({ value, text: say(value) }))} />
      </div>
      {error.value
        ? <ProblemNote error={error.value} onRetry={() => { attempt.value++ }} />
        : counts.value && <Bars counts={counts.value} by={counts.value.by} />}
    </div>
  )
}

const UNPLACED = { outside: 'unplacedOutside', no_time: 'unplacedNoTime', before_editions: 'unplacedBefore', no_such_level: 'unplacedLevel' } as const
const GREY = '#b9b3a8'

function Bars({ counts, by }: { counts: Counts; by: By }) {
  const { rows, suppress_below: k } = counts
  if (!rows.length) return <p class="empty">{say('noStatistics')}</p>
  const months = (): string[] => [...new Set(rows.flatMap(({ group }) => (group === null ? [] : [group])))].sort()
  const { areas, groups, total, atLeast } = sumUp(rows, by === 'state' ? STATES.map(({ key }) => key) : by === 'month' ? months() : [])
  const most = Math.max(1, ...areas.map((one) => one.total))
  const colour = (group: string): string => group === WHOLE || group === '' ? GREY
    : by === 'state' ? stateOf(group).colour
    : KIND_COLOURS[groups.findIndex((one) => one.group === group) % KIND_COLOURS.length]!
  const name = (group: string): string => group === WHOLE ? say('wholeGroup') : group === '' ? say('unknownGroup') : term(group)
  const number = (n: number, more: boolean): string => n === 0 && more ? say('low', { k }) : `${count(n)}${more ? '+' : ''}`
  return (
    <>
      <ul class="stat-legend">
        {groups.map((one) => (
          <li key={one.group}><i style={{ background: colour(one.group) }} /><span>{name(one.group)}</span><span class="number">{number(one.total, one.atLeast)}</span></li>
        ))}
      </ul>
      <ul class="stat-areas">
        {areas.map(({ area, unplaced, total: n, atLeast: more, parts }) => (
          <li key={area?.id ?? unplaced}>
            <button type="button" disabled={!area} onClick={() => { if (area) state.pick({ area: area.id }) }}>
              <span class="stat-name">{area ? area.name || area.code : unplaced && say(UNPLACED[unplaced])}</span><span class="number">{number(n, more)}</span>
              <span class="stat-bar" style={{ width: `${(n / most) * 100}%` }}>
                {parts.map((part) => part.count > 0 && <i key={part.group} title={`${name(part.group)} ${count(part.count)}`} style={{ flexGrow: part.count, background: colour(part.group) }} />)}
              </span>
            </button>
          </li>
        ))}
      </ul>
      <p class="table-foot"><span>{say('sum')}</span><span class="number">{number(total, atLeast)}</span></p>
    </>
  )
}
