/** The report of a check or a commit: figures, rejected rows, findings, notes. */
import { Download, MapPin } from 'lucide'
import { useEffect, useRef } from 'preact/hooks'
import { count } from '../format'
import { Button } from '../parts/button'
import { Icon } from '../parts/icon'
import { lang, said } from '../words'
import { Check } from './content'
import { change, form, goTo, preview } from './data'
import type { Finding, Reject, Report } from './wire'
import { say } from './words'

const SHOWN = 50

export function Outcome({ report }: { report: Report }) {
  const top = useRef<HTMLElement>(null)
  useEffect(() => { top.current?.scrollIntoView({ block: 'start' }) }, [report])
  return (
    <section ref={top} class="outcome" aria-label={say('report')}>
      <h3>{say(report.committed ? 'done' : 'report')}</h3>
      <Figures report={report} />
      {report.reject_count > 0 && <Rejects report={report} />}
      {report.findings.length > 0 && <Findings report={report} />}
      {report.notes.length > 0 && (
        <details open={report.notes.some(({ severity }) => severity === 'warning')}>
          <summary>{say('notes')}（{report.notes.length}）</summary>
          <ul class="notes">{report.notes.map((note, at) => <li key={at} class={note.severity}>{said(note)}</li>)}</ul>
        </details>
      )}
    </section>
  )
}

function Figures({ report }: { report: Report }) {
  const figures: [string, number | null, boolean][] = [
    [say('fRead'), report.rows_read, false], [say('fNew'), report.new, false], [say('fUpdated'), report.updated, false], [say('fUnchanged'), report.unchanged, false],
    [say('fPlaced'), report.placed, false], [say('fOutside'), report.outside, false], [say('fRejected'), report.reject_count, report.reject_count > 0],
  ]
  return (
    <dl class="import-figures">
      {figures.map(([name, n, bad]) => n !== null && <div key={name} class={bad ? 'over' : ''}><dt>{name}</dt><dd>{count(n)}</dd></div>)}
    </dl>
  )
}

function Rejects({ report }: { report: Report }) {
  const shown = report.rejects.slice(0, SHOWN)
  return (
    <div class="rejects">
      <h3>{say('rejects')}</h3>
      <div class="rejects-table">
        <table aria-label={say('rejects')}>
          <thead><tr><th>{say('row')}</th><th>{say('field')}</th><th>{say('reason')}</th></tr></thead>
          <tbody>{shown.map((one, at) => <RejectRow key={at} of={one} />)}</tbody>
        </table>
      </div>
      {report.rejects.length > SHOWN && <p class="note">{say('moreRejects', { n: SHOWN })}</p>}
      <a class="button" href={`/imports/${report.id}/rejects?format=xlsx`} download><Icon of={Download} />{say('download')}</a>
      {!report.committed && <Check on={form.value.skip} onChange={(skip) => change({ skip })}>{say('skip', { n: count(report.reject_count) })}</Check>}
    </div>
  )
}

function RejectRow({ of }: { of: Reject }) {
  return (
    <tr>
      <td class="number">{of.row}</td>
      <td>{fieldName(of.field)}{of.value && <small title={of.value}>{of.value}</small>}</td>
      <td>{said(of)}<small>{of.candidates.length ? null : remedy(of)}</small>{of.candidates.length > 0 && <Home of={of} />}</td>
    </tr>
  )
}

/** Which building the address of a row means; kept for the next roster. */
function Home({ of }: { of: Reject }) {
  const homes = form.value.homes
  return (
    <select aria-label={say('homeOf', { row: of.row })} value={homes[of.row] ?? ''} onChange={(event) => {
      const { [of.row]: _, ...others } = homes
      const id = Number(event.currentTarget.value)
      change({ homes: id ? { ...others, [of.row]: id } : others })
    }}>
      <option value="">{say('homeChoose')}</option>
      {of.candidates.map(({ id, key, name }) => <option key={id} value={id}>{name}（{key}）</option>)}
    </select>
  )
}

function Findings({ report }: { report: Report }) {
  return (
    <div class="findings">
      <h3>{say('findings')}（{count(report.finding_count)}）</h3>
      <ul>
        {report.findings.slice(0, SHOWN).map((one, at) => (
          <li key={at} class={one.severity}>
            <span><i aria-hidden="true">{one.severity === 'error' ? '✕' : one.severity === 'warning' ? '▲' : '·'}</i> {said(one)}<small>{remedy(one)}</small></span>
            {one.lon !== null && one.lat !== null && <Button kind="quiet" icon={MapPin} label={say('goTo')} onClick={() => goTo(one.lon!, one.lat!)} />}
          </li>
        ))}
      </ul>
      {report.finding_count > SHOWN && <p class="note">{say('moreFindings', { n: count(report.finding_count - SHOWN) })}</p>}
    </div>
  )
}

/** A column by the name that the page gives it; the shape has no column of its own. */
function fieldName(name: string): string {
  if (name === 'geometry') return say('shape')
  const field = preview.value?.fields.find((one) => one.name === name)
  return field && lang.value === 'zh' ? field.zh : name.replaceAll('_', ' ')
}

const remedy = (of: Reject | Finding): string => (lang.value === 'zh' ? of.remedy_zh : of.remedy_en)
