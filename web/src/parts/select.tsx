interface Props {
  label: string
  value: string
  options: readonly { value: string; text: string }[]
  onChange: (value: string) => void
  /** The label is read aloud only. */
  bare?: boolean
  title?: string
}

/** The browser's own select: reachable by keyboard, right on phones. */
export function Select({ label, value, options, onChange, bare = false, title }: Props) {
  return (
    <label class="field" title={title}>
      {!bare && <span class="field-name">{label}</span>}
      <select value={value} aria-label={bare ? label : undefined} onChange={(event) => onChange(event.currentTarget.value)}>
        {options.map((option) => <option key={option.value} value={option.value}>{option.text}</option>)}
      </select>
    </label>
  )
}
