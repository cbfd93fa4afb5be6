/** The card of what was clicked: right on a desk, a bottom sheet in two heights on a phone. */
import { useSignal } from '@preact/signals'
import { ChevronDown, ChevronUp, Copy, FileText, Link, ListTodo, MapPinPlus, Scan, X } from 'lucide'
import { withQuery } from '../api'
import { cardError, content, loading, outlined, tryAgain } from '../card'
import type { Content } from '../card'
import type { AreaDetail, AreaRef, Facility, LonLat } from '../api'
import { coordinates, count, distance, percent, surface } from '../format'
import { IncidentCard } from '../incidents/card'
import { filterByArea } from '../incidents/areas'
import { ReportCard, reporting, startReport } from '../incidents/report'
import { say as sayIncident } from '../incidents/words'
import { CIRCLE } from '../map/colours'
import { marksOf } from '../map/marks'
import { MembersCard, membersOf } from '../members/list'
import { MembersOf } from '../members/section'
import { Bar } from '../parts/bar'
import { Button } from '../parts/button'
import { Icon } from '../parts/icon'
import { ProblemNote } from '../parts/problem'
import { MarkSwatch } from '../parts/swatch'
import { Term } from '../parts/term'
import { say } from '../print/words'
import { may } from '../session'
import * as state from '../state'
import { copy } from '../toasts'
import { lang, said, t, term } from '../words'

/** What is being reported, the picked incident, or the picked place. */
export function Card() {
  if (reporting.value) return <ReportCard />
  if (!state.picked.value) return null
  if (state.picked.value.incident !== null) return <IncidentCard />
  const listed = membersOf.value
  return listed && listed.id === outlined.value && may('members.read') ? <MembersCard area={listed} /> : <PlaceCard />
}

function PlaceCard() {
  const tall = useSignal(false)
  const now = content.value
  if (!now && !cardError.value && !loading.value) return null
  const { title, kind } = heading(now)
  return (
    <aside class={`card ${tall.value ? 'tall' : ''}`} aria-label={t('card')} aria-busy={loading.value}>
      {state.phone.value && (
        <button type="button" class="handle" aria-expanded={tall.value} onClick={() => { tall.value = !tall.value }}
          aria-label={tall.value ? t('less') : t('more')}>
          <span />
        </button>
      )}
      <div class="panel-head">
        <div class="card-title"><span class="kind">{kind}</span><h2>{title}</h2></div>
        {state.phone.value && <Button kind="quiet" icon={tall.value ? ChevronDown : ChevronUp} label={tall.value ? t('less') : t('more')} onClick={() => { tall.value = !tall.value }} />}
        <Button kind="quiet" icon={X} label={`${t('close')} (Esc)`} onClick={() => state.pick(null)} />
      </div>
      <div class="card-body">
        {cardError.value ? <ProblemNote error={cardError.value} onRetry={tryAgain} /> : now && <Body now={now} />}
      </div>
    </aside>
  )
}

function heading(now: Content | null): { title: string; kind: string } {
  if (now?.facility) return { title: now.facility.name || term(now.facility.kind), kind: term(now.facility.kind) }
  if (now?.area) return { title: now.area.area.name || now.area.area.code, kind: levelName(now.area.area.level) }
  if (now?.located && now.located.status !== 'placed') return { title: t('outside'), kind: '' }
  return { title: cardError.value ? t('card') : '…', kind: '' }
}

function levelName(key: string): string {
  const level = state.levels.value.find((one) => one.key === key)
  return level ? said(level.name) : key
}

function Body({ now }: { now: Content }) {
  const { area, located, facility, building, picked } = now
  const point: LonLat | null = facility ? [facility.lon, facility.lat] : picked.point
  const chain = located?.chain.length ? located.chain : (area?.area.chain ?? [])
  const edition = state.editionNumber.value ?? 0
  return (
    <>
      <Chain chain={chain} here={area?.area.id ?? null} />
      {facility && <FacilityFacts facility={facility} />}
      {located && located.status !== 'placed' && <p class="empty">{located.reason || t('outsideWhy', { n: edition })}</p>}
      {building && (
        <section>
          <h3>{t('here')}</h3>
          <p class="strong">{[building.compound, building.number || building.name].filter(Boolean).join(' ') || term(building.use)}</p>
          <p class="note">{[building.address, term(building.use), building.floors && t('floors', { n: building.floors }),
            building.status === 'in_use' ? '' : term(building.status)].filter(Boolean).join(' · ')}</p>
        </section>
      )}
      {area && !facility && <AreaFacts detail={area} />}
      {area && !facility && <MembersOf area={area.area} />}
      <footer>
        {area && <Code code={area.area.code} />}
        {point && <p><span>{coordinates(point, 6)}</span><Button kind="quiet" icon={Copy} label={t('copy')} onClick={() => void copy(coordinates(point, 7))} /></p>}
        {located?.border_m != null && <p class="note">{t('toBorder', { n: count(located.border_m) })}</p>}
        <div class="row">
          {area && <Button icon={Scan} onClick={() => { state.going.value = { bbox: area.area.bbox } }}>{t('zoomTo')}</Button>}
          {area && state.config.value?.mode === 'live' && <ReportLink area={area.area.id} />}
          <Button icon={Link} onClick={() => void copy(location.href)}>{t('copyLink')}</Button>
        </div>
        <div class="row">
          {area && !facility && may('incidents.read') && <Button icon={ListTodo} onClick={() => filterByArea(area.area)}>{sayIncident('ofArea')}</Button>}
          {point && !facility && may('incidents.write') && <Button icon={MapPinPlus} onClick={() => startReport(point)}>{sayIncident('reportHere')}</Button>}
        </div>
      </footer>
    </>
  )
}

