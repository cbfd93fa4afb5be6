import { describe, expect, test } from 'vitest'
import { metresBetween } from '../src/format'
import { datesOf, spanOf, todayIn } from '../src/incidents/spans'
import { stateOf, STATES, times, ways } from '../src/incidents/states'
import { sumUp, WHOLE } from '../src/incidents/sums'
import { moment, short } from '../src/incidents/time'
import type { Count } from '../src/incidents/wire'

const at = (day: number, state: string | null) => ({ at: `2026-11-${String(day).padStart(2, '0')}T01:00:00Z`, state })

describe('states', () => {
  test('offer the usual next step first, then those that skip it', () => {
    const { next, onward, back } = ways(['closed', 'dispatched', 'handling', 'reviewed'], ['collected'])
    expect(next?.key).toBe('dispatched')
    expect(onward.map(({ key }) => key)).toEqual(['handling', 'reviewed', 'closed'])
    expect(back.map(({ key }) => key)).toEqual(['collected'])
  })

  test('a closed one has no next step', () => {
    expect(ways([], ['collected']).next).toBeNull()
  })

  test('a word of another system is shown as such', () => {
    expect(stateOf('挂起').key).toBe('')
    expect(new Set(STATES.map(({ zh }) => zh)).size).toBe(6)
    expect(new Set(STATES.map(({ en }) => en)).size).toBe(6)
  })

  test('the time of a state is when it was first reached; a step back forgets what came after it', () => {
    const reached = times([at(1, 'collected'), at(2, 'accepted'), at(3, null), at(4, 'closed'), at(5, 'accepted'), at(6, 'dispatched')])
    expect([...reached.keys()]).toEqual(['collected', 'accepted', 'dispatched'])
    expect(reached.get('accepted')).toBe('2026-11-02T01:00:00Z')
  })
})

describe('time', () => {
  test('is said by the clocks of the town', () => {
    expect(moment('2026-11-20T16:30:00Z', 'Asia/Shanghai')).toBe('2026-11-21 00:30')
    expect(todayIn('Asia/Shanghai', new Date('2026-11-20T16:30:00Z'))).toBe('2026-11-21')
  })

  test('of this year goes without the year, of another one without the hour', () => {
    const now = '2026-11-21T00:00:00Z'
    expect(short('2026-03-01T01:12:00Z', 'Asia/Shanghai', now)).toBe('03-01 09:12')
    expect(short('2025-12-31T15:00:00Z', 'Asia/Shanghai', now)).toBe('2025-12-31')
  })

  test('spans count today in, and are known again', () => {
    expect(datesOf('7', '2026-03-03')).toEqual({ from: '2026-02-25', to: '' })
    for (const span of ['', '1', '7', '30', '365']) expect(spanOf(datesOf(span, '2026-03-03'), '2026-03-03')).toBe(span)
    expect(spanOf({ from: '2026-02-25', to: '2026-03-01' }, '2026-03-03')).toBe('own')
  })
})

describe('sums', () => {
  const area = (id: number) => ({ level: 'community', id, code: String(id), name: `社区${id}` })
  const row = (id: number | null, group: string | null, count: number | null, more: Partial<Count> = {}): Count => ({
    area: id === null ? null : area(id), unplaced: id === null ? 'outside' : null, group, whole: false, count, suppressed: count === null, ...more,
  })

  test('areas by their total, what has none last, groups in their order', () => {
    const { areas, groups, total } = sumUp([row(1, 'b', 2), row(2, 'a', 5), row(1, 'a', 1), row(null, 'a', 90)], ['b', 'a'])
    expect(areas.map((one) => [one.area?.id ?? one.unplaced, one.total])).toEqual([[2, 5], [1, 3], ['outside', 90]])
    expect(areas[1]?.parts.map(({ group }) => group)).toEqual(['b', 'a'])
    expect(groups.map((one) => [one.group, one.total])).toEqual([['b', 2], ['a', 96]])
    expect(total).toBe(98)
  })

  test('a count that is not told makes every sum it belongs to a lower bound', () => {
    const { areas, groups, atLeast } = sumUp([row(1, 'a', null), row(1, 'b', 7), row(2, 'b', 9)], [])
    expect(areas.map((one) => [one.area?.id, one.total, one.atLeast])).toEqual([[2, 9, false], [1, 7, true]])
    expect(groups.map((one) => [one.group, one.atLeast])).toEqual([['b', false], ['a', true]])
    expect(atLeast).toBe(true)
  })

  test('groups that may not be told apart come last, under one name', () => {
    const { groups } = sumUp([row(1, null, 30, { whole: true }), row(2, 'a', 2), row(2, null, 1)], [])
    expect(groups.map(({ group }) => group)).toEqual(['a', '', WHOLE])
  })
})

test('a hundredth of a degree of latitude is 1,112 m', () => {
  expect(metresBetween([104.6, 35], [104.6, 35.01])).toBeCloseTo(1111.95, 1)
  expect(metresBetween([104.6, 60], [104.61, 60])).toBeCloseTo(1111.95 / 2, 0)
})
