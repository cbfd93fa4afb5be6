import type { IconNode } from 'lucide'
import type { ComponentChildren } from 'preact'
import { Icon } from './icon'

interface Props {
  onClick: () => void
  icon?: IconNode
  /** Shown as the tooltip, and read aloud when there is no text. */
  label?: string
  kind?: 'plain' | 'accent' | 'quiet'
  pressed?: boolean
  expanded?: boolean
  class?: string
  children?: ComponentChildren
}

/** A button with a verb, an icon, or both. */
export function Button({ onClick, icon, label, kind = 'plain', pressed, expanded, class: extra = '', children }: Props) {
  const only = children === undefined
  return (
    <button type="button" class={`button ${kind} ${only ? 'square' : ''} ${extra}`} onClick={onClick}
      title={label} aria-label={only ? label : undefined} aria-pressed={pressed} aria-expanded={expanded}>
      {icon && <Icon of={icon} />}
      {children}
    </button>
  )
}
