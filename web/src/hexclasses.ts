import type { HexStep } from './map/services'

/** Classes of about equal size whose first values differ; the legend shows the same. */
export function steps(values: readonly number[], ramp: readonly string[]): HexStep[] {
  const sorted = [...values].sort((a, b) => a - b)
  const starts = ramp.map((_, i) => sorted[Math.floor((i * sorted.length) / ramp.length)])
  const unique = [...new Set(starts.filter((value) => value !== undefined))]
  // Few classes take the outer colours, so that light to dark stays visible.
  return unique.map((from, i) => ({
    from, colour: ramp[unique.length === 1 ? 1 : Math.round((i * (ramp.length - 1)) / (unique.length - 1))]!,
  }))
}
