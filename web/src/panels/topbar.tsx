/** The slim bar: product and town, edition, search, mode, language, help, user. On a phone: search, whose grid, menu. */
import { useSignal } from '@preact/signals'
import { CircleQuestionMark, LocateFixed, Menu, X } from 'lucide'
import { MODES } from '../modes'
import { Button } from '../parts/button'
import { Select } from '../parts/select'
import { PrintButton } from '../print/button'
import { UserButton } from '../signin/user'
import * as state from '../state'
import { lang, said, t } from '../words'
import { askHere } from '../whose'
import { Search } from './search'

export function TopBar() {
  const open = useSignal(false)
  if (state.phone.value) {
    return (
      <header class="topbar">
        <Search />
        <Button class="whose" kind="accent" icon={LocateFixed} onClick={askHere} label={t('whoseTip')}>{t('whose')}</Button>
        <UserButton />
        <Button icon={open.value ? X : Menu} kind="quiet" label={t('menu')} expanded={open.value} onClick={() => { open.value = !open.value }} />
        {open.value && (
          <nav class="menu" aria-label={t('menu')}>
            <Brand />
            <EditionPicker />
            <div class="menu-row" onClick={() => { open.value = false }}><ModePicker /></div>
            <div class="menu-row" onClick={() => { open.value = false }}><LanguageButton /><PrintButton /><HelpButton /></div>
          </nav>
        )}
      </header>
    )
  }
  return (
    <header class="topbar">
      <Brand />
      <EditionPicker />
      <Search />
      <Button class="whose" icon={LocateFixed} onClick={askHere} label={t('whoseTip')}>{t('whose')}</Button>
      <span class="space" />
      <ModePicker />
      <LanguageButton />
      <PrintButton />
      <HelpButton />
      <UserButton />
    </header>
  )
}

function Brand() {
  const town = state.config.value?.site.name
  return (
    <div class="brand">
      <img src="/favicon.svg" alt="" width="22" height="22" />
      <strong>{t('product')}</strong>
      {town && <span class="brand-town">{said(town)}</span>}
    </div>
  )
}

function EditionPicker() {
  const list = state.editions.value
  if (!list?.editions.length) return null
  const options = [...list.editions].sort((a, b) => b.number - a.number).map((one) => ({
    value: String(one.number),
    text: t('editionOption', { n: one.number, date: one.effective })
      + (one.number === list.current ? ` · ${t('editionCurrent')}` : ''),
  }))
  const shown = state.edition.value
  return (
    <div class="edition">
      <Select bare label={t('edition')} title={shown ? `${shown.title} — ${t('editionTip')}` : t('editionTip')}
        value={String(shown?.number ?? '')} options={options}
        onChange={(value) => { state.chosenEdition.value = Number(value) === list.current ? null : Number(value) }} />
    </div>
  )
}

function ModePicker() {
  const rows = MODES.filter((row) => row.offered() || row.mode === state.mode.value)
  return (
    <div class="segments" role="group" aria-label={t('mode')}>
      {rows.map(({ mode, name }) => (
        <button type="button" key={mode} aria-pressed={state.mode.value === mode}
          onClick={() => {
            state.mode.value = mode
            state.panelOpen.value = mode !== 'view' || !state.phone.value
          }}>{name()}</button>
      ))}
    </div>
  )
}

function LanguageButton() {
  return (
    <button type="button" class="button quiet" lang={lang.value === 'zh' ? 'en' : 'zh-CN'}
      onClick={() => { lang.value = lang.value === 'zh' ? 'en' : 'zh' }}>{t('otherLanguage')}</button>
  )
}

function HelpButton() {
  return (
    <Button icon={CircleQuestionMark} kind="quiet" label={`${t('help')} (?)`} pressed={state.helpOpen.value}
      onClick={() => { state.helpOpen.value = !state.helpOpen.value }} />
  )
}
