/** The one table of modes: the picker in the top bar and the panel on the left are built from it. */
import { FileUp, Layers as LayersIcon, ListTodo, Table2 } from 'lucide'
import type { IconNode } from 'lucide'
import type { ComponentType } from 'preact'
import { mayImport } from './imports/data'
import { Imports } from './imports/panel'
import { say as imports } from './imports/words'
import { Incidents } from './incidents/panel'
import { say as incidents } from './incidents/words'
import { Dashboard } from './panels/dashboard'
import { Layers } from './panels/layers'
import { may } from './session'
import * as state from './state'
import type { Mode } from './url'
import { said, t } from './words'

export interface ModeRow {
  mode: Mode
  /** Its word in the picker, and on the button of the folded panel. */
  name: () => string
  folded: () => string
  /** The heading of its panel. */
  title: () => string
  icon: IconNode
  /** Whether the picker offers it to whoever is signed in. */
  offered: () => boolean
  /** Whether the panel keeps the whole height. */
  tall: boolean
  Panel: ComponentType
}

const tableLevel = () => state.limitLevel.value ?? state.levels.value.at(1) ?? state.levels.value[0]

function Table() {
  const level = tableLevel()
  return level ? <Dashboard level={level} /> : null
}

export const MODES: readonly ModeRow[] = [
  { mode: 'view', name: () => t('modeView'), folded: () => t('unfold'), title: () => t('layers'), icon: LayersIcon,
    offered: () => true, tall: false, Panel: Layers },
  { mode: 'table', name: () => t('modeTable'), folded: () => t('modeTable'), icon: Table2, offered: () => true, tall: true, Panel: Table,
    title: () => { const level = tableLevel(); return level ? said(level.name) : t('modeTable') } },
  { mode: 'incidents', name: () => incidents('incidents'), folded: () => incidents('incidents'), title: () => incidents('incidents'), icon: ListTodo,
    offered: () => may('incidents.read'), tall: true, Panel: Incidents },
  { mode: 'imports', name: () => imports('imports'), folded: () => imports('imports'), title: () => imports('imports'), icon: FileUp,
    offered: mayImport, tall: true, Panel: Imports },
]

/** The mode that is on. */
export function modeRow(): ModeRow {
  return MODES.find(({ mode }) => mode === state.mode.value) ?? MODES[0]!
}
