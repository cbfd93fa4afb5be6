/** Pins: a drop in the colour of the state, with its letter, so that colour need not tell alone. */
import type { State } from './states'

export const PIN_WIDTH = 24
export const PIN_HEIGHT = 30
/** A drop with its tip at the bottom, in a box of 24 × 30. */
export const DROP = 'M12 29C10 24 2 19 2 11.5A10 10 0 0 1 22 11.5C22 19 14 24 12 29Z'

export function drawPin({ colour, key, zh, en }: State, lang: 'zh' | 'en', ratio: number): ImageData {
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(PIN_WIDTH * ratio)
  canvas.height = Math.round(PIN_HEIGHT * ratio)
  const pen = canvas.getContext('2d', { willReadFrequently: true })!
  pen.scale(ratio, ratio)
  const drop = new Path2D(DROP)
  const done = key === 'closed'
  pen.lineJoin = 'round'
  pen.fillStyle = done ? '#ffffff' : colour
  pen.fill(drop)
  pen.lineWidth = 1.6
  pen.strokeStyle = done ? colour : '#ffffff'
  pen.stroke(drop)
  pen.fillStyle = done ? colour : '#ffffff'
  pen.font = "600 11px 'Microsoft YaHei','Noto Sans CJK SC',sans-serif"
  pen.textAlign = 'center'
  pen.textBaseline = 'middle'
  pen.fillText(lang === 'zh' ? zh : en, 12, 12)
  return pen.getImageData(0, 0, canvas.width, canvas.height)
}
