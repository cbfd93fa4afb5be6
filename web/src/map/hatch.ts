/** Patterns drawn on a canvas: no sprite is ever loaded. */
import { GROUND, NEAR, OVER, UNDER } from './colours'

export type Pattern = 'over' | 'near' | 'under' | 'low'

interface Recipe { size: number; colour: string; width: number; dots: boolean; back?: string }

/** Sizes and widths in CSS pixels. */
export const RECIPES: Readonly<Record<Pattern, Recipe>> = {
  over: { size: 10, colour: OVER, width: 2, dots: false },
  near: { size: 8, colour: NEAR, width: 0.8, dots: false },
  under: { size: 8, colour: UNDER, width: 1.1, dots: true },
  low: { size: 6, colour: '#b9b3a8', width: 1.2, dots: false, back: GROUND },
}

/** One seamless tile of a pattern at `ratio` device pixels per CSS pixel. */
export function drawPattern(pattern: Pattern, ratio: number): ImageData {
  const { size, colour, width, dots, back } = RECIPES[pattern]
  const pixels = Math.round(size * ratio)
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = pixels
  const pen = canvas.getContext('2d', { willReadFrequently: true })!
  if (back) {
    pen.fillStyle = back
    pen.fillRect(0, 0, pixels, pixels)
  }
  pen.strokeStyle = pen.fillStyle = colour
  pen.lineWidth = width * ratio
  pen.beginPath()
  if (dots) {
    for (const [x, y] of [[0.25, 0.25], [0.75, 0.75]] as const) {
      pen.moveTo(x * pixels + width * ratio, y * pixels)
      pen.arc(x * pixels, y * pixels, width * ratio, 0, 2 * Math.PI)
    }
    pen.fill()
  } else {
    // Three strokes: the corners of the tile belong to its neighbours' lines too.
    for (const shift of [-1, 0, 1]) {
      pen.moveTo((shift - 0.5) * pixels, pixels * 1.5)
      pen.lineTo((shift + 1.5) * pixels, -0.5 * pixels)
    }
    pen.stroke()
  }
  return pen.getImageData(0, 0, pixels, pixels)
}
