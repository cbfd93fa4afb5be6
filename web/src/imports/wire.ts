/** The shapes of the import routes. */
import type { FeatureCollection } from 'geojson'
import type { Bbox, Bilingual } from '../api'

export const KINDS = ['areas', 'buildings', 'compounds', 'facilities', 'features', 'streets', 'incidents', 'members', 'positions', 'branches'] as const
export type Kind = (typeof KINDS)[number]

export interface Said extends Bilingual { code: string }
export interface Noted extends Said { severity: 'info' | 'warning' }
export interface Upload { id: string; files: { name: string; bytes: number }[] }
export interface CrsChoice { crs: string; title: string; inside: number | null }
export interface ColumnSeen { heading: string; canonical: string | null; required: boolean; samples: string[] }
export interface Field { name: string; zh: string; required: boolean }
export interface Preview {
  kind: Kind | null
  kind_guess: Kind | null
  format: string
  encoding: string | null
  encodings: string[]
  layers: string[]
  layer: string | null
  crs: { declared: string | null; used: string | null; shown_as: string | null; candidates: CrsChoice[] }
  rows: number
  columns: ColumnSeen[]
  fields: Field[]
  missing: string[]
  features: FeatureCollection
  bounds: Bbox | null
  notes: Noted[]
  problem: Said | null
}
export interface Order {
  kind: Kind
  source: string
  crs?: string
  encoding?: string
  layer?: string
  columns: Record<string, string>
  homes: Record<number, number>
  level?: string
  complete: boolean
  repair: boolean
  skip_rejected: boolean
}
interface Remedied extends Said { remedy_en: string; remedy_zh: string; row: number | null }
export interface Reject extends Remedied { row: number; field: string; value: string; candidates: { id: number; key: string; name: string }[] }
export interface Finding extends Remedied { severity: 'error' | 'warning' | 'info'; codes: string[]; lon: number | null; lat: number | null }
export interface Report {
  id: string
  kind: Kind
  source: string
  committed: boolean
  rows_read: number
  new: number
  updated: number
  unchanged: number
  placed: number | null
  outside: number | null
  reject_count: number
  rejects: Reject[]
  finding_count: number
  findings: Finding[]
  notes: Noted[]
  problem: Said | null
}
/** What the service says while it works, line by line. */
export type Line =
  | { step: string; done: number; total: number }
  | { report: Report }
  | { problem: { status: number; code: string; title: string; detail: string } }
