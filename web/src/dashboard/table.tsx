/** The columns of the dashboard, and the same rows as text for a spreadsheet. */
import { count, percent } from '../format'
import { Bar } from '../parts/bar'
import type { Column } from '../parts/table'
import { t } from '../words'
import type { Figures, Totals } from './figures'
import { say } from './words'

export function columns(limit: number | null, minutes: number | null, counted: boolean): Column<Figures>[] {
  return [
    { key: 'name', title: say('name'), value: (row) => row.name || row.code },
    {
      key: 'households', number: true, value: (row) => row.households,
      title: limit === null ? say('householdsPlain') : say('households', { limit: count(limit) }),
      cell: (row) => row.households === null ? <span class="note">{t('unknown')}</span> : (
        <>
          {row.fill === 'over' && <span class="over">▲ </span>}
          <span class={row.fill === 'over' ? 'over' : ''}>{count(row.households)}</span>
          {row.limit !== null && <Bar value={row.households} limit={row.limit} />}
        </>
      ),
    },
    ...(minutes === null ? [] : [
      { key: 'covered', number: true, title: say('covered', { n: minutes }), tip: say('coveredTip', { n: minutes }),
        value: (row: Figures) => row.covered, cell: (row: Figures) => share(row.covered) },
      { key: 'uncovered', number: true, title: say('uncovered'), tip: say('uncoveredTip', { n: minutes }),
        value: (row: Figures) => row.uncovered, cell: (row: Figures) => some(row.uncovered) },
    ]),
    ...(counted ? [
      { key: 'facilities', number: true, title: say('facilities'), value: (row: Figures) => row.facilities, cell: (row: Figures) => some(row.facilities) },
      { key: 'poor', number: true, title: say('poor'), value: (row: Figures) => row.poor, cell: (row: Figures) => some(row.poor) },
    ] : []),
  ]
}

/** The totals, under the columns. */
export function foot(rows: number, sums: Totals, minutes: number | null, counted: boolean) {
  return (
    <tr>
      <th scope="row">{say('sum', { n: rows })}</th>
      <td class="number">{count(sums.households)}</td>
      {minutes !== null && <><td class="number">{share(sums.covered)}</td><td class="number">{some(sums.uncovered)}</td></>}
      {counted && <><td class="number">{some(sums.facilities)}</td><td class="number">{some(sums.poor)}</td></>}
    </tr>
  )
}

const share = (value: number | null): string => (value === null ? '–' : percent(value))
const some = (value: number | null): string => (value === null ? '–' : count(value))

/** A heading and the rows in their order: for the clipboard and for a file. */
export function sheet(rows: readonly Figures[], minutes: number | null): (string | number | null)[][] {
  const covered = minutes === null ? [] : [say('covered', { n: minutes }), say('uncovered')]
  const head = [say('code'), say('name'), say('householdsPlain'), say('limit'), say('overBy'), say('buildings'), ...covered, say('facilities'), say('poor')]
  const body = rows.map((row) => [
    row.code, row.name, row.households, row.limit, row.over_by, row.buildings,
    ...(minutes === null ? [] : [row.covered === null ? null : percent(row.covered), row.uncovered]), row.facilities, row.poor,
  ])
  return [head, ...body]
}