/** A link, so that it opens beside the map and can be saved. */
function ReportLink({ area }: { area: number }) {
  const address = withQuery(`/areas/${area}/report`, { edition: state.editionNumber.value, lang: lang.value })
  return <a class="button" href={address} target="_blank" rel="noopener" title={say('reportTip')}><Icon of={FileText} />{say('report')}</a>
}

/** From the top level down; the one shown is marked. */
function Chain({ chain, here }: { chain: readonly AreaRef[]; here: number | null }) {
  if (!chain.length) return null
  return (
    <nav aria-label={t('belongsTo')}>
      <ol class="chain">
        {chain.map((one) => (
          <li key={one.id}>
            <button type="button" aria-current={one.id === here} title={`${levelName(one.level)} ${one.code}`}
              onClick={() => state.pick({ area: one.id, point: state.picked.value?.point ?? null })}>{one.name || one.code}</button>
          </li>
        ))}
      </ol>
    </nav>
  )
}

function Code({ code }: { code: string }) {
  return (
    <p><span class="note">{t('code')}</span> <span class="number">{code}</span>
      <Button kind="quiet" icon={Copy} label={t('copy')} onClick={() => void copy(code)} /></p>
  )
}

function AreaFacts({ detail }: { detail: AreaDetail }) {
  const { area, facilities, nearest_facility: nearest, coverage } = detail
  const marks = marksOf((state.config.value?.facility_kinds ?? []).map(({ kind }) => kind))
  return (
    <>
      <section class="households">
        <h3>{t('householdsTitle')}</h3>
        <Households area={area} />
      </section>
      <dl class="facts">
        {area.children && <div><dt>{levelName(area.children.level)}</dt><dd>{count(area.children.count)}</dd></div>}
        {area.buildings !== null && <div><dt>{t('nBuildings')}</dt><dd>{count(area.buildings)}</dd></div>}
        <div><dt>{t('size')}</dt><dd>{surface(area.area_m2)}</dd></div>
      </dl>
      <section>
        <h3>{t('facilitiesInside')}</h3>
        {facilities.length ? (
          <ul class="inside">
            {facilities.map(({ kind, count: n }) => (
              <li key={kind}>{marks.has(kind) && <MarkSwatch mark={marks.get(kind)!} />}<span>{term(kind)}</span><span class="number">{count(n)}</span></li>
            ))}
          </ul>
        ) : <p class="note">{t('noFacilities')}</p>}
        {nearest && (
          <button type="button" class="goto" onClick={() => state.pick({ facility: nearest.id })}>
            {marks.has(nearest.kind) && <MarkSwatch mark={marks.get(nearest.kind)!} />}
            <span><small>{t('nearest')}</small>{nearest.name || term(nearest.kind)}</span>
            <span class="number">{distance(nearest.distance_m)}</span>
          </button>
        )}
      </section>
      {coverage.length > 0 && (
        <section>
          <h3><Term means={t('circlesTip')}>{t('coverage')}</Term></h3>
          <ul class="coverage">
            {coverage.map((one) => (
              <li key={one.minutes}>
                <span>{t('circleMinutes', { n: one.minutes })}</span>
                <span class="share"><i style={{ width: `${(one.share ?? 0) * 100}%`, background: CIRCLE[one.minutes] }} /></span>
                {one.share === null
                  ? <span class="number">{t('unknown')}</span>
                  : <span class="number" title={t('ofHouseholds', { share: percent(one.share), n: count(one.households) })}>{percent(one.share)}</span>}
              </li>
            ))}
          </ul>
          {coverage.some(({ method }) => method === 'disc') && <p class="note">{t('discNote')}</p>}
        </section>
      )}
    </>
  )
}

function Households({ area }: { area: AreaDetail['area'] }) {
  const { households, limit, over_by: over } = area
  if (households === null) return <p class="strong">{t('unknown')}</p>
  const floor = state.levels.value.find(({ key }) => key === area.level)?.household_floor ?? null
  return (
    <>
      <p class="figure">
        <strong>{count(households)}</strong>{limit !== null && <span> / {count(limit)}</span>} {t('households')}
        {limit !== null && ((over ?? 0) > 0
          ? <em class="over">{t('overBy', { n: count(over ?? 0) })}</em>
          : <em>{floor !== null && households < floor ? t('underBy', { n: count(floor) }) : t('leftOver', { n: count(limit - households) })}</em>)}
      </p>
      {limit !== null && <Bar value={households} limit={limit} />}
      {!area.households_complete && <p class="note">{t('incomplete')}</p>}
    </>
  )
}

function FacilityFacts({ facility }: { facility: Facility }) {
  const facts: [string, string][] = []
  if (facility.address) facts.push([t('address'), facility.address])
  if (facility.floor_area_m2 !== null) facts.push([t('floorArea'), t('areaM2', { n: count(facility.floor_area_m2) })])
  if (facility.state) facts.push([t('state'), term(facility.state)])
  return <dl class="facts">{facts.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>
}
