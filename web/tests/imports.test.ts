import { describe, expect, test } from 'vitest'
import { sourceOf } from '../src/imports/source'
import { WORDS } from '../src/imports/words'

describe('the source of a file', () => {
  test.each([
    ['楼栋_20261121.csv', '楼栋'], ['设施 2026-11.xlsx', '设施'], ['党员名册（2026年11月）.xlsx', '党员名册'],
    ['buildings.gpkg', 'buildings'], ['2026.csv', '2026'], ['a.b.geojson', 'a.b'], ['路2025号.csv', '路2025号'],
  ])('%s is %s: next month’s file has the same', (name, expected) => {
    expect(sourceOf(name)).toBe(expected)
  })
})

test('the words of the imports are said in both languages, with the same facts', () => {
  const facts = (text: string): string => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!).sort().join()
  const uneven = Object.entries(WORDS).filter(([, [zh, en]]) => !zh.trim() || !en.trim() || facts(zh) !== facts(en))
  expect(uneven).toEqual([])
  expect(Object.values(WORDS).filter(([, en]) => /\p{Script=Han}/u.test(en))).toEqual([])
})
