/** The print page: one A4 sheet with a real picture of the map, its title, legend, scale and dates. */
import { useComputed, useSignal } from '@preact/signals'
import type { Signal } from '@preact/signals'
import { ArrowLeft, Printer } from 'lucide'
import { useEffect, useRef } from 'preact/hooks'
import { isAborted } from '../api'
import { content, outlined } from '../card'
import { useEscape } from '../escape'
import { count, distance, scaleBar } from '../format'
import { shownMap } from '../map/map'
import { freeRoom } from '../map/room'
import { Button } from '../parts/button'
import { Icon } from '../parts/icon'
import * as state from '../state'
import { said } from '../words'
import { PrintLegend } from './legend'
import { printing } from './open'
import { picture } from './picture'
import type { Picture } from './picture'
import './print.css'
import { say } from './words'

type Paper = 'landscape' | 'portrait'
const MM_PER_PX = 25.4 / 96
const SCALE_PX = 150
/** With less of the map in sight than this, all of it is meant. */
const LEAST_PX = 160

export function PrintPage() {
  const paper = useSignal<Paper>('landscape')
  const close = (): void => { printing.value = false }
  useEscape(close)
  useEffect(() => {
    document.body.classList.add('printing')
    return () => document.body.classList.remove('printing')
  }, [])
  const ready = useSignal(false)
  const title = useSignal(say('mapOf', { name: subject() }))
  return (
    <div class="print-page" role="dialog" aria-modal="true" aria-label={say('print')}>
      <style>{`@page { size: A4 ${paper.value}; margin: 0; }`}</style>
      <div class="print-tools">
        <Button icon={ArrowLeft} onClick={close}>{say('back')}</Button>
        {!state.mapFailed.value && (
          <>
            <label class="print-name"><span>{say('titleOf')}</span>
              <input type="text" value={title.value} onInput={(event) => { title.value = event.currentTarget.value }} /></label>
            <div class="segments" role="group" aria-label={say('paper')}>
              {(['landscape', 'portrait'] as const).map((one) => (
                <button type="button" key={one} aria-pressed={paper.value === one} onClick={() => { paper.value = one }}>{say(one)}</button>
              ))}
            </div>
            <span class="space" />
            <button type="button" class="button accent" disabled={!ready.value} onClick={() => window.print()}><Icon of={Printer} />{say('print')}</button>
          </>
        )}
      </div>
      {state.mapFailed.value
        ? <div class="print-none"><p class="strong">{say('noPicture')}</p><p>{say('noPictureWhat')}</p></div>
        : <Sheet key={paper.value} paper={paper.value} title={title.value} ready={ready} />}
    </div>
  )
}

/** What the map is about: the picked area, else the town. */
function subject(): string {
  const area = content.peek()?.area?.area
  if (area && area.id === outlined.peek()) return area.name || area.code
  const town = state.config.peek()?.site.name
  return town ? said(town) : ''
}

function Sheet({ paper, title, ready }: { paper: Paper; title: string; ready: Signal<boolean> }) {
  const made = useSignal<Picture | null>(null)
  const failed = useSignal(false)
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const live = shownMap()
    if (!box.current || !live) return
    const { clientWidth: width, clientHeight: height } = box.current
    const control = new AbortController()
    let url: string | null = null
    picture(live, freeFrame(), { width, height }, control.signal).then(
      (one) => {
        url = one.url
        made.value = one
        ready.value = true
      },
      (error: unknown) => { if (!isAborted(error)) { console.warn(error); failed.value = true } },
    )
    return () => {
      control.abort()
      ready.value = false
      if (url) URL.revokeObjectURL(url)
    }
  }, [])
  const one = made.value
  return (
    <article class={`print-sheet ${paper}`} aria-busy={!one && !failed.value}>
      <header><h1>{title}</h1><Dates /></header>
      <div class="print-map" ref={box}>
        {failed.value && <p class="strong">{say('failed')}</p>}
        {!one && !failed.value && <p>{say('drawing')}</p>}
        {one && <img src={one.url} alt={title} />}
        {one && <North bearing={one.bearing} />}
        {one && <Scale metresPerPixel={one.metresPerPixel} />}
      </div>
      {one && <PrintLegend of={one} />}
      <Foot metresPerPixel={one?.metresPerPixel ?? null} />
    </article>
  )
}

/** What the reader sees of the map is what gets on paper. */
function freeFrame(): DOMRect {
  const { left, right, bottom, width, height } = freeRoom()
  return right - left < LEAST_PX || bottom < LEAST_PX ? new DOMRect(0, 0, width, height) : new DOMRect(left, 0, right - left, bottom)
}

function Dates() {
  const edition = state.edition.value
  const today = useComputed(() => dayIn(state.config.value?.site.timezone))
  return (
    <p>
      {edition && <span>{say('edition', { n: edition.number, date: edition.effective })}</span>}
      <span>{say('made', { date: today.value })}</span>
    </p>
  )
}

function dayIn(zone: string | undefined): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' }).format(new Date())
}

function North({ bearing }: { bearing: number }) {
  return (
    <div class="print-north">
      <b>{say('north')}</b>
      <svg viewBox="0 0 20 28" style={{ transform: `rotate(${-bearing}deg)` }} aria-hidden="true"><path d="M10 1 18 27 10 21 2 27Z" /></svg>
    </div>
  )
}

function Scale({ metresPerPixel }: { metresPerPixel: number }) {
  const { metres, width } = scaleBar(metresPerPixel, SCALE_PX)
  return (
    <div class="print-scale" data-metres={metres}>
      <i style={{ width: `${width}px` }}><u /><u /></i>
      <span>0</span><span>{distance(metres / 2)}</span><span>{distance(metres)}</span>
    </div>
  )
}

function Foot({ metresPerPixel }: { metresPerPixel: number | null }) {
  const config = state.config.value
  if (!config) return null
  const basemap = state.layersOn.value.has('basemap') ? config.basemap?.attribution : null
  const ratio = metresPerPixel === null ? null : metresPerPixel / (MM_PER_PX / 1000)
  const lines = [
    said(config.site.name),
    ratio === null ? null : say('scale', { n: count(rounded(ratio)) }),
    say('system', { n: config.site.crs }),
    basemap,
    config.review_number,
  ]
  return <footer>{lines.filter(Boolean).map((one) => <span key={one}>{one}</span>)}</footer>
}

/** Two digits are all that paper and printer keep. */
function rounded(ratio: number): number {
  const step = 10 ** (Math.floor(Math.log10(ratio)) - 1)
  return Math.round(ratio / step) * step
}
