/** What the dashboard shows of an area, put together from three answers. Pure. */
import type { AreaRow } from '../api'

export type Fill = 'over' | 'near' | 'under' | 'well'
export const FILLS: readonly Fill[] = ['over', 'near', 'under']
const NEAR = 0.9

export interface CoverageRow { area: { id: number }; minutes: number; households: number; share: number | null }
export interface FacilityRow { id: number; facilities: number; under_standard: number }
export interface Figures extends AreaRow {
  fill: Fill
  /** Share of the known households, and how many of them are beyond; null where nothing is known. */
  covered: number | null
  uncovered: number | null
  facilities: number | null
  poor: number | null
}

export function figures(areas: readonly AreaRow[], floor: number | null, coverage: readonly CoverageRow[], facilities: readonly FacilityRow[]): Figures[] {
  const covered = new Map(coverage.map((row) => [row.area.id, row]))
  const counted = new Map(facilities.map((row) => [row.id, row]))
  return areas.map((area) => {
    const cover = covered.get(area.id)
    const count = counted.get(area.id)
    return {
      ...area,
      fill: fillOf(area, floor),
      covered: cover?.share ?? null,
      uncovered: cover ? beyond(cover, area.households) : null,
      facilities: count?.facilities ?? null,
      poor: count?.under_standard ?? null,
    }
  })
}

export function fillOf({ households, limit }: Pick<AreaRow, 'households' | 'limit'>, floor: number | null): Fill {
  if (households === null) return 'well'
  if (limit !== null && households > limit) return 'over'
  if (limit !== null && households >= NEAR * limit) return 'near'
  return floor !== null && households < floor ? 'under' : 'well'
}

/** The share is of the known households, and tells how many they are unless it is nothing. */
function beyond({ households, share }: CoverageRow, all: number | null): number | null {
  if (share === null) return null
  return share > 0 ? Math.round(households / share) - households : all
}

export interface Totals { households: number; uncovered: number | null; covered: number | null; facilities: number | null; poor: number | null }

/** Sums over the rows; the share is of all households that are known to be covered or not. */
export function totals(rows: readonly Figures[]): Totals {
  const sum = (value: (row: Figures) => number | null): number | null => {
    const known = rows.map(value).filter((one) => one !== null)
    return known.length ? known.reduce((a, b) => a + b, 0) : null
  }
  const uncovered = sum((row) => row.uncovered)
  const covered = sum((row) => (row.covered === null || row.uncovered === null ? null
    : row.covered < 1 ? row.uncovered * row.covered / (1 - row.covered) : row.households))
  return {
    households: sum((row) => row.households) ?? 0,
    uncovered,
    covered: covered === null || uncovered === null || covered + uncovered === 0 ? null : covered / (covered + uncovered),
    facilities: sum((row) => row.facilities),
    poor: sum((row) => row.poor),
  }
}

/** The rows of one fill (all without one) whose name or code holds the text. */
export function matching(rows: readonly Figures[], fill: Fill | null, text: string): Figures[] {
  const wanted = text.trim().toLowerCase()
  return rows.filter((row) => (fill === null || row.fill === fill)
    && (!wanted || row.name.toLowerCase().includes(wanted) || row.code.startsWith(wanted)))
}
