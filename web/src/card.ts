/** What the card shows of the picked place: loaded whenever the pick or the edition changes. */
import { computed, effect, signal } from '@preact/signals'
import { api, isAborted } from './api'
import type { AreaDetail, Building, Facility, LonLat, Located } from './api'
import { activeLevel } from './map/levels'
import { editionNumber, going, levels, picked, position, viewBounds } from './state'
import type { Picked } from './state'

export interface Content {
  picked: Picked
  area: AreaDetail | null
  located: Located | null
  building: Building | null
  facility: Facility | null
}
export const content = signal<Content | null>(null)
export const cardError = signal<unknown>(null)
export const loading = signal(false)
const attempt = signal(0)

/** The marked point: what was clicked, or where the picked facility stands. */
export const spot = computed<LonLat | null>(() => {
  const facility = content.value?.picked === picked.value ? content.value?.facility : null
  return facility ? [facility.lon, facility.lat] : (picked.value?.point ?? null)
})
/** The outlined area: what the card shows, or what was just clicked. */
export const outlined = computed(() => {
  const now = picked.value
  if (!now) return null
  return now.area ?? (content.value?.picked === now ? (content.value.area?.area.id ?? null) : null)
})

export function tryAgain(): void {
  attempt.value++
}

async function load(what: Picked, edition: number, abort: AbortSignal): Promise<Content> {
  const facility = what.facility === null ? null : await api.facility(what.facility, abort)
  const point: LonLat | null = facility ? [facility.lon, facility.lat] : what.point
  const [located, named] = await Promise.all([
    point ? api.locate(point, edition, abort) : null,
    what.area === null ? null : api.area(what.area, edition, abort),
  ])
  const zoom = position.peek()?.zoom ?? 14
  const level = activeLevel(levels.peek(), zoom)
  const inside = located?.chain.find((one) => one.level === level?.key) ?? located?.chain.at(-1)
  const area = named ?? (inside && !facility ? await api.area(inside.id, edition, abort) : null)
  const building = located?.building ? await api.building(located.building.id, abort) : null
  return { picked: what, area, located, building, facility }
}

/** A facility may be picked from a card, far from what the map shows. */
function showFacility({ lon, lat }: Facility): void {
  const view = viewBounds.peek()
  const seen = view && lon > view[0] && lat > view[1] && lon < view[2] && lat < view[3]
  if (!seen) going.value = { point: [lon, lat], zoom: Math.max(15, position.peek()?.zoom ?? 0) }
}

/** Called once. */
export function followPick(): void {
  effect(() => {
    const [what, edition] = [picked.value, editionNumber.value]
    attempt.value
    cardError.value = null
    if (!what || what.incident !== null || edition === null) {
      content.value = null
      loading.value = false
      return
    }
    const control = new AbortController()
    loading.value = true
    load(what, edition, control.signal).then(
      (loaded) => {
        content.value = loaded
        loading.value = false
        if (loaded.facility) showFacility(loaded.facility)
      },
      (error: unknown) => {
        if (isAborted(error)) return
        content.value = null
        cardError.value = error
        loading.value = false
      },
    )
    return () => control.abort()
  })
}
