/** Legend samples, drawn from the same table as the map. */
import { useId } from 'preact/hooks'
import { GROUND } from '../map/colours'
import { RECIPES } from '../map/hatch'
import type { Pattern } from '../map/hatch'
import { outline } from '../map/marks'
import type { Mark } from '../map/marks'
import type { Swatch as Sample } from '../map/rows'

export function Swatch({ of }: { of: Sample }) {
  return (
    <svg class="swatch" width="28" height="16" viewBox="0 0 28 16" aria-hidden="true">
      {draw(of)}
    </svg>
  )
}

function draw(of: Sample) {
  switch (of.kind) {
    case 'line':
      return (
        <>
          {of.casing && <line x1="2" y1="8" x2="26" y2="8" stroke={of.casing} stroke-width={of.width + 3} stroke-linecap="round" />}
          <line x1="2" y1="8" x2="26" y2="8" stroke={of.colour} stroke-width={of.width} stroke-dasharray={of.dash} stroke-linecap={of.dash ? 'butt' : 'round'} />
        </>
      )
    case 'fill':
      return <rect x="3" y="2" width="22" height="12" rx="2" fill={of.colour} stroke={of.edge ?? of.colour} />
    case 'ramp':
      return of.colours.map((colour, i) => {
        const width = 24 / of.colours.length
        return <rect key={colour} x={2 + i * width} y="3" width={width + 0.2} height="10" fill={colour} />
      })
    case 'mark':
      return <path d={outline('circle', 5)} transform="translate(14 8)" fill="none" stroke="currentColor" stroke-width="1.6" />
    case 'badges':
      return of.colours.map((colour, i) => <circle key={colour} cx={8 + 12 * i} cy="8" r="5.5" fill={colour} />)
    case 'pattern':
      return <PatternSample pattern={of.pattern} />
  }
}

function PatternSample({ pattern }: { pattern: Pattern }) {
  const { size, colour, width, dots, back } = RECIPES[pattern]
  // One of its own: a pattern in a hidden part of the page fills nothing.
  const id = `swatch-${pattern}-${useId()}`
  return (
    <>
      <defs>
        <pattern id={id} width={size} height={size} patternUnits="userSpaceOnUse">
          {dots
            ? <><circle cx={size / 4} cy={size / 4} r={width} fill={colour} /><circle cx={(size * 3) / 4} cy={(size * 3) / 4} r={width} fill={colour} /></>
            : [-1, 0, 1].map((n) => <path key={n} d={`M${(n - 0.5) * size} ${size * 1.5}L${(n + 1.5) * size} ${-0.5 * size}`} stroke={colour} stroke-width={width} />)}
        </pattern>
      </defs>
      <rect x="2.5" y="1.5" width="23" height="13" rx="2" fill={back ?? GROUND} />
      <rect x="2.5" y="1.5" width="23" height="13" rx="2" fill={`url(#${id})`} stroke={colour} stroke-opacity="0.5" />
    </>
  )
}

/** A facility kind's mark as it is on the map. */
export function MarkSwatch({ mark, hollow = false }: { mark: Mark; hollow?: boolean }) {
  return (
    <svg class="mark" width="20" height="20" viewBox="-10 -10 20 20" aria-hidden="true">
      <path d={outline(mark.shape, 7.4)} fill={hollow ? '#fff' : mark.colour} stroke={mark.colour} stroke-width="1.4" stroke-linejoin="round" />
      <text y="3.4" text-anchor="middle" font-size="9.5" font-weight="600" fill={hollow ? mark.colour : '#fff'}>{mark.letter}</text>
    </svg>
  )
}
