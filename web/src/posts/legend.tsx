/** Below the layer's row: what the badges mean, and the areas they stand for, worst first. */
import { count } from '../format'
import { NEAR, OVER } from '../map/colours'
import { Select } from '../parts/select'
import { Term } from '../parts/term'
import * as state from '../state'
import { said } from '../words'
import { chosenLevel, levelShown, points, rows } from './data'
import type { Vacancies } from './data'
import { say } from './words'

const vacantIn = ({ vacant }: Vacancies): number => Object.values(vacant).reduce((sum, n) => sum + n, 0)

export function PostLegend() {
  const all = rows.value ?? []
  const gaps = all.filter((row) => row.blind || vacantIn(row) > 0)
    .sort((a, b) => Number(b.blind) - Number(a.blind) || vacantIn(b) - vacantIn(a) || a.area.code.localeCompare(b.area.code))
  return (
    <div class="sub posts">
      <Select label={say('level')} value={levelShown()} options={state.levels.value.map(({ key, name }) => ({ value: key, text: said(name) }))}
        onChange={(key) => { chosenLevel.value = key }} />
      <ul class="legend">
        <li><i class="badge" style={{ background: NEAR }}>3</i><Term means={say('tip')}>{say('vacant')}</Term>
          <span class="space" /><span class="number">{count(all.reduce((sum, row) => sum + vacantIn(row), 0))}</span></li>
        <li><i class="badge" style={{ background: OVER }}>{say('blindMark')}</i><Term means={say('tip')}>{say('blind')}</Term>
          <span class="space" /><span class="number">{count(all.filter(({ blind }) => blind).length)}</span></li>
        <li><i class="badge small" /><span>{say('full')}</span></li>
      </ul>
      {rows.value && (gaps.length
        ? <ul class="gaps" aria-label={say('posts')}>{gaps.map((row) => <Gap key={row.area.id} row={row} />)}</ul>
        : <p class="note">{say('none')}</p>)}
    </div>
  )
}

function Gap({ row }: { row: Vacancies }) {
  const titles = Object.entries(row.vacant).filter(([, n]) => n > 0).map(([title, n]) => say('titles', { title, n })).join('、')
  return (
    <li>
      <button type="button" aria-current={state.picked.value?.area === row.area.id} onClick={() => goTo(row)}>
        <span><strong>{row.area.name || row.area.code}</strong><small>{titles || say('postsOf', { n: count(row.posts) })}</small></span>
        {row.blind && <em class="over">{say('blind')}</em>}
        {vacantIn(row) > 0 && <span class="number">{say('vacantN', { n: count(vacantIn(row)) })}</span>}
      </button>
    </li>
  )
}

/** Outline the area; move the map when it lies outside the view. */
function goTo({ area }: Vacancies): void {
  state.pick({ area: area.id })
  const at = points.value?.features.find(({ id }) => Number(id) === area.id)?.geometry.coordinates
  const [lon, lat] = at ?? []
  const view = state.viewBounds.value
  if (lon === undefined || lat === undefined || (view && lon > view[0] && lon < view[2] && lat > view[1] && lat < view[3])) return
  state.going.value = { point: [lon, lat], zoom: state.zoomNow.peek() }
}
