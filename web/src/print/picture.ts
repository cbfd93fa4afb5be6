/** A picture of the map for print: drawn off the screen, at the density of paper. */
import * as ml from 'maplibre-gl'
import { rowOf } from '../map/style'

/** Dots per inch of the picture; CSS counts 96 to the inch. */
export const DPI = 240
const RATIO = DPI / 96
const PATIENCE_MS = 45_000
const OFF_SCREEN = 'position:fixed;left:-20000px;top:0;visibility:hidden'

export interface Size { width: number; height: number }
export interface Picture {
  /** An object URL: whoever shows it revokes it. */
  url: string
  metresPerPixel: number
  bearing: number
  zoom: number
  /** What can be seen on it: rows of the layer list, kinds of facility, whether any is hollow. */
  rows: ReadonlySet<string>
  kinds: ReadonlySet<string>
}

/** Draw what lies in `frame` of the living map (CSS pixels) on a sheet of another size (CSS pixels). */
export async function picture(live: ml.Map, frame: DOMRect, size: Size, abort: AbortSignal): Promise<Picture> {
  const container = document.createElement('div')
  container.style.cssText = `${OFF_SCREEN};width:${size.width}px;height:${size.height}px`
  document.body.append(container)
  const middle = live.unproject([frame.x + frame.width / 2, frame.y + frame.height / 2])
  const shrink = Math.min(size.width / frame.width, size.height / frame.height)
  const map = new ml.Map({
    container,
    style: live.getStyle(),
    center: middle,
    zoom: live.getZoom() + Math.log2(shrink),
    bearing: live.getBearing(),
    interactive: false,
    attributionControl: false,
    fadeDuration: 0,
    pixelRatio: RATIO,
    canvasContextAttributes: { preserveDrawingBuffer: true, antialias: true },
    maxCanvasSize: [8192, 8192],
  })
  try {
    map.on('style.load', () => { copyImages(live, map) })
    await drawn(map, abort)
    return { url: await encoded(map.getCanvas()), ...facts(map, size) }
  } finally {
    map.remove()
    container.remove()
  }
}

function copyImages(from: ml.Map, to: ml.Map): void {
  for (const id of from.listImages()) {
    const image = from.getImage(id)
    if (image && !to.hasImage(id)) to.addImage(id, image.data, { pixelRatio: image.pixelRatio })
  }
}

function drawn(map: ml.Map, abort: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('the map was not drawn in time')), PATIENCE_MS)
    abort.addEventListener('abort', () => { clearTimeout(late); reject(new DOMException('', 'AbortError')) })
    map.on('error', ({ error }) => { clearTimeout(late); reject(error) })
    map.once('idle', () => { clearTimeout(late); resolve() })
  })
}

function encoded(canvas: HTMLCanvasElement): Promise<string> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => { if (blob) resolve(URL.createObjectURL(blob)); else reject(new Error('no picture')) }, 'image/png')
  })
}

function facts(map: ml.Map, { width, height }: Size): Omit<Picture, 'url'> {
  const [left, right] = [0, 100].map((x) => map.unproject([width / 2 + x - 50, height / 2])) as [ml.LngLat, ml.LngLat]
  const rows = new Set<string>()
  const kinds = new Set<string>()
  for (const { layer, properties } of map.queryRenderedFeatures()) {
    const row = rowOf(layer as ml.LayerSpecification)
    if (row) rows.add(row)
    if (row === 'facilities' && typeof properties.kind === 'string') kinds.add(properties.kind)
  }
  return { metresPerPixel: left.distanceTo(right) / 100, bearing: map.getBearing(), zoom: map.getZoom(), rows, kinds }
}
