/** Counts per area and group, put in order. Pure. */
import type { AreaRef } from '../api'
import type { Count, Unplaced } from './wire'

/** All groups together, where they may not be told apart. */
export const WHOLE = '*'
export interface Part { group: string; count: number; suppressed: boolean }
export interface AreaSum { area: AreaRef | null; unplaced: Unplaced | null; total: number; atLeast: boolean; parts: Part[] }
export interface Sums { areas: AreaSum[]; groups: { group: string; total: number; atLeast: boolean }[]; total: number; atLeast: boolean }

/**
 * Areas by their total, what has no area last; groups in the given order, the others by their total.
 * Counts too small to be told are not in the totals: `atLeast` says so.
 */
export function sumUp(rows: readonly Count[], order: readonly string[]): Sums {
  const groups = new Map<string, { group: string; total: number; atLeast: boolean }>()
  const areas = new Map<string, AreaSum>()
  for (const { area, unplaced, group, whole, count, suppressed } of rows) {
    const name = whole ? WHOLE : (group ?? '')
    const key = area ? String(area.id) : (unplaced ?? '')
    const [one, all] = [
      areas.get(key) ?? { area, unplaced, total: 0, atLeast: false, parts: [] },
      groups.get(name) ?? { group: name, total: 0, atLeast: false },
    ]
    for (const sum of [one, all]) {
      sum.total += count ?? 0
      sum.atLeast ||= suppressed
    }
    one.parts.push({ group: name, count: count ?? 0, suppressed })
    areas.set(key, one)
    groups.set(name, all)
  }
  const place = (group: string): number => (group === WHOLE ? order.length + 1 : order.includes(group) ? order.indexOf(group) : order.length)
  const sorted = [...groups.values()].sort((a, b) => place(a.group) - place(b.group) || b.total - a.total || a.group.localeCompare(b.group, 'zh'))
  const rank = new Map(sorted.map(({ group }, index) => [group, index]))
  for (const one of areas.values()) one.parts.sort((a, b) => rank.get(a.group)! - rank.get(b.group)!)
  return {
    areas: [...areas.values()].sort((a, b) => Number(a.area === null) - Number(b.area === null) || b.total - a.total
      || (a.area?.code ?? '').localeCompare(b.area?.code ?? '')),
    groups: sorted,
    total: sorted.reduce((sum, { total }) => sum + total, 0),
    atLeast: sorted.some(({ atLeast }) => atLeast),
  }
}
