/** Keys and words, behind "?". */
import { X } from 'lucide'
import { useEffect, useRef } from 'preact/hooks'
import { Button } from '../parts/button'
import * as state from '../state'
import { t } from '../words'
import type { Word } from '../words'

const KEYS: readonly [string, Word][] = [
  ['/', 'helpSlash'], ['← ↑ → ↓', 'helpArrows'], ['+  −', 'helpZoom'], ['Enter', 'helpEnter'], ['Esc', 'helpEsc'], ['?', 'helpHelp'],
]
const TERMS: readonly [Word, Word][] = [['edition', 'helpEdition'], ['circles', 'helpCircle'], ['householdsTitle', 'helpHatch']]

export function Help() {
  const dialog = useRef<HTMLDialogElement>(null)
  const open = state.helpOpen.value
  useEffect(() => {
    if (open) dialog.current?.showModal()
    else dialog.current?.close()
  }, [open])
  const close = (): void => { state.helpOpen.value = false }
  return (
    <dialog ref={dialog} class="dialog" aria-label={t('help')} onClose={close}
      onClick={(event) => { if (event.target === dialog.current) close() }}>
      <div class="panel-head"><h2>{t('help')}</h2><Button kind="quiet" icon={X} label={t('close')} onClick={close} /></div>
      <div class="dialog-body">
        <h3>{t('helpKeys')}</h3>
        <dl class="keys">{KEYS.map(([key, word]) => <div key={key}><dt><kbd>{key}</kbd></dt><dd>{t(word)}</dd></div>)}</dl>
        <h3>{t('helpWords')}</h3>
        <dl class="words">{TERMS.map(([word, means]) => <div key={word}><dt>{t(word)}</dt><dd>{t(means)}</dd></div>)}</dl>
        <p class="note">Wangge {state.config.value?.version}</p>
      </div>
    </dialog>
  )
}
