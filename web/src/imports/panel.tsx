/** The panel of imports: files, what they hold, their columns, the check, the commit. */
import { FileUp, Trash2 } from 'lucide'
import { useRef } from 'preact/hooks'
import { useSignal } from '@preact/signals'
import { count } from '../format'
import { Button } from '../parts/button'
import { known } from '../session'
import { Needed } from '../signin/needed'
import { trouble as inWords } from '../toasts'
import { said } from '../words'
import { Columns } from './columns'
import { asksForCrs, Content } from './content'
import { kind, kinds, looking, mayImport, preview, report, startOver, take, trouble, upload, work } from './data'
import { Outcome } from './outcome'
import { Steps } from './steps'
import './imports.css'
import { say } from './words'

export function Imports() {
  if (!mayImport()) return known.value ? <div class="padded"><Needed /></div> : null
  const seen = preview.value
  return (
    <div class="imports">
      <div class="imports-body" aria-busy={looking.value || work.value !== null}>
        {upload.value?.files.length ? <Files /> : <Drop />}
        <Trouble />
        {seen && <Content seen={seen} />}
        {seen && seen.columns.length > 0 && <Columns seen={seen} />}
        {report.value && <Outcome report={report.value} />}
      </div>
      {seen && <Steps ready={kind.value !== null && seen.problem === null && seen.missing.length === 0} />}
    </div>
  )
}

/** Where files are dropped or chosen; before any is there, also the templates. */
function Drop() {
  const input = useRef<HTMLInputElement>(null)
  const over = useSignal(false)
  const given = (files: FileList | null | undefined): void => { void take([...(files ?? [])]) }
  return (
    <section>
      <div class={`drop ${over.value ? 'over' : ''}`}
        onDragOver={(event) => { event.preventDefault(); over.value = true }}
        onDragLeave={() => { over.value = false }}
        onDrop={(event) => { event.preventDefault(); over.value = false; given(event.dataTransfer?.files) }}>
        <p>{say('drop')}</p>
        <Button kind="accent" icon={FileUp} onClick={() => input.current?.click()}>{say('choose')}</Button>
        <input ref={input} class="unseen" type="file" multiple tabIndex={-1} aria-label={say('choose')}
          onChange={(event) => { given(event.currentTarget.files); event.currentTarget.value = '' }} />
        <p class="note">{say('accepted')}</p>
      </div>
      <Progress />
      <p class="note templates">{say('template')}{' '}
        {kinds.value.map((one) => <a key={one} href={`/templates/${one}.xlsx`} download>{say(one)}</a>)}
      </p>
    </section>
  )
}

function Files() {
  const now = upload.value!
  const main = now.files.find(({ name }) => /\.shp$/i.test(name)) ?? now.files[0]!
  const rest = now.files.length - 1
  return (
    <section class="files" onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => { event.preventDefault(); void take([...(event.dataTransfer?.files ?? [])]) }}>
      <FileUpIcon />
      <span class="files-name" title={now.files.map(({ name }) => name).join('\n')}>
        <strong>{main.name}</strong>
        <small>{rest > 0 && `+ ${now.files.filter((one) => one !== main).map(({ name }) => name.split('.').pop()).join(' ')} · `}
          {size(now.files.reduce((sum, { bytes }) => sum + bytes, 0))}
          {preview.value && preview.value.rows > 0 && ` · ${say('rowsRead', { n: count(preview.value.rows) })}`}</small>
      </span>
      <Button icon={Trash2} onClick={startOver}>{say('another')}</Button>
      <Progress />
    </section>
  )
}

function FileUpIcon() {
  return <span class="file-mark" aria-hidden="true">{(preview.value?.format ?? upload.value?.files[0]?.name.split('.').pop() ?? '').slice(0, 4)}</span>
}

/** Files on their way; the check and the commit show theirs at the foot. */
function Progress() {
  const now = work.value
  if (now?.what !== 'send') return null
  return <p class="note" role="status">{say('sending', { name: now.step })}</p>
}

/** What went wrong: of the request, else what the file lacks. */
function Trouble() {
  const seen = preview.value
  if (trouble.value) {
    const { title, what, code } = inWords(trouble.value)
    return <div class="problem" role="alert"><h3>{title}</h3><p>{what}</p><small>{code}</small></div>
  }
  // That nobody has named the system is said where it is chosen.
  if (!seen?.problem || asksForCrs(seen)) return null
  return <div class="problem" role="alert"><p>{said(seen.problem)}</p></div>
}

function size(bytes: number): string {
  if (bytes < 1024 * 1024) return `${count(Math.max(1, bytes / 1024))} KB`
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`
}
