/** The areas of the level with the household limit: a table and the map are two views of one selection. */
import { useSignal } from '@preact/signals'
import { Copy, Download } from 'lucide'
import { useEffect } from 'preact/hooks'
import { isAborted } from '../api'
import type { Level } from '../api'
import { content, outlined } from '../card'
import { load, minutesOf } from '../dashboard/data'
import { FILLS, matching, totals } from '../dashboard/figures'
import type { Figures, Fill } from '../dashboard/figures'
import { columns, foot, sheet } from '../dashboard/table'
import { say } from '../dashboard/words'
import { commaSeparated, count, tabSeparated } from '../format'
import { Button } from '../parts/button'
import { ProblemNote } from '../parts/problem'
import { Table } from '../parts/table'
import { saveText } from '../save'
import * as state from '../state'
import { copy } from '../toasts'
import { said, t } from '../words'

export function Dashboard({ level }: { level: Level }) {
  const rows = useSignal<readonly Figures[] | null>(null)
  const error = useSignal<unknown>(null)
  const attempt = useSignal(0)
  const fill = useSignal<Fill | null>(null)
  const text = useSignal('')
  const edition = state.editionNumber.value
  const config = state.config.value
  const minutes = config && minutesOf(config)

  useEffect(() => {
    if (edition === null) return
    const control = new AbortController()
    error.value = null
    load(level.key, level.household_floor, edition, minutes, control.signal).then(
      (answer) => { rows.value = answer },
      (reason: unknown) => { if (!isAborted(reason)) error.value = reason },
    )
    return () => control.abort()
  }, [level.key, edition, minutes, attempt.value])

  if (error.value) return <ProblemNote error={error.value} onRetry={() => { attempt.value++ }} />
  const all = rows.value
  if (!all) return <div class="dashboard" aria-busy="true" />
  if (!all.length) return <p class="empty">{t('tableEmpty', { level: said(level.name) })}</p>

  const shown = matching(all, fill.value, text.value)
  const counted = all.some((row) => (row.facilities ?? 0) > 0)
  const ordered = (): (string | number | null)[][] => sheet([...shown].sort((a, b) => (b.households ?? -1) - (a.households ?? -1)), minutes)
  return (
    <div class="dashboard">
      <Verdict rows={all} level={level} />
      <div class="dashboard-tools">
        <FillPicker rows={all} level={level} chosen={fill.value} onChoose={(one) => { fill.value = one }} />
        <input type="search" class="dashboard-filter" value={text.value} placeholder={say('filter')} aria-label={say('filter')}
          onInput={(event) => { text.value = event.currentTarget.value }} />
      </div>
      {shown.length === 0 ? <p class="empty">{say('noMatch', { level: said(level.name) })}</p> : (
        <Table rows={shown} columns={columns(level.household_limit, minutes, counted)} idOf={(row) => row.id} selected={selected(level.key)}
          sortBy="households" label={said(level.name)} onSelect={show} foot={foot(shown.length, totals(shown), minutes, counted)} />
      )}
      <div class="table-foot">
        <Button kind="quiet" icon={Copy} onClick={() => void copy(tabSeparated(ordered()), t('tableCopied', { n: shown.length }))}>{say('copy')}</Button>
        <Button kind="quiet" icon={Download} label={say('downloadTip')} onClick={() => saveText(fileName(level, edition), commaSeparated(ordered()))}>{say('download')}</Button>
      </div>
    </div>
  )
}

/** What a leader wants to know first. */
function Verdict({ rows, level }: { rows: readonly Figures[]; level: Level }) {
  const limit = level.household_limit
  if (limit === null) return null
  const over = rows.filter((row) => row.fill === 'over').length
  return (
    <p class="summary">
      {over > 0
        ? <strong class="over">▲ {t('tableOver', { n: over, limit: count(limit) })}</strong>
        : <span>{t('tableNoneOver', { limit: count(limit) })}</span>}
    </p>
  )
}

/** Which rows to see: all, or those over, near or under their limits. */
function FillPicker({ rows, level, chosen, onChoose }: { rows: readonly Figures[]; level: Level; chosen: Fill | null; onChoose: (fill: Fill | null) => void }) {
  const tips: Record<string, string> = {
    over: say('overTip', { limit: count(level.household_limit ?? 0) }),
    near: say('nearTip'),
    under: say('underTip', { floor: count(level.household_floor ?? 0) }),
  }
  const options = FILLS.map((fill) => ({ fill, n: rows.filter((row) => row.fill === fill).length })).filter(({ n }) => n > 0)
  if (!options.length) return null
  return (
    <div class="choices" role="group" aria-label={say('show')}>
      <button type="button" aria-pressed={chosen === null} onClick={() => onChoose(null)}>{say('all', { n: rows.length })}</button>
      {options.map(({ fill, n }) => (
        <button type="button" key={fill} class={fill} aria-pressed={chosen === fill} title={tips[fill]}
          onClick={() => onChoose(chosen === fill ? null : fill)}>{say(fill as 'over' | 'near' | 'under', { n })}</button>
      ))}
    </div>
  )
}

/** The row of what is picked on the map: the area itself, or the one that it lies in. */
function selected(level: string): number | null {
  const chain = content.value?.picked === state.picked.value ? content.value?.area?.area.chain : null
  return chain?.find((one) => one.level === level)?.id ?? outlined.value
}

/** Outline the row's area; the map moves only when it lies outside the view (`map/room` uncovers it). */
function show(row: Figures): void {
  state.pick({ area: row.id })
  const view = state.viewBounds.value
  const inside = view && row.lon > view[0] && row.lat > view[1] && row.lon < view[2] && row.lat < view[3]
  if (!inside || state.zoomNow.peek() > 15) state.going.value = { bbox: row.bbox }
}

function fileName(level: Level, edition: number | null): string {
  const town = state.config.value?.site.name
  return `${[town && said(town), said(level.name), say('file'), edition].filter(Boolean).join('-')}.csv`
}
