/** The answers that the dashboard is made of. */
import { get } from '../api'
import type { AreaRow, Config, EditionRef } from '../api'
import { figures } from './figures'
import type { CoverageRow, FacilityRow, Figures } from './figures'

const USUAL_MINUTES = 10

/** The circle that coverage is told by: ten minutes where the town has it. */
export function minutesOf({ circles, mode }: Config): number | null {
  if (mode !== 'live' || !circles.length) return null
  const budgets = [...new Set(circles.map(({ minutes }) => minutes))].sort((a, b) => a - b)
  return budgets.includes(USUAL_MINUTES) ? USUAL_MINUTES : budgets[Math.floor(budgets.length / 2)]!
}

export async function load(level: string, floor: number | null, edition: number, minutes: number | null, abort: AbortSignal): Promise<Figures[]> {
  type Rows<Row> = { edition: EditionRef; rows: Row[] }
  const [{ areas }, facilities, coverage] = await Promise.all([
    get<{ areas: AreaRow[] }>(`/levels/${level}/areas`, { edition }, abort),
    get<Rows<FacilityRow>>(`/levels/${level}/facilities`, { edition }, abort),
    minutes === null ? null : get<Rows<CoverageRow>>('/coverage', { level, minutes, edition }, abort),
  ])
  return figures(areas, floor, coverage?.rows ?? [], facilities.rows)
}
