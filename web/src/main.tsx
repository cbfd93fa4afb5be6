import { render } from 'preact'
import './css/base.css'
import './css/parts.css'
import './css/layout.css'
import './css/work.css'
import { App } from './app'
import { followPick } from './card'
import { followHexes } from './hexdata'
import { followIncidents } from './incidents/data'
import { followPlacing } from './incidents/place'
import { followPosts } from './posts/data'
import { followSession } from './session'
import { mapFailed, start } from './state'

mapFailed.value = document.createElement('canvas').getContext('webgl2') === null
// The map engine loads while the first answers are on their way.
if (!mapFailed.value) void import('./map/map')

let following = false
async function begin(): Promise<void> {
  await start()
  if (following) return
  following = true
  followPick()
  followHexes()
  followSession()
  followIncidents()
  followPlacing()
  followPosts()
}

render(<App begin={begin} />, document.getElementById('app')!)
