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

const ABOVE = [
  { colour: '#4a3550', width: 2.4 }, { colour: '#3a2b40', width: 3 }, { colour: '#22395c', width: 3.8 }, { colour: '#0f1c33', width: 4.8 },
] as const
const MAIN = { colour: '#7a3b69', width: 2 }
const BELOW = [{ colour: '#7d6077', width: 1.2 }, { colour: '#95848f', width: 0.6 }] as const
export const NEVER = 24

/** The index of the level the town plans by: the one with a household limit, else the second from the top. */
export function mainIndex(levels: readonly Level[]): number {
  const limited = levels.findIndex((level) => level.household_limit !== null)
  return limited >= 0 ? limited : Math.min(1, levels.length - 1)
}

/** Where the names of a level begin: each level below the one the town plans by needs one zoom more for room. */
function namesFrom(level: Level, steps: number): number {
  return level.min_zoom + Math.max(0, steps)
}

/** Borders appear with the level's tiles; fills hand over to the next level where its names begin. */
export function levelLooks(levels: readonly Level[]): LevelLook[] {
  const main = mainIndex(levels)
  const deepestFill = Math.min(main + 1, levels.length - 1)
  return levels.map((level, index) => {
    const steps = index - main
    const line = steps === 0 ? MAIN : steps < 0 ? ABOVE[Math.min(-steps, ABOVE.length) - 1] : BELOW[Math.min(steps, BELOW.length) - 1]
    const next = levels[index + 1]
    const handOver = next && index < deepestFill ? namesFrom(next, steps + 1) : NEVER
    return {
      level,
      ...(line ?? MAIN),
      fill: index <= deepestFill ? { from: namesFrom(level, steps), to: handOver } : null,
      label: {
        from: namesFrom(level, steps),
        // A town's name leaves the map when the names inside it appear.
        to: steps < 0 && next ? next.min_zoom : NEVER,
        size: steps < 0 ? 15 : steps === 0 ? 13 : steps === 1 ? 12 : 11,
      },
    }
  })
}

/** The level a click is about at this zoom: the finest whose names are on the map. */
export function activeLevel(levels: readonly Level[], zoom: number): Level | undefined {
  return levelLooks(levels).findLast((look) => zoom >= look.label.from)?.level ?? levels[0]
}
