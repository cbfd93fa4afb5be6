import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { useEscape } from '../escape'

interface Props {
  label: string
  onClose: () => void
  /** Clicks elsewhere leave it open: what is typed into it must not be lost. */
  stays?: boolean
  class?: string
  children: ComponentChildren
}

/** A small panel over the page, not a wall before it. Its first empty field takes the focus, which is given back. */
export function Popover({ label, onClose, stays = false, class: extra = '', children }: Props) {
  const box = useRef<HTMLDivElement>(null)
  useEscape(onClose)
  useEffect(() => {
    const before = document.activeElement
    const fields = [...(box.current?.querySelectorAll('input') ?? [])]
    const first = fields.find(({ value }) => value === '') ?? fields[0] ?? box.current?.querySelector('button')
    first?.focus()
    return () => { if (before instanceof HTMLElement && before.isConnected) before.focus() }
  }, [])
  useEffect(() => {
    if (stays) return
    const outside = (event: PointerEvent): void => {
      if (event.target instanceof Node && !box.current?.parentElement?.contains(event.target)) onClose()
    }
    addEventListener('pointerdown', outside)
    return () => removeEventListener('pointerdown', outside)
  }, [stays, onClose])
  return <div ref={box} class={`popover ${extra}`} role="dialog" aria-label={label}>{children}</div>
}
