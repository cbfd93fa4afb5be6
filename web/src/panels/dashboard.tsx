/** The areas of the level with the household limit: a table and the map are two views of one selection. */
import { useSignal } from '@preact/signals'
import { Copy } from 'lucide'
import { useEffect } from 'preact/hooks'
import { api, isAborted } from '../api'
import type { AreaRow, Level } from '../api'
import { count, tabSeparated } from '../format'
import { Bar } from '../parts/bar'
import { Button } from '../parts/button'
import { ProblemNote } from '../parts/problem'
import { Table } from '../parts/table'
import type { Column } from '../parts/table'
import * as state from '../state'
import { outlined } from '../card'
import { copy } from '../toasts'
import { said, t } from '../words'

export function Dashboard({ level }: { level: Level }) {
  const rows = useSignal<readonly AreaRow[] | null>(null)
  const error = useSignal<unknown>(null)
  const attempt = useSignal(0)
  const edition = state.editionNumber.value

  useEffect(() => {
    if (edition === null) return
    const control = new AbortController()
    error.value = null
    api.areas(level.key, edition, control.signal).then(
      (answer) => { rows.value = answer.areas },
      (reason: unknown) => { if (!isAborted(reason)) error.value = reason },
    )
    return () => control.abort()
  }, [level.key, edition, attempt.value])

  if (error.value) return <ProblemNote error={error.value} onRetry={() => { attempt.value++ }} />
  if (!rows.value) return null
  if (!rows.value.length) return <p class="empty">{t('tableEmpty', { level: said(level.name) })}</p>

  const limit = level.household_limit
  const over = rows.value.filter((row) => (row.over_by ?? 0) > 0).length
  return (
    <div class="dashboard">
      <p class="summary">
        {limit !== null && (over > 0
          ? <strong class="over">▲ {t('tableOver', { n: over, limit: count(limit) })}</strong>
          : <span>{t('tableNoneOver', { limit: count(limit) })}</span>)}
      </p>
      <Table rows={rows.value} columns={columns(limit)} idOf={(row) => row.id} selected={outlined.value} sortBy="households"
        label={said(level.name)} onSelect={show} />
      <div class="table-foot">
        <span>{t('tableSum')} <span class="number">{rows.value.length}</span> · <span class="number">{count(total(rows.value))}</span> {t('households')}</span>
        <Button kind="quiet" icon={Copy} onClick={() => copyTable(rows.value ?? [])}>{t('tableCopy')}</Button>
      </div>
    </div>
  )
}

const total = (rows: readonly AreaRow[]): number => rows.reduce((sum, row) => sum + (row.households ?? 0), 0)

function columns(limit: number | null): Column<AreaRow>[] {
  return [
    { key: 'name', title: t('tableName'), value: (row) => row.name || row.code },
    {
      key: 'households', title: limit === null ? t('tableHouseholdsPlain') : t('tableHouseholds'), number: true,
      value: (row) => row.households,
      cell: (row) => row.households === null ? <span class="note">{t('unknown')}</span> : (
        <>
          {(row.over_by ?? 0) > 0 && <span class="over">▲ </span>}
          {count(row.households)}
          {row.limit !== null && <Bar value={row.households} limit={row.limit} />}
        </>
      ),
    },
    { key: 'buildings', title: t('tableBuildings'), number: true, value: (row) => row.buildings,
      cell: (row) => row.buildings === null ? '' : count(row.buildings) },
  ]
}

/** Outline the row's area; move the map only when it lies outside the view. */
function show(row: AreaRow): void {
  state.pick({ area: row.id })
  const view = state.viewBounds.value
  const inside = view && row.lon > view[0] && row.lat > view[1] && row.lon < view[2] && row.lat < view[3]
  if (!inside || state.zoomNow.peek() > 15) state.going.value = { bbox: row.bbox }
}

function copyTable(rows: readonly AreaRow[]): void {
  const head = [t('code'), t('tableName'), t('tableHouseholdsPlain'), t('tableHouseholds'), t('tableBuildings')]
  const body = rows.map((row) => [row.code, row.name, row.households, row.limit, row.buildings])
  void copy(tabSeparated([head, ...body]), t('tableCopied', { n: rows.length }))
}
