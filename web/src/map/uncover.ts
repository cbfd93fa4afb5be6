/** How the map makes room for what a panel covers. Pure. */
export const MARGIN_PX = 36

/** The part of the map that nothing covers, in its own pixels, and the size of the whole. */
export interface Room { left: number; right: number; bottom: number; width: number; height: number }

/** How far to pan so that a point which a panel covers comes free; nothing for one beyond the edges. */
export function outOfTheWay({ x, y }: { x: number; y: number }, { left, right, bottom, width, height }: Room): [number, number] {
  if (x < 0 || y < 0 || x > width || y > height) return [0, 0]
  const dx = right < width ? Math.max(0, x - right + MARGIN_PX) : 0
  const back = left > 0 ? Math.min(0, x - left - MARGIN_PX) : 0
  const dy = bottom < height ? Math.max(0, y - bottom + MARGIN_PX) : 0
  return [dx || back, dy]
}
