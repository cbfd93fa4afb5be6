/** The sign-in card: calm, beside the map, never before it. */
import { useSignal } from '@preact/signals'
import { X } from 'lucide'
import { Button } from '../parts/button'
import { Popover } from '../parts/popover'
import { TextField } from '../parts/textfield'
import { lost, session, settle } from '../session'
import { trouble } from '../toasts'
import { t } from '../words'
import { signIn } from './actions'
import { say } from './words'

export function SignIn() {
  const name = useSignal(session.peek().user?.name ?? '')
  const password = useSignal('')
  const shown = useSignal(false)
  const wrong = useSignal('')
  const busy = useSignal(false)

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    if (busy.value) return
    busy.value = true
    wrong.value = ''
    try {
      await signIn(name.value.trim(), password.value)
    } catch (error) {
      wrong.value = trouble(error).what
      password.value = ''
    } finally {
      busy.value = false
    }
  }
  return (
    <Popover label={say('signIn')} class="signin" stays onClose={() => settle(false)}>
      <div class="panel-head">
        <h2>{say(lost.value ? 'signInAgain' : 'signIn')}</h2>
        <Button kind="quiet" icon={X} label={`${t('close')} (Esc)`} onClick={() => settle(false)} />
      </div>
      <form onSubmit={(event) => void submit(event)}>
        <p class={lost.value ? 'hint' : 'note'}>{say(lost.value ? 'lostWhy' : 'signInWhy')}</p>
        <TextField label={say('name')} value={name.value} name="username" autocomplete="username"
          required onText={(text) => { name.value = text }} />
        <TextField label={say('password')} value={password.value} type={shown.value ? 'text' : 'password'} name="password"
          autocomplete="current-password" required wrong={wrong.value ? 'signin-wrong' : undefined}
          onText={(text) => { password.value = text }} />
        <label class="check"><input type="checkbox" checked={shown.value} onChange={() => { shown.value = !shown.value }} />{say('show')}</label>
        <p id="signin-wrong" class="wrong" role="alert">{wrong.value}</p>
        <button type="submit" class="button accent" disabled={busy.value}>{say('signIn')}</button>
      </form>
    </Popover>
  )
}
