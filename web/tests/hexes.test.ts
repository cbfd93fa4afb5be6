import { describe, expect, test } from 'vitest'
import { steps } from '../src/hexclasses'
import { MEMBER_RAMP } from '../src/map/colours'

describe('classes of hexagons', () => {
  test('hold about as many hexagons each, light to dark', () => {
    const made = steps([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], MEMBER_RAMP)
    expect(made.map((step) => step.from)).toEqual([1, 3, 5, 7, 9])
    expect(made.map((step) => step.colour)).toEqual([...MEMBER_RAMP])
  })

  test('never repeat a value', () => {
    const made = steps([5, 5, 5, 5, 9], MEMBER_RAMP)
    expect(made.map((step) => step.from)).toEqual([5, 9])
    expect(made.map((step) => step.colour)).toEqual([MEMBER_RAMP[0], MEMBER_RAMP[4]])
  })

  test('of nothing are none', () => expect(steps([], MEMBER_RAMP)).toEqual([]))
})
