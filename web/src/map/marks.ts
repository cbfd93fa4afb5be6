/** One mark per facility kind: a shape, a colour and a letter, so that none of them must tell alone. */
import { KIND_COLOURS } from './colours'

export type Shape = 'circle' | 'square' | 'diamond' | 'hexagon'
export interface Mark { shape: Shape; colour: string; letter: string }

const SHAPES: readonly Shape[] = ['circle', 'square', 'diamond', 'hexagon']
/** Letters for kinds whose own first character says little. */
const LETTERS: Readonly<Record<string, string>> = {
  党员驿站: '驿', 红色书吧: '书', 农贸市场: '菜', 便民超市: '超', 老年食堂: '食', 养老服务站: '养',
}
/** With more facilities than this their marks wait for two more zooms. */
const MANY_FACILITIES = 1000

/** The zoom from which facilities have marks; dots come two zooms before. */
export function marksFrom(kinds: readonly { count: number }[]): number {
  return kinds.reduce((sum, { count }) => sum + count, 0) > MANY_FACILITIES ? 16 : 14
}

export const MARK_SIZE = 22

/** The mark of each kind, by its place in the config's list; no two kinds share a letter while letters last. */
export function marksOf(kinds: readonly string[]): Map<string, Mark> {
  const taken = new Set<string>()
  return new Map(kinds.map((kind, index) => {
    const letters = [LETTERS[kind] ?? '', ...kind.replace(/[^\p{L}\p{N}]/gu, '').toUpperCase()].filter(Boolean)
    const letter = letters.find((one) => !taken.has(one)) ?? letters[0] ?? '?'
    taken.add(letter)
    return [kind, { shape: SHAPES[index % SHAPES.length]!, colour: KIND_COLOURS[index % KIND_COLOURS.length]!, letter }]
  }))
}

/** The outline of a shape around (0, 0), as canvas and SVG path data. */
export function outline(shape: Shape, r: number): string {
  const corners = (n: number, turn: number, reach: number): string =>
    Array.from({ length: n }, (_, i) => {
      const angle = turn + (i * 2 * Math.PI) / n
      return `${i ? 'L' : 'M'}${(reach * Math.cos(angle)).toFixed(2)} ${(reach * Math.sin(angle)).toFixed(2)}`
    }).join('') + 'Z'
  if (shape === 'circle') return `M${-r} 0A${r} ${r} 0 1 1 ${r} 0A${r} ${r} 0 1 1 ${-r} 0Z`
  if (shape === 'square') return corners(4, Math.PI / 4, r * 1.25)
  if (shape === 'diamond') return corners(4, 0, r * 1.2)
  return corners(6, 0, r * 1.08)
}

/** The image of a mark; hollow ones are unused, under standard or only planned. */
export function drawMark(mark: Mark, hollow: boolean, ratio: number): ImageData {
  const pixels = Math.round(MARK_SIZE * ratio)
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = pixels
  const pen = canvas.getContext('2d', { willReadFrequently: true })!
  pen.scale(ratio, ratio)
  pen.translate(MARK_SIZE / 2, MARK_SIZE / 2)
  const path = new Path2D(outline(mark.shape, 8))
  pen.lineJoin = 'round'
  pen.lineWidth = 3.4
  pen.strokeStyle = '#ffffff'
  pen.stroke(path)
  pen.fillStyle = hollow ? '#ffffff' : mark.colour
  pen.fill(path)
  pen.lineWidth = 1.5
  pen.strokeStyle = mark.colour
  pen.stroke(path)
  pen.fillStyle = hollow ? mark.colour : '#ffffff'
  pen.font = "600 10px 'Microsoft YaHei','Noto Sans CJK SC',sans-serif"
  pen.textAlign = 'center'
  pen.textBaseline = 'middle'
  pen.fillText(mark.letter, 0, 0.6)
  return pen.getImageData(0, 0, pixels, pixels)
}
