import { count } from '../format'

/** Households against their limit; the limit is a tick, what lies beyond it is hatched. */
export function Bar({ value, limit }: { value: number; limit: number }) {
  const whole = Math.max(value, limit * 1.1)
  const inside = (Math.min(value, limit) / whole) * 100
  const beyond = (Math.max(0, value - limit) / whole) * 100
  const state = value > limit ? 'over' : value >= limit * 0.9 ? 'near' : 'well'
  return (
    <span class={`bar ${state}`} role="img" aria-label={`${count(value)} / ${count(limit)}`}>
      <span class="bar-in" style={{ width: `${inside}%` }} />
      <span class="bar-over" style={{ left: `${inside}%`, width: `${beyond}%` }} />
      <span class="bar-limit" style={{ left: `${(limit / whole) * 100}%` }} />
    </span>
  )
}
