/** The one panel on the left: layers and legend, or the table; it folds away. */
import { Layers as LayersIcon, PanelLeftClose, Table2 } from 'lucide'
import { Button } from '../parts/button'
import * as state from '../state'
import { said, t } from '../words'
import { Dashboard } from './dashboard'
import { Layers } from './layers'

export function Side() {
  const table = state.mode.value === 'table'
  const level = state.limitLevel.value ?? state.levels.value.at(1) ?? state.levels.value[0]
  if (!state.panelOpen.value) {
    return (
      <div class="side-folded">
        <Button icon={table ? Table2 : LayersIcon} label={table ? t('modeTable') : t('layers')} expanded={false}
          onClick={() => { state.panelOpen.value = true }}>{table ? t('modeTable') : t('unfold')}</Button>
      </div>
    )
  }
  return (
    <aside class={`side ${table ? 'table' : ''}`} aria-label={table ? t('modeTable') : t('layers')}>
      <div class="panel-head">
        <h2>{table && level ? said(level.name) : t('layers')}</h2>
        <Button kind="quiet" icon={PanelLeftClose} label={t('fold')} expanded={true} onClick={() => { state.panelOpen.value = false }} />
      </div>
      {table && level ? <Dashboard level={level} /> : <Layers />}
    </aside>
  )
}
