/** Incidents as rows: each is a pin on the map; several can be advanced at once. */
import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { count } from '../format'
import { Button } from '../parts/button'
import { ProblemNote } from '../parts/problem'
import { may } from '../session'
import * as state from '../state'
import { toast, trouble } from '../toasts'
import { term } from '../words'
import { again, inView, listError, listMore, page, pins, selected } from './data'
import { Pin, StateChip } from './statechip'
import { STATES } from './states'
import { short } from './time'
import { client } from './wire'
import type { Row } from './wire'
import { say } from './words'

const NEXT = 50

export function List() {
  const body = useRef<HTMLUListElement>(null)
  const now = page.value
  if (listError.value) return <div class="padded"><ProblemNote error={listError.value} onRetry={again} /></div>
  if (!now) return <div class="space" />
  const writes = may('incidents.write')
  const pinned = pins.value
  return (
    <>
      <div class="list-head">
        {writes && <input type="checkbox" aria-label={say('selectAll')} title={say('selectAll')} disabled={!now.rows.length}
          checked={now.rows.length > 0 && now.rows.every(({ id }) => selected.value.has(id))}
          onChange={(event) => { selected.value = event.currentTarget.checked ? new Set(now.rows.map(({ id }) => id)) : new Set() }} />}
        <span class="number">{now.count === null ? say('shown', { n: count(now.rows.length) }) : say('total', { n: count(now.count) })}</span>
        <span class="space" />
        <label class="check"><input type="checkbox" checked={inView.value} onChange={() => { inView.value = !inView.value }} />{say('inView')}</label>
      </div>
      {pinned?.next && <p class="note padded">{say('tooMany', { n: count(pinned.rows.length) })}</p>}
      <ul class="incident-list" ref={body}>
        {now.rows.map((row) => <Line key={row.id} row={row} writes={writes} />)}
        {!now.rows.length && <li class="empty">{say('none')}</li>}
        {now.next && <li class="more"><Button onClick={() => void listMore()}>{say('more', { n: now.count === null ? NEXT : Math.min(NEXT, now.count - now.rows.length) })}</Button></li>}
      </ul>
      {selected.value.size > 0 && <Bulk />}
    </>
  )
}

const titleOf = (row: Row): string => row.title || term(row.kind)

function Line({ row, writes }: { row: Row; writes: boolean }) {
  const zone = state.config.value?.site.timezone ?? 'UTC'
  const here = state.picked.value?.incident === row.id
  const walk = (event: KeyboardEvent): void => {
    const item = (event.currentTarget as HTMLElement).closest('li')
    const next = event.key === 'ArrowDown' ? item?.nextElementSibling : event.key === 'ArrowUp' ? item?.previousElementSibling : null
    const button = next?.querySelector<HTMLElement>('.incident-row')
    if (!button) return
    event.preventDefault()
    button.focus()
  }
  return (
    <li aria-current={here} data-incident={row.id}>
      {writes && <input type="checkbox" aria-label={say('select', { title: titleOf(row) })} checked={selected.value.has(row.id)}
        onChange={() => { selected.value = state.toggled(selected.value, row.id) }} />}
      <button type="button" class="incident-row" onClick={() => state.pick({ incident: row.id })} onKeyDown={walk}>
        <Pin state={row.state} />
        <span class="incident-what"><strong>{titleOf(row)}</strong>
          <small>{[row.title ? term(row.kind) : '', row.unit ? row.unit.name || row.unit.code : say('outside')].filter(Boolean).join(' · ')}</small></span>
        <span class="incident-when"><small class="number">{row.reported_at ? short(row.reported_at, zone) : '—'}</small><StateChip state={row.state} /></span>
      </button>
    </li>
  )
}

/** Many at once: all to one state, those that can't are named with the reason. */
function Bulk() {
  const to = useSignal('accepted')
  const note = useSignal('')
  const busy = useSignal(false)
  const kept = useSignal<string[]>([])
  const ids = [...selected.value]
  const go = async (event: Event): Promise<void> => {
    event.preventDefault()
    if (busy.value) return
    busy.value = true
    try {
      const { results } = await client.bulk({ ids, state: to.value, ...(note.value ? { note: note.value } : {}) })
      const failed = results.filter(({ done }) => !done)
      selected.value = new Set(failed.map(({ id }) => id))
      kept.value = [...new Set(failed.map(({ reason }) => reason ?? ''))]
      if (failed.length < results.length) toast(say('advanced', { n: results.length - failed.length }))
      if (!failed.length) note.value = ''
      again()
    } catch (error) {
      kept.value = [trouble(error).what]
    } finally {
      busy.value = false
    }
  }
  return (
    <form class="bulk" onSubmit={(event) => void go(event)}>
      <p><strong class="number">{say('chosen', { n: ids.length })}</strong><span class="space" />
        <Button kind="quiet" onClick={() => { selected.value = new Set() }}>{say('unchoose')}</Button></p>
      {kept.value.length > 0 && <p class="wrong" role="alert">{say('notAdvanced', { n: ids.length })} {kept.value.join(' ')}</p>}
      <div class="pair">
        <select aria-label={say('advanceTo')} value={to.value} onChange={(event) => { to.value = event.currentTarget.value }}>
          {STATES.map(({ key }) => <option key={key} value={key}>{term(key)}</option>)}
        </select>
        <input type="text" aria-label={say('note')} placeholder={say('note')} value={note.value} onInput={(event) => { note.value = event.currentTarget.value }} />
        <button type="submit" class="button accent" disabled={busy.value}>{say('advanceN', { n: ids.length })}</button>
      </div>
    </form>
  )
}
