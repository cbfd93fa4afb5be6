/** The foot of the panel: check, then commit, with their progress. */
import { CircleCheck, Upload } from 'lucide'
import { count, percent } from '../format'
import { Button } from '../parts/button'
import { Icon } from '../parts/icon'
import { chosenSince, form, report, run, startOver, work } from './data'
import type { Report } from './wire'
import { say } from './words'

export function Steps({ ready }: { ready: boolean }) {
  const now = work.value
  if (now && now.what !== 'send') {
    return (
      <div class="import-steps" role="status">
        <div class="import-progress">
          <progress value={now.share || undefined} max={1} aria-label={say(now.what === 'check' ? 'checking' : 'committing')} />
          <span class="note">{say(now.what === 'check' ? 'checking' : 'committing')}{now.share > 0 && ` ${percent(now.share)}`}</span>
        </div>
        {now.what === 'check' && <Button onClick={() => now.stop.abort()}>{say('cancel')}</Button>}
      </div>
    )
  }
  const told = report.value
  if (told?.committed) {
    return (
      <footer class="import-steps">
        <p class="done"><Icon of={CircleCheck} />{told.kind === 'areas' ? say('doneLines') : say('done')}</p>
        <Button kind="accent" icon={Upload} onClick={startOver}>{say('again')}</Button>
      </footer>
    )
  }
  const source = form.value.source?.trim() !== ''
  return (
    <footer class="import-steps">
      {told ? <Consequence told={told} /> : <p class="note">{say('checkWhy')}</p>}
      <div class="row">
        <button type="button" class={`button ${told && !chosenSince.value ? '' : 'accent'}`} disabled={!ready || !source} onClick={() => void run('check')}>
          {say(told ? 'checkAgain' : 'check')}
        </button>
        {told && <CommitButton told={told} />}
      </div>
    </footer>
  )
}

const changes = (told: Report): number => told.new + told.updated
const blocked = (told: Report): boolean => chosenSince.value || told.reject_count > 0 && !form.value.skip

function Consequence({ told }: { told: Report }) {
  if (chosenSince.value) return <p class="note">{say('homesChosen')}</p>
  if (blocked(told)) return <p class="note">{say('mendFirst')}</p>
  if (!changes(told)) return <p class="note">{say('nothingNew')}</p>
  const facts = { new: count(told.new), updated: count(told.updated), unchanged: count(told.unchanged) }
  const people = ['incidents', 'members', 'positions', 'branches'].includes(told.kind)
  const word = told.kind === 'areas' ? 'consequenceLines' : people ? 'consequencePeople' : 'consequence'
  return <p class="note">{say(word, facts)}{told.reject_count > 0 && ` ${say('skipped', { n: count(told.reject_count) })}`}</p>
}

function CommitButton({ told }: { told: Report }) {
  return (
    <button type="button" class="button accent" disabled={blocked(told) || !changes(told)} onClick={() => void run('commit')}>
      {say('commit', { n: count(changes(told)) })}
    </button>
  )
}
