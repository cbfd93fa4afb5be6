/** Style layers of posts and branches: how many posts are vacant, and where no branch is. Pure. */
import type { ExpressionSpecification, LayerSpecification } from 'maplibre-gl'
import { HALO, NEAR, OVER } from '../map/colours'
import { BOLD } from '../map/ground'

export const POSTS = 'posts'
const metadata = { row: POSTS }
const from = { source: POSTS, metadata } as const
const gap: ExpressionSpecification = ['>', ['get', 'vacant'], 0]
const blind: ExpressionSpecification = ['get', 'blind']
/** Two badges side by side, below the area's name. */
const LEFT: [number, number] = [-11, 22]
const RIGHT: [number, number] = [11, 22]
const BELOW: [number, number] = [0, 22]
const round = { 'circle-radius': 9.5, 'circle-stroke-color': HALO, 'circle-stroke-width': 1.5 } as const
const words = { 'text-font': BOLD, 'text-size': 11, 'text-allow-overlap': true, 'text-ignore-placement': true } as const
const white = { 'text-color': HALO } as const

export function postLayers(): LayerSpecification[] {
  return [
    { id: 'posts-full', type: 'circle', ...from, filter: ['all', ['!', gap], ['!', blind]],
      paint: { 'circle-radius': 4, 'circle-color': '#7fa58f', 'circle-stroke-color': HALO, 'circle-stroke-width': 1, 'circle-translate': BELOW } },
    { id: 'posts-vacant', type: 'circle', ...from, filter: gap, paint: { ...round, 'circle-color': NEAR, 'circle-translate': LEFT } },
    { id: 'posts-vacant-number', type: 'symbol', ...from, filter: gap,
      layout: { ...words, 'text-field': ['to-string', ['get', 'vacant']] }, paint: { ...white, 'text-translate': LEFT } },
    { id: 'posts-blind', type: 'circle', ...from, filter: blind, paint: { ...round, 'circle-color': OVER, 'circle-translate': RIGHT } },
    { id: 'posts-blind-mark', type: 'symbol', ...from, filter: blind,
      layout: { ...words, 'text-field': '盲' }, paint: { ...white, 'text-translate': RIGHT } },
  ]
}
