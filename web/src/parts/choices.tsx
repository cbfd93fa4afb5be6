interface Props<T extends string | number> {
  label: string
  options: readonly { value: T; text: string }[]
  chosen: ReadonlySet<T>
  onToggle: (value: T) => void
}

/** A small row of buttons of which several, one or none are pressed. */
export function Choices<T extends string | number>({ label, options, chosen, onToggle }: Props<T>) {
  return (
    <div class="choices" role="group" aria-label={label}>
      {options.map(({ value, text }) => (
        <button type="button" key={value} aria-pressed={chosen.has(value)} onClick={() => onToggle(value)}>{text}</button>
      ))}
    </div>
  )
}
