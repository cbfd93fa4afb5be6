import { describe, expect, test } from 'vitest'
import type { AreaRow } from '../src/api'
import { figures, fillOf, matching, totals } from '../src/dashboard/figures'
import { sheet } from '../src/dashboard/table'
import { commaSeparated } from '../src/format'

const area = (id: number, households: number | null, more: Partial<AreaRow> = {}): AreaRow => ({
  id, level: 'community', code: `62112200100${id}`, name: `社区${id}`, households, households_complete: true, limit: 3000,
  over_by: households !== null && households > 3000 ? households - 3000 : null, area_m2: 1, buildings: 2, parent: null, children: null,
  lon: 0, lat: 0, bbox: [0, 0, 1, 1], ...more,
})
const cover = (id: number, households: number, share: number | null) => ({ area: { id }, minutes: 10, households, share })
const rows = figures(
  [area(1, 4000), area(2, 2800), area(3, 900), area(4, null)], 1500,
  [cover(1, 3000, 0.75), cover(2, 2800, 1), cover(3, 0, 0), cover(4, 0, null)],
  [{ id: 1, facilities: 5, under_standard: 2 }, { id: 2, facilities: 1, under_standard: 0 }],
)

describe('the dashboard', () => {
  test('tells over, near, under and well apart, the unknown is none of them', () => {
    expect([3001, 3000, 2700, 2699, 1500, 1499].map((households) => fillOf({ households, limit: 3000 }, 1500)))
      .toEqual(['over', 'near', 'near', 'well', 'well', 'under'])
    expect(fillOf({ households: null, limit: 3000 }, 1500)).toBe('well')
  })

  test('works out how many households are beyond the circles', () => {
    // 3,000 are three quarters of 4,000; where none is covered all are beyond; where none is known nobody can say.
    expect(rows.map((row) => row.uncovered)).toEqual([1000, 0, 900, null])
  })

  test('sums what is shown: 5,800 of the 7,700 known households are covered', () => {
    expect(totals(rows)).toEqual({ households: 7700, uncovered: 1900, covered: 5800 / 7700, facilities: 6, poor: 2 })
    expect(totals([])).toEqual({ households: 0, uncovered: null, covered: null, facilities: null, poor: null })
  })

  test('filters by fill and by name or the beginning of a code', () => {
    expect(matching(rows, 'over', '').map((row) => row.id)).toEqual([1])
    expect(matching(rows, null, ' 社区3 ').map((row) => row.id)).toEqual([3])
    expect(matching(rows, null, '621122001004').map((row) => row.id)).toEqual([4])
    expect(matching(rows, null, '22001').map((row) => row.id)).toEqual([])
  })

  test('as a file keeps codes as text and defuses formulas', () => {
    const [head, first] = commaSeparated(sheet(figures([area(1, 4000, { name: '=1+1' })], 1500, [], []), null)).split('\r\n')
    expect(head).toBe('编码,名称,户数,上限,超出,楼栋,设施,未达标')
    expect(first).toBe('"=""621122001001""",\'=1+1,4000,3000,1000,2,,')
  })
})
