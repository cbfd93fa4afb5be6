/** On the first visit: three things to try, each with its button. Gone for good once dismissed. */
import { signal } from '@preact/signals'
import { X } from 'lucide'
import { Button } from '../parts/button'
import * as state from '../state'
import { t } from '../words'

const SEEN = 'wangge.seen'
const seen = signal(localStorage.getItem(SEEN) !== null)

export function dismissWelcome(): boolean {
  if (seen.value) return false
  seen.value = true
  localStorage.setItem(SEEN, new Date().toISOString())
  return true
}

export function Welcome() {
  if (seen.value || state.mode.value !== 'view' || state.picked.value || state.helpOpen.value) return null
  const center = state.config.value?.site.center
  const steps = [
    { title: t('tryClick'), why: t('tryClickWhy'), act: () => { if (center) state.pick({ point: center }) } },
    ...(state.limitLevel.value ? [{ title: t('tryOver'), why: t('tryOverWhy'), act: () => { state.mode.value = 'table'; state.panelOpen.value = true } }] : []),
    { title: t('tryCircles'), why: t('tryCirclesWhy'), act: () => { state.minutes.value = new Set([10]) } },
  ]
  return (
    <aside class="card welcome" aria-label={t('tryTitle')}>
      <div class="panel-head">
        <div class="card-title"><h2>{t('tryTitle')}</h2></div>
        <Button kind="quiet" icon={X} label={`${t('close')} (Esc)`} onClick={dismissWelcome} />
      </div>
      <ol class="tries">
        {steps.map(({ title, why, act }) => (
          <li key={title}><button type="button" onClick={() => { act(); dismissWelcome() }}><strong>{title}</strong><span>{why}</span></button></li>
        ))}
      </ol>
    </aside>
  )
}
