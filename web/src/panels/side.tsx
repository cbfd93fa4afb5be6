/** The one panel on the left: its content follows the mode; it folds away. */
import { PanelLeftClose } from 'lucide'
import { modeRow } from '../modes'
import { Button } from '../parts/button'
import * as state from '../state'
import { t } from '../words'

export function Side() {
  const { mode, icon, folded, name, title, tall, Panel } = modeRow()
  if (!state.panelOpen.value) {
    return (
      <div class="side-folded">
        <Button icon={icon} label={mode === 'view' ? title() : name()} expanded={false}
          onClick={() => { state.panelOpen.value = true }}>{folded()}</Button>
      </div>
    )
  }
  return (
    <aside class={`side ${tall ? 'table' : ''}`} aria-label={mode === 'view' ? title() : name()}>
      <div class="panel-head">
        <h2>{title()}</h2>
        <Button kind="quiet" icon={PanelLeftClose} label={t('fold')} expanded={true} onClick={() => { state.panelOpen.value = false }} />
      </div>
      <Panel key={mode} />
    </aside>
  )
}
