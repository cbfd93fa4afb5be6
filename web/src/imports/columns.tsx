/** Headings and what they are taken for, with a few cells of each. */
import { lang } from '../words'
import { change, form } from './data'
import type { ColumnSeen, Field, Preview } from './wire'
import { say } from './words'

export function Columns({ seen }: { seen: Preview }) {
  const missing = seen.fields.filter(({ name }) => seen.missing.includes(name))
  return (
    <section>
      <h3>{say('columns')}</h3>
      {missing.length > 0 && <p class="missing" role="alert">{say('missing', { names: missing.map(title).join('、') })}</p>}
      <div class="columns" role="table" aria-label={say('columns')}>
        <div class="columns-row head" role="row">
          {(['heading', 'meaning', 'samples'] as const).map((word) => <span role="columnheader" key={word}>{say(word)}</span>)}
        </div>
        {seen.columns.map((one) => <Row key={one.heading} of={one} fields={seen.fields} />)}
      </div>
    </section>
  )
}

function Row({ of, fields }: { of: ColumnSeen; fields: readonly Field[] }) {
  const options = [{ value: '', text: say('unused') }, ...fields.map((field) => ({ value: field.name, text: title(field) + (field.required ? ' *' : '') }))]
  return (
    <div class={`columns-row ${of.canonical === null ? 'unused' : ''}`} role="row">
      <span role="cell" class="columns-heading" title={of.heading}>{of.heading}</span>
      <span role="cell">
        {fields.length > 0 && (
          <select aria-label={`${of.heading} → ${say('meaning')}`} value={of.canonical ?? ''} onChange={(event) => choose(of, event.currentTarget.value)}>
            {options.map(({ value, text }) => <option key={value} value={value}>{text}</option>)}
          </select>
        )}
      </span>
      <span role="cell" class="columns-samples">{of.samples.map((text, at) => <span key={at} title={text}>{text}</span>)}</span>
    </div>
  )
}

/** A column with no heading is left out, though one goes by its name. */
function choose({ heading, canonical }: ColumnSeen, name: string): void {
  const chosen = form.peek().columns
  const kept = Object.entries(chosen).filter(([column, taken]) => column !== name && taken !== heading)
  const byName = canonical !== null && chosen[canonical] !== heading
  const said: [string, string][] = name ? [[name, heading]] : byName ? [[canonical, '']] : []
  change({ columns: Object.fromEntries([...kept, ...said]) })
}

const title = ({ name, zh }: Field): string => (lang.value === 'zh' ? zh : name.replaceAll('_', ' '))
