import { describe, expect, test } from 'vitest'
import { coordinates, count, distance, percent, readPoint, scaleBar, surface, tabSeparated } from '../src/format'

describe('numbers', () => {
  test('have thousands separators and their units', () => {
    expect(count(3120)).toBe('3,120')
    expect(percent(0.9343)).toBe('93.4 %')
    expect(percent(1)).toBe('100.0 %')
    expect(distance(84.6)).toBe('85 m')
    expect(distance(1240)).toBe('1.24 km')
    expect(surface(9320.4)).toBe('9,320 m²')
    expect(surface(1_240_000)).toBe('1.24 km²')
    expect(coordinates([104.6321, 35.0012])).toBe('104.63210, 35.00120')
  })

  test('the scale bar is the roundest length that fits', () => {
    expect(scaleBar(10, 96)).toEqual({ metres: 500, width: 50 })
    expect(scaleBar(1, 96)).toEqual({ metres: 50, width: 50 })
    expect(scaleBar(0.25, 96)).toEqual({ metres: 20, width: 80 })
  })
})

describe('coordinates that somebody types', () => {
  test.each(['104.63,35.0', '104.63, 35.0', '104.63 35.0', '１０４．６３，３５．０', '104.63，35.0', '104.63°E, 35.0°N', '东经104.63 北纬35.0'])('%s', (text) => {
    expect(readPoint(text)).toEqual({ point: [104.63, 35], swapped: false })
  })

  test('latitude first is understood when nothing else fits, and said', () => {
    expect(readPoint('35.0,104.63')).toEqual({ point: [104.63, 35], swapped: true })
  })

  test.each(['621122001001', '金阳社区', '104.63', '500,35', '104.63,35,1', '第 3 网格'])('%s is not a point', (text) => {
    expect(readPoint(text)).toBeNull()
  })
})

test('copied rows keep their cells and never run as formulas', () => {
  expect(tabSeparated([['编码', '户数'], ['=1+1', null], ['a\tb', 3120]])).toBe("编码\t户数\n'=1+1\t\na b\t3120")
})
