import type { ComponentChildren } from 'preact'

/** A word of the trade with its meaning on hover, focus or tap. */
export function Term({ means, children }: { means: string; children: ComponentChildren }) {
  return (
    <span class="term" tabIndex={0} data-means={means} aria-description={means}>{children}</span>
  )
}
