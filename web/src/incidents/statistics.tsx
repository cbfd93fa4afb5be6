/** Incidents per area: a bar of kinds, states or months, by the lines of the day or by today's. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { isAborted } from '../api'
import type { AreaRef } from '../api'
import { count } from '../format'
import { KIND_COLOURS } from '../map/colours'
import { Choices } from '../parts/choices'
import { ProblemNote } from '../parts/problem'
import { Select } from '../parts/select'
import { Term } from '../parts/term'
import { session } from '../session'
import * as state from '../state'
import { said, term } from '../words'
import { sumUp } from './sums'
import { STATES, stateOf } from './states'
import { client } from './wire'
import type { Count } from './wire'
import { say } from './words'

type By = 'kind' | 'state' | 'month'
const BY = { kind: 'byKind', state: 'byState', month: 'byMonth' } as const

export function Statistics() {
  const by = useSignal<By>('kind')
  const lines = useSignal<'then' | 'now'>('then')
  const levels = state.levels.value
  const level = useSignal((state.limitLevel.value ?? levels.at(1) ?? levels[0])?.key ?? '')
  const rows = useSignal<readonly Count[] | null>(null)
  const error = useSignal<unknown>(null)
  const attempt = useSignal(0)
  const filter = state.incidents.value

  useEffect(() => {
    const control = new AbortController()
    client.statistics(by.value, level.value, lines.value, filter, control.signal).then(
      (answer) => { rows.value = answer.rows; error.value = null },
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
        : rows.value && <Bars rows={rows.value} by={by.value} />}
    </div>
  )
}

function Bars({ rows, by }: { rows: readonly Count[]; by: By }) {
  if (!rows.length) return <p class="empty">{say('noStatistics')}</p>
  const order = by === 'state' ? STATES.map(({ key }) => key) : by === 'month' ? [...new Set(rows.map(({ group }) => group))].sort() : []
  const { areas, groups, total } = sumUp(rows, order)
  const most = Math.max(...areas.map((one) => one.total))
  const colour = (group: string): string => by === 'state' ? stateOf(group).colour : KIND_COLOURS[groups.findIndex((one) => one.group === group) % KIND_COLOURS.length]!
  return (
    <>
      <ul class="stat-legend">
        {groups.map(({ group, total: n }) => (
          <li key={group}><i style={{ background: colour(group) }} /><span>{term(group) || '—'}</span><span class="number">{count(n)}</span></li>
        ))}
      </ul>
      <ul class="stat-areas">
        {areas.map(({ area, total: n, parts }) => (
          <li key={area.id}>
            <button type="button" onClick={() => choose(area)}>
              <span class="stat-name">{area.name || area.code}</span><span class="number">{count(n)}</span>
              <span class="stat-bar" style={{ width: `${(n / most) * 100}%` }}>
                {parts.map(({ group, count: part }) => <i key={group} title={`${term(group)} ${count(part)}`} style={{ flexGrow: part, background: colour(group) }} />)}
              </span>
            </button>
          </li>
        ))}
      </ul>
      <p class="table-foot"><span>{say('sum')}</span><span class="number">{count(total)}</span></p>
    </>
  )
}

function choose(area: AreaRef): void {
  state.pick({ area: area.id })
}
