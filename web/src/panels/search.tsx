/** Search by name, code or "lon,lat": a combobox, all by keyboard. */
import { useSignal } from '@preact/signals'
import { Building, Landmark, MapPin, Search as Glass, Shapes, X } from 'lucide'
import type { IconNode } from 'lucide'
import { useEffect, useRef } from 'preact/hooks'
import { api, isAborted } from '../api'
import type { SearchResult } from '../api'
import { coordinates, readPoint } from '../format'
import { Icon } from '../parts/icon'
import * as state from '../state'
import { trouble } from '../toasts'
import { said, t, term } from '../words'

const ICONS: Record<SearchResult['type'], IconNode> = {
  area: Shapes, building: Building, compound: Building, facility: Landmark, point: MapPin,
}
const PAUSE_MS = 150

export function Search() {
  const text = useSignal('')
  const results = useSignal<readonly SearchResult[] | null>(null)
  const failed = useSignal('')
  const active = useSignal(0)
  const open = useSignal(false)
  const input = useRef<HTMLInputElement>(null)
  const query = text.value.trim()
  const edition = state.editionNumber.value

  useEffect(() => {
    failed.value = ''
    if (!query || edition === null) {
      results.value = null
      return
    }
    const point = pointResult(query)
    if (point) {
      results.value = [point]
      active.value = 0
      return
    }
    const control = new AbortController()
    const timer = setTimeout(() => {
      api.search(query, edition, control.signal).then(
        (answer) => {
          results.value = answer.results
          active.value = 0
        },
        (error: unknown) => { if (!isAborted(error)) failed.value = trouble(error).what },
      )
    }, PAUSE_MS)
    return () => {
      clearTimeout(timer)
      control.abort()
    }
  }, [query, edition])

  useEffect(() => {
    const focus = (event: KeyboardEvent): void => {
      const inField = event.target instanceof HTMLElement && event.target.matches('input, select, textarea')
      if (event.key !== '/' || inField || event.ctrlKey || event.metaKey) return
      event.preventDefault()
      input.current?.focus()
      input.current?.select()
    }
    addEventListener('keydown', focus)
    return () => removeEventListener('keydown', focus)
  }, [])

  const take = (result: SearchResult): void => {
    open.value = false
    input.current?.blur()
    goTo(result)
  }
  const keys = (event: KeyboardEvent): void => {
    const list = results.value ?? []
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      open.value = true
      if (list.length) active.value = (active.value + (event.key === 'ArrowDown' ? 1 : -1) + list.length) % list.length
    } else if (event.key === 'Enter') {
      const chosen = list[active.value]
      if (chosen) take(chosen)
    } else if (event.key === 'Escape') {
      event.stopPropagation()
      if (open.value && query) open.value = false
      else input.current?.blur()
    }
  }
  const shown = open.value && query !== '' && (results.value !== null || failed.value !== '')

  return (
    <div class="search" role="search">
      <Icon of={Glass} size={16} />
      <input ref={input} type="text" role="combobox" value={text.value} placeholder={t(state.phone.value ? 'search' : 'searchHint')} aria-label={t('search')}
        aria-expanded={shown} aria-controls="search-results" aria-autocomplete="list" autocomplete="off" spellcheck={false}
        aria-activedescendant={shown && results.value?.length ? `search-${active.value}` : undefined}
        onInput={(event) => {
          text.value = event.currentTarget.value
          open.value = true
        }}
        onFocus={() => { open.value = true }} onBlur={() => { open.value = false }} onKeyDown={keys} />
      {text.value
        ? <button type="button" class="search-clear" aria-label={t('close')} onClick={() => { text.value = ''; input.current?.focus() }}><Icon of={X} size={14} /></button>
        : <kbd aria-hidden="true">/</kbd>}
      <ul id="search-results" role="listbox" aria-label={t('search')} hidden={!shown}>
        {failed.value && <li class="search-none" role="alert">{failed.value}</li>}
        {results.value?.map((result, i) => (
          <li key={`${result.type}${result.id}${i}`} id={`search-${i}`} role="option" aria-selected={i === active.value}
            onPointerDown={(event) => { event.preventDefault(); take(result) }} onPointerMove={() => { active.value = i }}>
            <Icon of={ICONS[result.type]} size={16} />
            <span class="search-name">{result.name}<small>{result.where || result.code}</small></span>
            <span class="search-kind">{kindOf(result)}</span>
          </li>
        ))}
        {results.value?.length === 0 && !failed.value && <li class="search-none">{t('searchNone', { q: query })}</li>}
      </ul>
    </div>
  )
}

/** Coordinates need no server. */
function pointResult(query: string): SearchResult | null {
  const read = readPoint(query)
  if (!read) return null
  const name = coordinates(read.point)
  const [lon, lat] = read.point
  const where = read.swapped ? t('searchSwapped', { q: name }) : ''
  return { type: 'point', id: null, level: null, kind: null, code: null, name, where, lon, lat, bbox: null }
}

function kindOf(result: SearchResult): string {
  if (result.type === 'facility') return term(result.kind)
  if (result.type !== 'area') return ''
  const level = state.levels.value.find(({ key }) => key === result.level)
  return level ? said(level.name) : ''
}

/** Fly there and open its card. */
export function goTo({ type, id, lon, lat, bbox }: SearchResult): void {
  state.crossOn.value = false
  if (type === 'area') state.pick({ area: id })
  else if (type === 'facility') state.pick({ facility: id })
  else state.pick({ point: [lon, lat] })
  state.going.value = bbox ? { bbox } : { point: [lon, lat], zoom: 16.5 }
}
