import type { ComponentChildren } from 'preact'

interface Props {
  on: boolean
  onChange: () => void
  swatch?: ComponentChildren
  /** A quiet remark behind the name. */
  note?: string | undefined
  children: ComponentChildren
}

/** A row that can be switched: swatch, name, remark, switch. */
export function Toggle({ on, onChange, swatch, note, children }: Props) {
  return (
    <label class="toggle">
      {swatch}
      <span class="toggle-name">{children}</span>
      {note && <span class="note">{note}</span>}
      <input type="checkbox" role="switch" checked={on} onChange={onChange} />
    </label>
  )
}
