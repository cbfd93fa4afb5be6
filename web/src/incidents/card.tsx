/** The card of one incident: where, how far along, whom to send, what to do next, what happened. */
import { useSignal } from '@preact/signals'
import { ArrowUpFromLine, Link, Move, X } from 'lucide'
import type { AreaRef, LonLat } from '../api'
import { coordinates, distance, metresBetween } from '../format'
import { Button } from '../parts/button'
import { ProblemNote } from '../parts/problem'
import * as state from '../state'
import { copy, toast, trouble } from '../toasts'
import { t, term } from '../words'
import { Border, History, Staff } from './cardparts'
import { again, card, cardError, movedOn, notes, setNote, step } from './data'
import { placing, startPlacing, stopPlacing } from './place'
import { StateChip } from './statechip'
import { ways } from './states'
import type { State } from './states'
import { moment } from './time'
import { Timeline } from './timeline'
import { client } from './wire'
import type { Answer, Incident } from './wire'
import { say } from './words'

export function IncidentCard() {
  const tall = useSignal(false)
  const now = card.value
  const id = state.picked.value?.incident
  const shown = now?.id === id ? now : null
  if (!now && !cardError.value) return null
  return (
    <aside class={`card incident ${tall.value ? 'tall' : ''}`} aria-label={say('incident')} aria-busy={!shown && !cardError.value}>
      {state.phone.value && (
        <button type="button" class="handle" aria-expanded={tall.value} aria-label={tall.value ? t('less') : t('more')}
          onClick={() => { tall.value = !tall.value }}><span /></button>
      )}
      <div class="panel-head">
        <div class="card-title"><span class="kind">{now ? term(now.kind) : ''}</span><h2>{now ? now.title || term(now.kind) : say('incident')}</h2></div>
        {now && <StateChip state={now.state} />}
        <Button kind="quiet" icon={X} label={`${t('close')} (Esc)`} onClick={() => state.pick(null)} />
      </div>
      <div class="card-body">
        {cardError.value ? <ProblemNote error={cardError.value} onRetry={again} /> : now && <Body key={now.id} now={now} />}
      </div>
    </aside>
  )
}

function Body({ now }: { now: Incident }) {
  const wrong = useSignal('')
  const busy = useSignal(false)
  const note = notes.value[now.id] ?? ''
  /** One step at a time; the note goes with it, and stays when it fails. */
  const act = async (doing: (body: { version: number; note?: string }) => Promise<Answer>, done: string): Promise<void> => {
    if (busy.value) return
    busy.value = true
    wrong.value = ''
    try {
      if (!(await step(doing({ version: now.version, ...(note.trim() ? { note: note.trim() } : {}) })))) return
      setNote(now.id, '')
      toast(done)
    } catch (error) {
      wrong.value = trouble(error).what
    } finally {
      busy.value = false
    }
  }
  const zone = state.config.value?.site.timezone ?? 'UTC'
  return (
    <>
      <Chain chain={now.chain} handler={now.handler} manual={now.manual} />
      <Timeline events={now.events} present={now.state} />
      {movedOn.value && (
        <div class="problem" role="alert"><h3>{say('movedOn')}</h3><p>{movedOn.value}</p><Button onClick={again}>{say('reload')}</Button></div>
      )}
      <Steps now={now} note={note} act={act} wrong={wrong.value} busy={busy.value} onWrong={(text) => { wrong.value = text }} />
      {now.candidates.length > 0 && <Border now={now} onAssign={(area) => void act((body) => client.assign(now.id, { ...body, area: area.id }), say('assigned', { name: area.name }))} />}
      <Staff staff={now.staff} handler={now.handler} />
      <History events={now.events} zone={zone} />
      <footer>
        {now.address && <p><span class="note">{say('address')}</span> {now.address}</p>}
        {now.reported_at && <p><span class="note">{say('reportedAt')}</span> {moment(now.reported_at, zone)}</p>}
        {now.closed_at && <p><span class="note">{say('closedAt')}</span> {moment(now.closed_at, zone)}</p>}
        <p><span class="note">{say('key')}</span> <span class="number">{now.key}</span> <span class="note">{now.source}</span></p>
        <p>{coordinates([now.lon, now.lat], 6)}</p>
        <div class="row"><Button icon={Link} onClick={() => void copy(location.href)}>{t('copyLink')}</Button></div>
      </footer>
    </>
  )
}

