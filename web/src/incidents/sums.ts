/** Counts per area and group, put in order. Pure. */
import type { AreaRef } from '../api'
import type { Count } from './wire'

export interface AreaSum { area: AreaRef; total: number; parts: { group: string; count: number }[] }
export interface Sums { areas: AreaSum[]; groups: { group: string; total: number }[]; total: number }

/** Areas by their total; groups in the given order, those it leaves out by their total. */
export function sumUp(rows: readonly Count[], order: readonly string[]): Sums {
  const groups = new Map<string, number>()
  const areas = new Map<number, AreaSum>()
  for (const { area, group, count } of rows) {
    groups.set(group, (groups.get(group) ?? 0) + count)
    const one = areas.get(area.id) ?? { area, total: 0, parts: [] }
    one.total += count
    one.parts.push({ group, count })
    areas.set(area.id, one)
  }
  const place = (group: string): number => (order.includes(group) ? order.indexOf(group) : order.length)
  const sorted = [...groups].sort(([a, n], [b, m]) => place(a) - place(b) || m - n || a.localeCompare(b, 'zh'))
  const rank = new Map(sorted.map(([group], index) => [group, index]))
  for (const one of areas.values()) one.parts.sort((a, b) => rank.get(a.group)! - rank.get(b.group)!)
  return {
    areas: [...areas.values()].sort((a, b) => b.total - a.total || a.area.code.localeCompare(b.area.code)),
    groups: sorted.map(([group, total]) => ({ group, total })),
    total: [...groups.values()].reduce((sum, n) => sum + n, 0),
  }
}
