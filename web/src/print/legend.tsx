/** The legend of a printed map: what is switched on and can be seen on it. */
import { incidentHexes, incidentSteps, memberHexes, memberSteps } from '../hexdata'
import { CIRCLE } from '../map/colours'
import { layerRows } from '../map/rows'
import { FacilityKinds, HexLegend, LimitLegend } from '../panels/layers'
import { Swatch } from '../parts/swatch'
import * as state from '../state'
import { t } from '../words'
import type { Picture } from './picture'
import { say } from './words'

export function PrintLegend({ of }: { of: Picture }) {
  const config = state.config.value
  if (!config) return null
  const on = state.rowsShown.value
  const rows = layerRows(config).filter((row) => on.has(row.id) && of.rows.has(row.id))
  const kinds = config.facility_kinds.filter(({ kind }) => of.kinds.has(kind))
  const areas = rows.filter((row) => row.group === 'groupAreas')
  const circles = config.circles.filter(({ minutes }) => state.minutes.value.has(minutes))
  return (
    <section class="print-legend">
      <h2>{say('legend')}</h2>
      <ul>{areas.map((row) => <li key={row.id}><Swatch of={row.swatch} />{row.name()}</li>)}</ul>
      <LimitLegend />
      {kinds.length > 0 && <FacilityKinds kinds={kinds} counted={false} />}
      {circles.length > 0 && (
        <ul>
          {circles.map(({ minutes: n, radius_m, method }) => (
            <li key={n}><Swatch of={{ kind: 'line', colour: CIRCLE[n] ?? CIRCLE[15], width: 2, ...(method === 'disc' ? { dash: '5 3' } : {}) }} />
              {t('circles')} {t('circleMinutes', { n })} · {Math.round(radius_m)} m</li>
          ))}
          {circles.some(({ method }) => method === 'disc') && <li class="note">{t('circleDisc')}</li>}
        </ul>
      )}
      {of.rows.has('incidents') && <><h3>{t('incidents')}</h3><HexLegend steps={incidentSteps.value} hexes={incidentHexes.value} /></>}
      {of.rows.has('members') && <><h3>{t('members')}</h3><HexLegend steps={memberSteps.value} hexes={memberHexes.value} /></>}
      <ul>{rows.filter((row) => row.group === 'groupGround').map((row) => <li key={row.id}><Swatch of={row.swatch} />{row.name()}</li>)}</ul>
    </section>
  )
}
