/** The one table of layers: panel, legend, style and address are built from it. */
import type { Config, Level } from '../api'
import { say as posts } from '../posts/words'
import { said, t } from '../words'
import * as c from './colours'
import type { Pattern } from './hatch'
import { marksFrom } from './marks'
import { levelLooks } from './levels'

export type Group = 'groupAreas' | 'groupService' | 'groupHappen' | 'groupGround'
export type Swatch =
  | { kind: 'line'; colour: string; width: number; dash?: string; casing?: string }
  | { kind: 'fill'; colour: string; edge?: string }
  | { kind: 'pattern'; pattern: Pattern }
  | { kind: 'mark' }
  | { kind: 'badges'; colours: readonly [string, string] }
  | { kind: 'ramp'; colours: readonly string[] }

export interface Row {
  /** Also the `metadata.row` of its style layers and its word in the address. */
  id: string
  group: Group
  name: () => string
  swatch: Swatch
  on: boolean
  /** From this zoom the map has something to show. */
  fromZoom: number
}

export const levelRow = (level: Level): string => `level:${level.key}`

const GROUND: readonly Row[] = [
  { id: 'streets', group: 'groupGround', name: () => t('streets'), on: true, fromZoom: 0,
    swatch: { kind: 'line', colour: c.STREET, width: 4, casing: c.STREET_EDGE } },
  { id: 'rail', group: 'groupGround', name: () => t('rail'), on: true, fromZoom: 0,
    swatch: { kind: 'line', colour: c.RAIL, width: 2, dash: '5 3' } },
  { id: 'water', group: 'groupGround', name: () => t('water'), on: true, fromZoom: 0,
    swatch: { kind: 'ramp', colours: [c.WATER, c.GREEN] } },
  { id: 'compounds', group: 'groupGround', name: () => t('compounds'), on: true, fromZoom: 13,
    swatch: { kind: 'fill', colour: c.COMPOUND, edge: c.WALL } },
  { id: 'buildings', group: 'groupGround', name: () => t('buildings'), on: true, fromZoom: 14,
    swatch: { kind: 'fill', colour: c.BUILDING, edge: c.BUILDING_EDGE } },
]
/** What must be there for a row to show anything. */
const MADE_OF: Readonly<Record<string, readonly string[]>> = {
  streets: ['street', 'bridge'], rail: ['rail'], water: ['water', 'green'], compounds: ['compound', 'wall', 'gate'], buildings: ['building'],
}
const FACILITIES: Row = {
  id: 'facilities', group: 'groupService', name: () => t('facilities'), on: true, fromZoom: 0, swatch: { kind: 'mark' },
}
const HEXES: readonly Row[] = [
  { id: 'incidents', group: 'groupHappen', name: () => t('incidents'), on: false, fromZoom: 0,
    swatch: { kind: 'ramp', colours: c.INCIDENT_RAMP } },
  { id: 'members', group: 'groupHappen', name: () => t('members'), on: false, fromZoom: 0,
    swatch: { kind: 'ramp', colours: c.MEMBER_RAMP } },
]
const POSTS: Row = {
  id: 'posts', group: 'groupHappen', name: () => posts('posts'), on: false, fromZoom: 0, swatch: { kind: 'badges', colours: [c.NEAR, c.OVER] },
}
const BASEMAP: Row = {
  id: 'basemap', group: 'groupGround', name: () => t('basemap'), on: false, fromZoom: 0,
  swatch: { kind: 'fill', colour: c.STREET_EDGE },
}

export function levelRows(levels: readonly Level[]): Row[] {
  return levelLooks(levels).map(({ level, colour, width }) => ({
    id: levelRow(level),
    group: 'groupAreas',
    name: () => said(level.name),
    on: true,
    fromZoom: level.min_zoom,
    swatch: { kind: 'line', colour, width },
  }))
}

export function layerRows(config: Config): Row[] {
  return [
    ...levelRows(config.levels),
    ...(config.facility_kinds.length ? [{ ...FACILITIES, fromZoom: marksFrom(config.facility_kinds) - 2 }] : []),
    ...(config.hexes ? HEXES : []),
    ...(config.signs_in ? [POSTS] : []),
    ...(config.basemap ? [BASEMAP] : []),
    ...GROUND.filter((row) => (MADE_OF[row.id] ?? []).some((kind) => config.ground.includes(kind))),
  ]
}

/** Under hexagons the hatches are only noise. */
export function hatchesShown(on: ReadonlySet<string>): boolean {
  return !on.has('incidents') && !on.has('members')
}

/** The rows that are on until somebody switches them off. */
export function defaultLayers(levels: readonly Level[]): ReadonlySet<string> {
  return new Set([...levelRows(levels), FACILITIES, ...GROUND].filter((row) => row.on).map((row) => row.id))
}
