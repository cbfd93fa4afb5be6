/** Reporting an incident: a click on the map, a kind, and it is placed at once. */
import { signal } from '@preact/signals'
import { X } from 'lucide'
import { useEffect, useRef } from 'preact/hooks'
import type { LonLat } from '../api'
import { coordinates } from '../format'
import { hexAttempt, incidentChoices, loadChoices } from '../hexdata'
import { Button } from '../parts/button'
import { TextField } from '../parts/textfield'
import * as state from '../state'
import { toast, trouble } from '../toasts'
import { t, term } from '../words'
import { again } from './data'
import { placing, startPlacing, stopPlacing } from './place'
import { client } from './wire'
import type { New } from './wire'
import { say } from './words'

interface Draft { kind: string; title: string; address: string; when: string }
const EMPTY: Draft = { kind: '', title: '', address: '', when: '' }

export const reporting = signal(false)
/** It outlives the form: closing it by mistake loses nothing. */
const draft = signal<Draft>(EMPTY)
const wrong = signal('')
const busy = signal(false)

export function startReport(at: LonLat | null): void {
  state.pick(null)
  if (state.phone.value) state.panelOpen.value = false
  loadChoices()
  reporting.value = true
  wrong.value = ''
  startPlacing(null, at, stopReport)
}

export function stopReport(): void {
  reporting.value = false
  stopPlacing()
}

async function submit(event: Event): Promise<void> {
  event.preventDefault()
  const at = placing.value?.to
  if (!at || busy.value) {
    wrong.value = at ? '' : say('whereFirst')
    return
  }
  busy.value = true
  wrong.value = ''
  try {
    const { incident } = await client.report(asNew(draft.value, at))
    draft.value = EMPTY
    stopReport()
    state.pick({ incident: incident.id })
    toast(incident.status === 'placed' ? say('sent', { name: incident.chain.at(-1)?.name ?? '' }) : say('sentOutside'))
    hexAttempt.value++
    again()
  } catch (error) {
    wrong.value = trouble(error).what
  } finally {
    busy.value = false
  }
}

function asNew({ kind, title, address, when }: Draft, [lon, lat]: LonLat): New {
  return {
    kind: kind.trim(), lon, lat,
    ...(title.trim() ? { title: title.trim() } : {}),
    ...(address.trim() ? { address: address.trim() } : {}),
    // Without a zone it is the town's time, wherever the browser is.
    ...(when ? { reported_at: when } : {}),
  }
}

export function ReportCard() {
  const form = useRef<HTMLFormElement>(null)
  const { to, located } = placing.value ?? { to: null, located: null }
  const set = (key: keyof Draft) => (text: string): void => { draft.value = { ...draft.value, [key]: text } }
  const known = to !== null
  useEffect(() => {
    if (known) form.current?.querySelector<HTMLElement>('input')?.focus()
  }, [known])
  const kinds = incidentChoices.value?.kinds ?? []
  return (
    <aside class="card report tall" aria-label={say('reportTitle')}>
      <div class="panel-head">
        <div class="card-title"><h2>{say('reportTitle')}</h2></div>
        <Button kind="quiet" icon={X} label={`${t('close')} (Esc)`} onClick={stopReport} />
      </div>
      <form class="card-body" ref={form} onSubmit={(event) => void submit(event)}>
        <section class="where">
          <h3>{say('where')}</h3>
          {to
            ? <>
                <p class="strong">{!located ? say('looking') : located.chain.length ? located.chain.map(({ name, code }) => name || code).join(' › ') : t('outside')}</p>
                <p class="note"><span class="number">{coordinates(to, 6)}</span></p>
                <p class="note">{say('whereAgain')}</p>
              </>
            : <p class="hint">{say('whereFirst')}</p>}
        </section>
        <TextField label={say('kind')} value={draft.value.kind} required list="incident-kinds" placeholder={say('kindHint')} onText={set('kind')} />
        <datalist id="incident-kinds">{kinds.map((kind) => <option key={kind} value={kind}>{term(kind)}</option>)}</datalist>
        <div class="picks">{kinds.slice(0, 8).map((kind) => (
          <button type="button" key={kind} aria-pressed={draft.value.kind === kind} onClick={() => set('kind')(kind)}>{term(kind)}</button>
        ))}</div>
        <TextField label={say('title')} value={draft.value.title} placeholder={say('titleHint')} onText={set('title')} />
        <TextField label={say('address')} value={draft.value.address} placeholder={say('addressHint')} onText={set('address')} />
        <TextField label={say('when')} value={draft.value.when} type="datetime-local" onText={set('when')}><small>{say('whenHint')}</small></TextField>
        <p class="wrong" role="alert">{wrong.value}</p>
        <div class="row">
          <button type="submit" class="button accent" disabled={busy.value || !to}>{say('send')}</button>
          <Button onClick={() => { draft.value = EMPTY; stopReport() }}>{say('discard')}</Button>
        </div>
      </form>
    </aside>
  )
}
