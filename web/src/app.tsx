import { effect, signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { busy } from './api'
import { escape } from './escape'
import { Card } from './panels/card'
import { Controls, Credits, Cross } from './panels/corners'
import { Help } from './panels/help'
import { Side } from './panels/side'
import { TopBar } from './panels/topbar'
import { NoEdition, NoMap, NoStart } from './panels/trouble'
import { dismissWelcome, Welcome } from './panels/welcome'
import { Button } from './parts/button'
import { Toasts } from './parts/toasts'
import { PrintOverlay } from './print/button'
import * as state from './state'
import { t } from './words'

const startError = signal<unknown>(null)
/** The map engine is a lazy chunk: its own signal is copied here once it is there. */
const drawing = signal(false)

export function App({ begin }: { begin: () => Promise<void> }) {
  const load = (): void => {
    startError.value = null
    begin().catch((error: unknown) => { startError.value = error })
  }
  useEffect(load, [])
  useEffect(() => {
    addEventListener('keydown', keys)
    return () => removeEventListener('keydown', keys)
  }, [])
  const ready = state.config.value !== null && state.editions.value !== null
  return (
    <>
      <div class="progress" hidden={!busy.value && !drawing.value} />
      {startError.value !== null && <NoStart error={startError.value} onRetry={load} />}
      {ready && <Ready />}
      <Toasts />
      <Help />
    </>
  )
}

function Ready() {
  const published = (state.editions.value?.editions.length ?? 0) > 0
  const map = published && !state.mapFailed.value
  return (
    <>
      <TopBar />
      {!published && <NoEdition />}
      {published && state.mapFailed.value && <NoMap />}
      {map && <MapBox />}
      {map && <Side />}
      {published && state.mapFailed.value && state.mode.value === 'table' && <Side />}
      {map && <OldEdition />}
      {map && <Cross />}
      {published && <Card />}
      {map && <Welcome />}
      {map && <Controls />}
      {map && <Credits />}
      <PrintOverlay />
    </>
  )
}

function MapBox() {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const config = state.config.peek()
    if (!box.current || !config) return
    drawing.value = true
    let stop: (() => void) | undefined
    let gone = false
    const element = box.current
    import('./map/map').then(async (module) => {
      const quiet = effect(() => { drawing.value = module.drawing.value })
      const end = await module.createMap(element, config)
      stop = () => { quiet(); end() }
      if (gone) stop()
    }).catch((error: unknown) => {
      drawing.value = false
      if (/webgl/i.test(String(error))) state.mapFailed.value = true
      else startError.value = error
    })
    return () => {
      gone = true
      drawing.value = false
      stop?.()
    }
  }, [])
  return <main class="map" ref={box} aria-busy={drawing.value} />
}

/** Old lines on the screen must not be taken for today's. */
function OldEdition() {
  const [shown, current] = [state.edition.value, state.editions.value?.current]
  if (!shown || shown.number === current || state.crossOn.value) return null
  return (
    <div class="banner old" role="status">
      {t('editionOld', { n: shown.number, date: shown.effective })}
      <Button kind="quiet" onClick={() => { state.chosenEdition.value = null }}>{t('editionBack')}</Button>
    </div>
  )
}

function keys(event: KeyboardEvent): void {
  const inField = event.target instanceof HTMLElement && event.target.matches('input, select, textarea')
  if (event.key === 'Escape' && !state.helpOpen.value) {
    if (escape()) return
    if (state.crossOn.value) state.crossOn.value = false
    else if (state.picked.value) state.pick(null)
    else dismissWelcome()
  } else if (event.key === '?' && !inField) {
    state.helpOpen.value = !state.helpOpen.value
  }
}

/** The cross asks where the map comes to rest. */
effect(() => {
  const at = state.position.value
  if (state.crossOn.value && at) state.pick({ point: [at.lon, at.lat] })
})
