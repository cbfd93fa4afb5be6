/** In an area's card: how many members live there, as far as it may be told, and the way to the list. */
import { useSignal } from '@preact/signals'
import { Users } from 'lucide'
import { useEffect } from 'preact/hooks'
import type { AreaRow } from '../api'
import { count } from '../format'
import { Button } from '../parts/button'
import { Term } from '../parts/term'
import { may, session } from '../session'
import * as state from '../state'
import { showMembers } from './list'
import { client, KINDS } from './wire'
import type { MemberCount } from './wire'
import { say } from './words'

const COUNTED = [...KINDS, 'unknown'] as const

export function MembersOf({ area }: { area: AreaRow }) {
  const row = useSignal<MemberCount | null>(null)
  const k = useSignal(5)
  const edition = state.editionNumber.value
  const live = state.config.value?.signs_in ?? false
  useEffect(() => {
    if (edition === null || !live) return
    const control = new AbortController()
    client.counts(area.level, area.parent?.id ?? null, edition, control.signal).then(
      (answer) => {
        row.value = answer.rows.find((one) => one.area.id === area.id) ?? null
        k.value = answer.suppress_below
      },
      // The card is about the area; what can't be told of it is left out.
      () => { row.value = null },
    )
    return () => control.abort()
  }, [area.id, edition, live, session.value.user?.name])
  const now = row.value?.area.id === area.id ? row.value : null
  const reads = may('members.read')
  if (!live || (!now && !reads)) return null
  const kinds = COUNTED.flatMap((kind) => { const n = now?.by_kind?.[kind]; return n ? [{ kind, n }] : [] })
  return (
    <section class="members">
      <h3><Term means={say('homes')}>{say('members')}</Term></h3>
      <p class="members-line">
        {now && <strong class="number">{now.count !== null ? say('count', { n: count(now.count) })
          : now.low ? say('low', { k: k.value }) : <Term means={say('untoldTip', { k: k.value })}>{say('untold')}</Term>}</strong>}
        {kinds.map(({ kind, n }) => <span key={kind} class="note">{say(kind)} <span class="number">{count(n)}</span></span>)}
        <span class="space" />
        {reads && <Button icon={Users} onClick={() => showMembers(area)}>{say('list')}</Button>}
      </p>
    </section>
  )
}
