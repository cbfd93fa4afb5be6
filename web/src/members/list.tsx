/** The members of an area, for those who may read them: each reading is written to the audit trail. */
import { signal, useSignal } from '@preact/signals'
import { ArrowLeft, MapPin, Phone, Trash2, X } from 'lucide'
import { useEffect } from 'preact/hooks'
import { api, isAborted } from '../api'
import type { AreaRef } from '../api'
import { count } from '../format'
import { Button } from '../parts/button'
import { ProblemNote } from '../parts/problem'
import { Select } from '../parts/select'
import { TextField } from '../parts/textfield'
import { useEscape } from '../escape'
import { askToSignIn, hasEnded, lost, may, session } from '../session'
import * as state from '../state'
import { toast, trouble } from '../toasts'
import { t } from '../words'
import { client, KINDS } from './wire'
import type { Member, MemberPage } from './wire'
import { say } from './words'

const PAUSE_MS = 400

/** The area whose members are listed; it ends with the next pick. */
export const membersOf = signal<AreaRef | null>(null)

export function showMembers(area: AreaRef): void {
  membersOf.value = area
}

export function MembersCard({ area }: { area: AreaRef }) {
  const kind = useSignal('')
  const typed = useSignal('')
  const q = useSignal('')
  const full = useSignal(false)
  const page = useSignal<MemberPage | null>(null)
  const error = useSignal<unknown>(null)
  const attempt = useSignal(0)
  const back = (): void => { membersOf.value = null }
  useEscape(back)

  // Each reading is logged: ask when the typing rests, not at every letter.
  useEffect(() => {
    const timer = setTimeout(() => { q.value = typed.value.trim() }, PAUSE_MS)
    return () => clearTimeout(timer)
  }, [typed.value])
  useEffect(() => {
    const control = new AbortController()
    error.value = null
    client.list({ area: area.id, kind: kind.value, q: q.value, full: full.value }, control.signal).then(
      (answer) => { page.value = answer },
      (reason: unknown) => {
        if (isAborted(reason)) return
        hasEnded(reason)
        error.value = reason
      },
    )
    return () => control.abort()
  }, [area.id, kind.value, q.value, full.value, attempt.value, session.value])

  const more = (): void => {
    const now = page.value
    if (!now?.next) return
    client.more(now.next).then(
      (next) => { if (page.value === now) page.value = { ...next, members: [...now.members, ...next.members] } },
      (reason: unknown) => toast(trouble(reason).what),
    )
  }
  const drop = (id: number): void => {
    if (page.value) page.value = { ...page.value, members: page.value.members.filter((one) => one.id !== id) }
  }
  const name = area.name || area.code
  return (
    <aside class="card members-card tall" aria-label={say('of', { name })}>
      <div class="panel-head">
        <Button kind="quiet" icon={ArrowLeft} label={`${say('back', { name })} (Esc)`} onClick={back} />
        <div class="card-title"><h2>{say('of', { name })}</h2></div>
        <Button kind="quiet" icon={X} label={t('close')} onClick={() => state.pick(null)} />
      </div>
      <div class="padded members-tools">
        <div class="pair">
          <TextField label={say('search')} value={typed.value} type="search" onText={(text) => { typed.value = text }} />
          <Select label={say('kind')} value={kind.value} onChange={(value) => { kind.value = value }}
            options={[{ value: '', text: say('any') }, ...KINDS.map((value) => ({ value, text: say(value) }))]} />
        </div>
        <p class="hint">{say('logged')}</p>
      </div>
      <div class="card-body">
        {error.value ? <ProblemNote error={error.value} onRetry={() => { if (lost.value) void askToSignIn(); else attempt.value++ }} /> : page.value && (
          <>
            <p class="members-line"><span class="note number">{say('shown', { n: count(page.value.members.length) })}</span><span class="space" />
              <Button kind="quiet" icon={Phone} pressed={full.value} onClick={() => { full.value = !full.value }}>{say(full.value ? 'masked' : 'full')}</Button></p>
            {page.value.members.length ? <Rows members={page.value.members} full={full.value} onForgotten={drop} /> : <p class="empty">{say('none')}</p>}
            {page.value.next && <div class="more"><Button onClick={more}>{say('more')}</Button></div>}
          </>
        )}
      </div>
    </aside>
  )
}

interface RowsProps { members: readonly Member[]; full: boolean; onForgotten: (id: number) => void }

function Rows({ members, full, onForgotten }: RowsProps) {
  const forgetting = useSignal<number | null>(null)
  const forgets = may('members.forget')
  return (
    <ul class="member-list">
      {members.map((member) => {
        const { id, name, kind, phone, home, duty } = member
        return (
          <li key={id}>
            <span><strong>{name}</strong> <span class="note">{kind && say(kind)}</span></span>
            {phone ? full ? <a class="number" href={`tel:${phone}`}>{phone}</a> : <span class="number note">{phone}</span> : <span />}
            <span class="member-where">
              <small>{home ? `${say('lives')} ${[placeOf(home.chain), home.name].filter(Boolean).join(' · ')}` : say('elsewhere')}</small>
              {duty && <small>{say('duty')} {duty.name || duty.code}</small>}
            </span>
            <span class="member-does">
              {home?.building != null && <Button kind="quiet" icon={MapPin} label={say('goHome')} onClick={() => goTo(home.building!)} />}
              {forgets && <Button kind="quiet" icon={Trash2} label={say('forget')} onClick={() => { forgetting.value = id }} />}
            </span>
            {forgetting.value === id && <Forget member={member} onDone={() => { forgetting.value = null }} onForgotten={onForgotten} />}
          </li>
        )
      })}
    </ul>
  )
}

function Forget({ member: { id, name }, onDone, onForgotten }: { member: Member; onDone: () => void; onForgotten: (id: number) => void }) {
  const forget = (): void => {
    client.forget(id).then(() => {
      toast(say('forgotten', { name }))
      onForgotten(id)
    }, (error: unknown) => toast(trouble(error).what))
  }
  return (
    <div class="forget" role="alert">
      <p>{say('forgetWhy', { name })}</p>
      <div class="row"><Button class="danger" onClick={forget}>{say('forget')}</Button><Button onClick={onDone}>{say('cancel')}</Button></div>
    </div>
  )
}

function placeOf(chain: readonly AreaRef[]): string {
  return chain.length ? chain.slice(-2).map((one) => one.name || one.code).join(' › ') : say('noHome')
}

function goTo(building: number): void {
  api.building(building).then(({ lon, lat }) => { state.going.value = { point: [lon, lat], zoom: 17.5 } }, (error: unknown) => toast(trouble(error).what))
}
