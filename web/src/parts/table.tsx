/** A sortable table: headers are buttons, rows are walked with the arrow keys. */
import { useSignal } from '@preact/signals'
import { ArrowDown, ArrowUp } from 'lucide'
import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { Icon } from './icon'

export interface Column<Row> {
  key: string
  title: string
  value: (row: Row) => string | number | null
  cell?: (row: Row) => ComponentChildren
  number?: boolean
  /** What the heading means. */
  tip?: string
}
interface Props<Row> {
  rows: readonly Row[]
  columns: readonly Column<Row>[]
  idOf: (row: Row) => number
  selected: number | null
  onSelect: (row: Row) => void
  sortBy: string
  label: string
  /** A row of sums below. */
  foot?: ComponentChildren
}

export function Table<Row>({ rows, columns, idOf, selected, onSelect, sortBy, label, foot }: Props<Row>) {
  const sort = useSignal({ key: sortBy, down: true })
  const body = useRef<HTMLTableSectionElement>(null)
  const column = columns.find(({ key }) => key === sort.value.key) ?? columns[0]
  const sorted = column ? [...rows].sort(by(column.value, sort.value.down)) : rows

  useEffect(() => {
    body.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' })
  }, [selected])

  const keys = (event: KeyboardEvent, row: Row): void => {
    const line = event.currentTarget as HTMLElement
    if (event.key === 'Enter' || event.key === ' ') onSelect(row)
    else if (event.key === 'ArrowDown') (line.nextElementSibling as HTMLElement | null)?.focus()
    else if (event.key === 'ArrowUp') (line.previousElementSibling as HTMLElement | null)?.focus()
    else if (event.key === 'Home') (line.parentElement?.firstElementChild as HTMLElement | null)?.focus()
    else if (event.key === 'End') (line.parentElement?.lastElementChild as HTMLElement | null)?.focus()
    else return
    event.preventDefault()
  }
  return (
    <div class="table-scroll">
      <table aria-label={label}>
        <thead>
          <tr>
            {columns.map(({ key, title, number, tip }) => {
              const here = key === sort.value.key
              return (
                <th key={key} class={number ? 'number' : ''} aria-sort={here ? (sort.value.down ? 'descending' : 'ascending') : 'none'}>
                  <button type="button" title={tip} onClick={() => { sort.value = { key, down: here ? !sort.value.down : Boolean(number) } }}>
                    {title}{here && <Icon of={sort.value.down ? ArrowDown : ArrowUp} size={12} />}
                  </button>
                </th>
              )
            })}
          </tr>
        </thead>
        <tbody ref={body}>
          {sorted.map((row) => (
            <tr key={idOf(row)} tabIndex={0} aria-selected={idOf(row) === selected} onClick={() => onSelect(row)} onKeyDown={(event) => keys(event, row)}>
              {columns.map(({ key, value, cell, number }) => (
                <td key={key} class={number ? 'number' : ''}>{cell ? cell(row) : value(row)}</td>
              ))}
            </tr>
          ))}
        </tbody>
        {foot && <tfoot>{foot}</tfoot>}
      </table>
    </div>
  )
}

/** Unknown values go last whichever way it is sorted. */
function by<Row>(value: Column<Row>['value'], down: boolean): (a: Row, b: Row) => number {
  const sign = down ? -1 : 1
  return (a, b) => {
    const [x, y] = [value(a), value(b)]
    if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1
    return sign * (typeof x === 'number' && typeof y === 'number' ? x - y : String(x).localeCompare(String(y), 'zh'))
  }
}
