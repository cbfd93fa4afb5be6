import type { ComponentChildren, InputHTMLAttributes, TargetedInputEvent } from 'preact'

interface Props {
  label: string
  value: string
  onText: (value: string) => void
  type?: 'text' | 'password' | 'datetime-local' | 'search'
  name?: string
  placeholder?: string
  /** What the browser may fill in. */
  autocomplete?: string
  /** The id of a list of suggestions. */
  list?: string
  required?: boolean
  autofocus?: boolean
  /** The id of the text that says what is wrong with it. */
  wrong?: string | undefined
  /** A remark below the field. */
  children?: ComponentChildren
}

/** One line to type into, its name above it. */
export function TextField({ label, value, onText, wrong, children, type = 'text', autocomplete = 'off', ...more }: Props) {
  const attributes = {
    type, autocomplete, ...more,
    ...(wrong ? { 'aria-invalid': true, 'aria-describedby': wrong } : {}),
  } as InputHTMLAttributes<HTMLInputElement>
  return (
    <label class="field">
      <span class="field-name">{label}</span>
      <input {...attributes} value={value} spellcheck={false} autocapitalize="none"
        onInput={(event: TargetedInputEvent<HTMLInputElement>) => onText(event.currentTarget.value)} />
      {children}
    </label>
  )
}
