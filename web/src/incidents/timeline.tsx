import * as state from '../state'
import { term } from '../words'
import { STATES, stepOf, times } from './states'
import { short } from './time'
import type { Event } from './wire'
import { say } from './words'

/** The six states in a row, each with when it was reached. */
export function Timeline({ events, present }: { events: readonly Event[]; present: string | null }) {
  const reached = times(events)
  const here = stepOf(present)
  const zone = state.config.value?.site.timezone ?? 'UTC'
  return (
    <ol class="timeline" aria-label={say('steps')}>
      {STATES.map(({ key, colour }, index) => {
        const at = index <= here ? reached.get(key) : undefined
        const [day, hour] = at ? lines(short(at, zone)) : []
        return (
          <li key={key} class={index < here ? 'past' : index === here ? 'here' : ''} aria-current={index === here ? 'step' : undefined}>
            <i style={index <= here ? { background: index === here ? colour : undefined } : undefined} />
            <span>{term(key)}</span>
            <small class="number">{day ?? ' '}<br />{hour ?? ' '}</small>
          </li>
        )
      })}
    </ol>
  )
}

/** "11-21 09:12" or "2024-12-01" on two short lines. */
function lines(said: string): [string, string] {
  const [day = '', hour] = said.split(' ')
  return hour ? [day, hour] : [day.slice(0, 4), day.slice(5)]
}
