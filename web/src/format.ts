/** Numbers, dates and places as people read them. Pure. */
import type { LonLat } from './api'

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })
const one = new Intl.NumberFormat('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 })
const two = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 })

/** 3120 → "3,120". */
export function count(n: number): string {
  return whole.format(n)
}

/** A share 0.9343 → "93.4 %". */
export function percent(share: number): string {
  return `${one.format(share * 100)} %`
}

/** Metres as "85 m" or, from a kilometre on, "1.24 km". */
export function distance(metres: number): string {
  return metres < 1000 ? `${whole.format(metres)} m` : `${two.format(metres / 1000)} km`
}

/** Square metres as "9,320 m²" or, from a tenth of a square kilometre on, "1.24 km²". */
export function surface(squareMetres: number): string {
  return squareMetres < 100_000 ? `${whole.format(squareMetres)} m²` : `${two.format(squareMetres / 1e6)} km²`
}

/** "104.63210, 35.00120": five decimals are about a metre. */
export function coordinates([lon, lat]: LonLat, decimals = 5): string {
  return `${lon.toFixed(decimals)}, ${lat.toFixed(decimals)}`
}

/** A round length (1, 2 or 5 × 10ⁿ metres) that fits into `pixels`, for the scale bar. */
export function scaleBar(metresPerPixel: number, pixels: number): { metres: number; width: number } {
  const most = metresPerPixel * pixels
  const power = 10 ** Math.floor(Math.log10(most))
  const metres = power * ([5, 2, 1].find((step) => step * power <= most) ?? 1)
  return { metres, width: metres / metresPerPixel }
}

/** What somebody typed as coordinates: longitude first, as asked for; `swapped` when only the other order fits. */
export function readPoint(text: string): { point: LonLat; swapped: boolean } | null {
  const plain = text.normalize('NFKC').replace(/[,，、;；\s]+/g, ',').replace(/[°EN东经北纬]/gi, '').replace(/^,|,$/g, '')
  const match = /^(-?\d{1,3}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?)$/.exec(plain)
  if (!match) return null
  const [a, b] = [Number(match[1]), Number(match[2])]
  if (Math.abs(a) <= 180 && Math.abs(b) <= 90) return { point: [a, b], swapped: false }
  if (Math.abs(b) <= 180 && Math.abs(a) <= 90) return { point: [b, a], swapped: true }
  return null
}

type Cells = readonly (readonly (string | number | null)[])[]

/** Rows as tab-separated text for a spreadsheet; cells that a spreadsheet would run as formulas are defused. */
export function tabSeparated(rows: Cells): string {
  return rows.map((row) => row.map((value) => defused(value).replace(/[\t\r\n]+/g, ' ')).join('\t')).join('\n')
}

/** Rows as a CSV file, defused as well; a long code of digits stays text. */
export function commaSeparated(rows: Cells): string {
  const cell = (value: string | number | null): string => {
    const text = defused(value)
    if (typeof value === 'string' && /^\d{11,}$/.test(text)) return `"=""${text}"""`
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  }
  return rows.map((row) => row.map(cell).join(',')).join('\r\n') + '\r\n'
}

function defused(value: string | number | null): string {
  if (typeof value !== 'string') return String(value ?? '')
  return /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
}

const EARTH_M = 6_371_008.8

/** How far apart two places of a town are, in metres. */
export function metresBetween([lon, lat]: LonLat, [lon2, lat2]: LonLat): number {
  const degree = Math.PI / 180
  const x = (lon2 - lon) * degree * Math.cos(((lat + lat2) / 2) * degree)
  return EARTH_M * Math.hypot(x, (lat2 - lat) * degree)
}
