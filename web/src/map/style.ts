/** The whole map style, built from the config; nothing in it is fetched but tiles. Pure. */
import type { FeatureCollection } from 'geojson'
import type { FilterSpecification, LayerSpecification, SourceSpecification, StyleSpecification } from 'maplibre-gl'
import type { Config, TileJson } from '../api'
import { areaLabels, borderLayers, fillLayers, hatchLayers, hitLayers } from './areas'
import * as c from './colours'
import { groundLabels, groundLayers } from './ground'
import { mainIndex } from './levels'
import { marksFrom } from './marks'
import type { Mark } from './marks'
import { postLayers } from '../posts/style'
import { circleLayers, facilityLayers, hexLabels, hexLayers, pointLayers } from './services'

export interface Ingredients {
  config: Config
  areas: TileJson
  registers: TileJson
  marks: ReadonlyMap<string, Mark>
  /** "户" or "households", behind each number. */
  unit: string
}

const EMPTY: FeatureCollection = { type: 'FeatureCollection', features: [] }

export function buildStyle({ config, areas, registers, marks, unit }: Ingredients): StyleSpecification {
  const { levels, basemap } = config
  const labels = areaLabels(levels, unit)
  const mainAndAbove = mainIndex(levels) + 1
  const layers: LayerSpecification[] = [
    { id: 'ground', type: 'background', paint: { 'background-color': c.GROUND } },
    ...(basemap ? [{ id: 'basemap', type: 'raster', source: 'basemap', metadata: { row: 'basemap' } } as const] : []),
    ...fillLayers(levels),
    ...hitLayers(levels),
    ...groundLayers(),
    ...hatchLayers(levels),
    ...hexLayers('members'),
    ...hexLayers('incidents'),
    ...circleLayers(),
    ...borderLayers(levels),
    ...pointLayers(),
    ...groundLabels(),
    ...hexLabels('members'),
    ...hexLabels('incidents'),
    ...labels.slice(0, -mainAndAbove),
    // Marks make the smaller names give way, not the communities'.
    ...facilityLayers(marks, marksFrom(config.facility_kinds)),
    ...labels.slice(-mainAndAbove),
    ...(config.signs_in ? postLayers() : []),
  ]
  const sources: Record<string, SourceSpecification> = {
    areas: vector(areas),
    registers: vector(registers),
    members: { type: 'geojson', data: EMPTY },
    incidents: { type: 'geojson', data: EMPTY },
    point: { type: 'geojson', data: EMPTY },
    posts: { type: 'geojson', data: EMPTY },
  }
  if (basemap) {
    sources.basemap = { type: 'raster', tiles: [basemap.url], tileSize: 256, maxzoom: basemap.max_zoom ?? 18 }
  }
  return { version: 8, sources, layers }
}

function vector({ tiles, minzoom, maxzoom, bounds }: TileJson): SourceSpecification {
  return { type: 'vector', tiles: absolute(tiles), minzoom, maxzoom, bounds: [...bounds] }
}

/** Tile addresses come relative to the origin; the worker needs them whole. */
export function absolute(tiles: readonly string[], origin = globalThis.location?.origin ?? ''): string[] {
  return tiles.map((tile) => (tile.startsWith('/') ? origin + tile : tile))
}

/** The layer row that a style layer belongs to, if any. */
export function rowOf(layer: LayerSpecification): string | undefined {
  return (layer.metadata as { row?: string } | undefined)?.row
}

export const onlyId = (id: number | null): FilterSpecification => ['==', ['id'], id ?? -1]
