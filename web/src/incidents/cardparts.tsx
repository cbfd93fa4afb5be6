/** Lower parts of the card: both sides of a border, whom to send, what happened. */
import { Phone } from 'lucide'
import type { AreaRef } from '../api'
import { Button } from '../parts/button'
import { Icon } from '../parts/icon'
import * as state from '../state'
import { said, term } from '../words'
import { moment, short } from './time'
import type { Event, Incident, Post } from './wire'
import { say } from './words'

const nameOf = ({ name, code }: AreaRef): string => name || code

export function Border({ now, onAssign }: { now: Incident; onAssign: (area: AreaRef) => void }) {
  const inside = now.chain.length > 0
  const metres = now.border_m ?? Math.min(...now.candidates.map((one) => one.distance_m))
  return (
    <section class="border">
      <h3>{say(inside ? 'near' : 'nearOutside', { n: metres.toFixed(1) })}</h3>
      <ul>
        {now.candidates.map(({ chain, distance_m }) => {
          const unit = chain.at(-1)
          if (!unit) return null
          const here = unit.id === now.chain.at(-1)?.id
          return (
            <li key={unit.id}>
              <span>{chain.slice(-2).map(nameOf).join(' › ')}<small class="number">{here ? say('herePresent') : `${distance_m.toFixed(1)} m`}</small></span>
              {!here && now.may.assign && <Button onClick={() => onAssign(unit)}>{say('assign')}</Button>}
            </li>
          )
        })}
      </ul>
    </section>
  )
}

export function Staff({ staff, handler }: { staff: readonly Post[]; handler: AreaRef | null }) {
  const levels = [...new Set(staff.map(({ level }) => level))]
  return (
    <section class="staff">
      <h3>{say('staff')}</h3>
      {!staff.length && <p class="note">{say('noStaff')}</p>}
      {levels.map((key) => {
        const level = state.levels.value.find((one) => one.key === key)
        const posts = staff.filter((post) => post.level === key)
        const area = posts[0]?.area
        return (
          <div key={key} class={key === handler?.level ? 'handles' : ''}>
            <p class="note">{level ? said(level.name) : key}{area && ` · ${nameOf(area)}`}</p>
            <ul>
              {posts.map((post, index) => (
                <li key={index}>
                  <span class="staff-title">{post.title}</span>
                  {post.vacant ? <em class="vacant">{say('vacant')}</em> : <span class="strong">{post.holder ?? '—'}</span>}
                  {post.phone && <a href={`tel:${post.phone}`} class="number"><Icon of={Phone} size={13} />{post.phone}</a>}
                </li>
              ))}
            </ul>
          </div>
        )
      })}
    </section>
  )
}

/** The latest first; who did what when, and why. */
export function History({ events, zone }: { events: readonly Event[]; zone: string }) {
  if (!events.length) return null
  return (
    <section>
      <h3>{say('events')}</h3>
      <ol class="history">
        {[...events].sort((a, b) => b.at.localeCompare(a.at)).map((event, index) => (
          <li key={index}>
            <small class="number" title={moment(event.at, zone)}>{short(event.at, zone)}</small>
            <span><strong>{what(event)}</strong> <span class="note">{event.actor}</span>{event.note && <q>{event.note}</q>}</span>
          </li>
        ))}
      </ol>
    </section>
  )
}

function what({ what: kind, state: to, area }: Event): string {
  const name = area ? nameOf(area) : ''
  switch (kind) {
    case 'reported': return say('reported')
    case 'moved': return say('moved')
    case 'state': return term(to)
    case 'escalated': return say('escalated', { name })
    case 'assigned': return say('assigned', { name })
    case 'changed': return say('changed')
  }
}
