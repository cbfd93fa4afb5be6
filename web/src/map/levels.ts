/** How each level of areas looks, derived from the level list alone. Pure. */
import type { Level } from '../api'

export interface LevelLook {
  level: Level
  /** Border colour and width in pixels at zoom 14. */
  colour: string
  width: number
  /** Zooms between which the level is filled with its hues; null when it never is. */
  fill: { from: number; to: number } | null
  /** Zooms between which its names are drawn. */
  label: { from: number; to: number; size: number }
}

const ABOVE = [{ colour: '#4a3550', width: 2.4 }, { colour: '#3a2b40', width: 3 }] as const
const MAIN = { colour: '#7a3b69', width: 2 }
const BELOW = [{ colour: '#8b6f85', width: 1.2 }, { colour: '#a392a0', width: 0.6 }] as const
export const NEVER = 24

/** The index of the level the town plans by: the one with a household limit, else the second from the top. */
export function mainIndex(levels: readonly Level[]): number {
  const limited = levels.findIndex((level) => level.household_limit !== null)
  return limited >= 0 ? limited : Math.min(1, levels.length - 1)
}

/** Borders appear with the level's tiles, names one zoom later; fills hand over to the next level. */
export function levelLooks(levels: readonly Level[]): LevelLook[] {
  const main = mainIndex(levels)
  const deepestFill = Math.min(main + 1, levels.length - 1)
  return levels.map((level, index) => {
    const steps = index - main
    const line = steps === 0 ? MAIN : steps < 0 ? ABOVE[Math.min(-steps, ABOVE.length) - 1] : BELOW[Math.min(steps, BELOW.length) - 1]
    const next = levels[index + 1]
    const handOver = next && index < deepestFill ? next.min_zoom + 1 : NEVER
    return {
      level,
      ...(line ?? MAIN),
      fill: index <= deepestFill ? { from: level.min_zoom, to: handOver } : null,
      label: {
        from: level.min_zoom + 1,
        to: index < main ? (levels[index + 1]?.min_zoom ?? NEVER) + 2 : NEVER,
        size: steps < 0 ? 15 : steps === 0 ? 13 : steps === 1 ? 12 : 11,
      },
    }
  })
}

/** The level a click is about at this zoom: the finest whose names are on the map. */
export function activeLevel(levels: readonly Level[], zoom: number): Level | undefined {
  return levels.findLast((level) => zoom >= level.min_zoom + 1) ?? levels[0]
}
