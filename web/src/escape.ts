/** What Esc closes: the last thing opened, one at a time. */
import { useEffect, useRef } from 'preact/hooks'

const open: (() => void)[] = []

/** Let Esc call this until the returned function is called. */
export function onEscape(close: () => void): () => void {
  open.push(close)
  return () => {
    const at = open.lastIndexOf(close)
    if (at >= 0) open.splice(at, 1)
  }
}

/** Close the last thing opened; false when there is none. */
export function escape(): boolean {
  const close = open.at(-1)
  close?.()
  return close !== undefined
}

/** Let Esc close a part while it is shown. */
export function useEscape(close: () => void): void {
  const latest = useRef(close)
  latest.current = close
  useEffect(() => onEscape(() => latest.current()), [])
}
