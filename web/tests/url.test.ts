import { describe, expect, test } from 'vitest'
import { fromHash, NO_FILTER, toHash } from '../src/url'
import type { Address } from '../src/url'

const EMPTY = fromHash('')

describe('the address', () => {
  test('comes back as it was written', () => {
    const address: Address = {
      position: { lon: 104.63212, lat: 35.00123, zoom: 13.25, bearing: 30 },
      edition: 2,
      area: 21,
      facility: null,
      incident: 7,
      point: [104.632101, 35.001201],
      mode: 'table',
      lang: 'en',
      on: ['incidents'],
      off: ['level:grid', 'buildings'],
      minutes: [5, 10],
      kinds: ['党群服务站', 'a,b', 'R&D + more'],
      incidents: { area: '21', kind: '邻里纠纷', state: '', from: '2026-01-01', to: '' },
    }
    expect(fromHash(`#${toHash(address)}`)).toEqual(address)
  })

  test('of an untouched page is empty', () => {
    expect(toHash(EMPTY)).toBe('')
    expect(EMPTY.incidents).toEqual(NO_FILTER)
  })

  test('asks for what is open unless all is asked for', () => {
    expect(EMPTY.incidents.state).toBe('open')
    const all = { ...EMPTY, incidents: { ...NO_FILTER, state: '' } }
    expect(toHash(all)).toBe('incident-state=all')
    expect(fromHash(toHash(all))).toEqual(all)
  })

  test('stays readable', () => {
    const address = { ...EMPTY, position: { lon: 104.63, lat: 35, zoom: 13, bearing: 0 }, area: 21, minutes: [10] }
    expect(toHash(address)).toBe('map=13.00/35.00000/104.63000&area=21&circles=10')
  })

  test.each(['map=x/y/z', 'map=13', 'map=99/0/0', 'area=-3', 'area=1e5', 'at=500,3', 'at=', 'lang=fr', 'circles=7', 'mode=plan',
    'edition=0', 'incident-from=yesterday', '%%%', '&&&'])('ignores what it can not read: %s', (hash) => {
    expect(fromHash(`#${hash}`)).toEqual(EMPTY)
  })
})