function Chain({ chain, handler, manual }: Pick<Incident, 'chain' | 'handler' | 'manual'>) {
  if (!chain.length) return <p class="hint">{t('outside')}</p>
  return (
    <nav aria-label={say('place')}>
      <ol class="chain">
        {chain.map((one) => (
          <li key={one.id}><button type="button" title={one.code} onClick={() => state.pick({ area: one.id })}>{one.name || one.code}</button></li>
        ))}
      </ol>
      <p class="note">{[manual ? say('byHand') : '', handler && handler.id !== chain.at(-1)?.id ? say('handler', { name: handler.name || handler.code }) : ''].filter(Boolean).join(' · ')}</p>
    </nav>
  )
}

interface Doing {
  now: Incident
  note: string
  wrong: string
  busy: boolean
  onWrong: (text: string) => void
  act: (doing: (body: { version: number; note?: string }) => Promise<Answer>, done: string) => Promise<void>
}

function Steps({ now, note, wrong, busy, onWrong, act }: Doing) {
  const { next, onward, back } = ways(now.next_states, now.earlier_states)
  const { advance, move, escalate } = now.may
  if (!advance && !move && !escalate) return null
  const goTo = ({ key }: State): void => {
    if (back.some((one) => one.key === key) && !note.trim()) return onWrong(say('noteFirst'))
    void act((body) => client.advance(now.id, { ...body, state: key }), `${say('saved')} · ${term(key)}`)
  }
  const above = parentOf(now)
  const moving = placing.value !== null && state.taking.value !== null
  return (
    <section class="steps">
      {moving ? <Moving now={now} act={act} /> : (
        <>
          <label class="field"><span class="field-name">{say('note')}</span>
            <input type="text" value={note} placeholder={say('noteHint')} onInput={(event) => setNote(now.id, event.currentTarget.value)} /></label>
          <p class="wrong" role="alert">{wrong}</p>
          <div class="row wrap">
            {advance && next && <button type="button" class="button accent" disabled={busy} onClick={() => goTo(next)}>{say(next.verb)}</button>}
            {advance && onward.length + back.length > 0 && (
              <select aria-label={say('otherSteps')} value="" disabled={busy}
                onChange={(event) => { const to = [...onward, ...back].find(({ key }) => key === event.currentTarget.value); event.currentTarget.value = ''; if (to) goTo(to) }}>
                <option value="">{say('otherSteps')}</option>
                {onward.map(({ key }) => <option key={key} value={key}>{say('skipTo', { state: term(key) })}</option>)}
                {back.map(({ key }) => <option key={key} value={key}>{say('backTo', { state: term(key) })}</option>)}
              </select>
            )}
            {move && <Button icon={Move} onClick={() => startPlacing([now.lon, now.lat], null, stopPlacing)}>{say('move')}</Button>}
            {escalate && above && <Button icon={ArrowUpFromLine} onClick={() => void act((body) => client.escalate(now.id, body), say('escalated', { name: above.name }))}>{say('escalate', { name: above.name || above.code })}</Button>}
          </div>
        </>
      )}
    </section>
  )
}

/** Whom an escalation goes to: the area above the one that handles it now. */
function parentOf({ chain, handler }: Incident): AreaRef | null {
  const at = chain.findIndex(({ id }) => id === handler?.id)
  return at > 0 ? (chain[at - 1] ?? null) : null
}

function Moving({ now, act }: Pick<Doing, 'now' | 'act'>) {
  const { to, located } = placing.value ?? { to: null, located: null }
  const from: LonLat = [now.lon, now.lat]
  const keep = async ([lon, lat]: LonLat): Promise<void> => {
    const name = located?.chain.at(-1)?.name ?? t('outside')
    await act((body) => client.move(now.id, { ...body, lon, lat }), say('movedTo', { name }))
    stopPlacing()
  }
  return (
    <>
      <p class="hint" role="status">{!to ? say('moveFirst') : !located ? say('looking')
        : say('moveTo', { name: located.chain.length ? located.chain.map(({ name, code }) => name || code).slice(-2).join(' › ') : t('outside'), n: distance(metresBetween(from, to)) })}</p>
      <div class="row">
        <button type="button" class="button accent" disabled={!to} onClick={() => to && void keep(to)}>{say('keep')}</button>
        <Button onClick={stopPlacing}>{say('discard')}</Button>
      </div>
    </>
  )
}

