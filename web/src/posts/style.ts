/** Style layers of posts and branches: how many posts are vacant, and where no branch is. Pure. */
import type { ExpressionSpecification, LayerSpecification } from 'maplibre-gl'
import { HALO, NEAR, OVER } from '../map/colours'
import { BOLD } from '../map/ground'

export const POSTS = 'posts'
const metadata = { row: POSTS }
const from = { source: POSTS, metadata } as const
const gap: ExpressionSpecification = ['>', ['get', 'vacant'], 0]
const blind: ExpressionSpecification = ['get', 'blind']
/** Below the area's name: two badges side by side, one alone in the middle. */
const LEFT: [number, number] = [-11, 22]
const RIGHT: [number, number] = [11, 22]
const BELOW: [number, number] = [0, 22]
const both: ExpressionSpecification = ['all', gap, blind]
const onlyGap: ExpressionSpecification = ['all', gap, ['!', blind]]
const onlyBlind: ExpressionSpecification = ['all', ['!', gap], blind]
const round = { 'circle-radius': 9.5, 'circle-stroke-color': HALO, 'circle-stroke-width': 1.5 } as const
const words = { 'text-font': BOLD, 'text-size': 11, 'text-allow-overlap': true, 'text-ignore-placement': true } as const
const white = { 'text-color': HALO } as const

export function postLayers(): LayerSpecification[] {
  return [
    { id: 'posts-full', type: 'circle', ...from, filter: ['all', ['!', gap], ['!', blind]],
      paint: { 'circle-radius': 4, 'circle-color': '#7fa58f', 'circle-stroke-color': HALO, 'circle-stroke-width': 1, 'circle-translate': BELOW } },
    ...badge('vacant', both, LEFT), ...badge('vacant', onlyGap, BELOW),
    ...badge('blind', both, RIGHT), ...badge('blind', onlyBlind, BELOW),
  ]
}

/** A disc and what stands in it; where a layer is moved can't depend on the feature, so each place has its own. */
function badge(what: 'vacant' | 'blind', filter: ExpressionSpecification, at: [number, number]): LayerSpecification[] {
  const id = `posts-${what}${at === BELOW ? '-alone' : ''}`
  const field: ExpressionSpecification | string = what === 'vacant' ? ['to-string', ['get', 'vacant']] : '盲'
  return [
    { id, type: 'circle', ...from, filter, paint: { ...round, 'circle-color': what === 'vacant' ? NEAR : OVER, 'circle-translate': at } },
    { id: `${id}-mark`, type: 'symbol', ...from, filter, layout: { ...words, 'text-field': field }, paint: { ...white, 'text-translate': at } },
  ]
}
