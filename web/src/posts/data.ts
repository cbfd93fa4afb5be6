/** Vacancies and blind spots of one level: loaded while their layer is on. */
import { effect, signal } from '@preact/signals'
import type { FeatureCollection, Point } from 'geojson'
import { get, isAborted } from '../api'
import type { AreaRef } from '../api'
import * as state from '../state'
import { toast, trouble } from '../toasts'
import { POSTS } from './style'

export interface Vacancies { area: AreaRef; posts: number; vacant: Record<string, number>; branches: number; blind: boolean }
interface Properties { level: string; code: string; name: string; posts: number; vacant: number; branches: number; blind: boolean }
export type PostPoints = FeatureCollection<Point, Properties>

/** The level that is looked at; empty: the one the town plans by. */
export const chosenLevel = signal('')
export const points = signal<PostPoints | null>(null)
export const rows = signal<readonly Vacancies[] | null>(null)

export function levelShown(): string {
  return chosenLevel.value || ((state.limitLevel.value ?? state.levels.value.at(1) ?? state.levels.value[0])?.key ?? '')
}

/** Called once. */
export function followPosts(): void {
  effect(() => {
    const [edition, level] = [state.editionNumber.value, levelShown()]
    if (edition === null || !level || !state.config.value?.signs_in || !state.rowsShown.value.has(POSTS)) return
    const control = new AbortController()
    const query = { level, edition }
    Promise.all([
      get<PostPoints>('/layers/posts', query, control.signal),
      get<{ rows: Vacancies[] }>('/vacancies', query, control.signal),
    ]).then(([layer, table]) => {
      points.value = layer
      rows.value = table.rows
    }, (error: unknown) => { if (!isAborted(error)) toast(trouble(error).what) })
    return () => control.abort()
  })
}
