import { lang, term } from '../words'
import { DROP } from './pins'
import { stateOf } from './states'

/** The pin of a state as it is on the map. */
export function Pin({ state }: { state: string | null }) {
  const { key, colour, zh, en } = stateOf(state)
  const done = key === 'closed'
  return (
    <svg class="pin" width="19" height="24" viewBox="0 0 24 30" aria-hidden="true">
      <path d={DROP} fill={done ? '#fff' : colour} stroke={done ? colour : '#fff'} stroke-width="1.6" />
      <text x="12" y="16" text-anchor="middle" font-size="11.5" font-weight="600" fill={done ? colour : '#fff'}>{lang.value === 'zh' ? zh : en}</text>
    </svg>
  )
}

export function StateChip({ state }: { state: string | null }) {
  const { colour } = stateOf(state)
  return <span class="chip"><i style={{ background: colour }} />{term(state) || '—'}</span>
}
