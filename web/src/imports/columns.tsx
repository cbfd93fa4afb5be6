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
  const own = Object.values(form.value.columns).includes(of.heading)
  // A heading that is taken by its name stays taken until another one is chosen for the same column.
  const none = of.canonical === null || own ? [{ value: '', text: say('unused') }] : []
  const options = [...none, ...fields.map((field) => ({ value: field.name, text: title(field) + (field.required ? ' *' : '') }))]
  return (
    <div class={`columns-row ${of.canonical === null ? 'unused' : ''}`} role="row">
      <span role="cell" class="columns-heading" title={of.heading}>{of.heading}</span>
      <span role="cell">
        {fields.length > 0 && (
          <select aria-label={`${of.heading} → ${say('meaning')}`} value={of.canonical ?? ''} onChange={(event) => choose(of.heading, event.currentTarget.value)}>
            {options.map(({ value, text }) => <option key={value} value={value}>{text}</option>)}
          </select>
        )}
      </span>
      <span role="cell" class="columns-samples">{of.samples.map((text, at) => <span key={at} title={text}>{text}</span>)}</span>
    </div>
  )
}

function choose(heading: string, name: string): void {
  const kept = Object.entries(form.peek().columns).filter(([column, taken]) => column !== name && taken !== heading)
  change({ columns: Object.fromEntries(name ? [...kept, [name, heading]] : kept) })
}

const title = ({ name, zh }: Field): string => (lang.value === 'zh' ? zh : name.replaceAll('_', ' '))
