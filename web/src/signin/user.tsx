/** Who is signed in, at the end of the top bar: the way in, the account and its roles, the way out. */
import { useSignal } from '@preact/signals'
import { CircleUserRound, LogIn } from 'lucide'
import { Button } from '../parts/button'
import { Popover } from '../parts/popover'
import { TextField } from '../parts/textfield'
import { asking, askToSignIn, lost, session } from '../session'
import type { HeldRole, User } from '../session'
import * as state from '../state'
import { toast, trouble } from '../toasts'
import { changePassword, signOut } from './actions'
import { SignIn } from './signin'
import { say } from './words'

export function UserButton() {
  const open = useSignal(false)
  const { user, demo } = session.value
  if (!state.config.value?.signs_in) return null
  const close = (): void => { open.value = false }
  return (
    <div class="user">
      {user && !lost.value
        ? <Button kind="quiet" icon={CircleUserRound} label={say('account')} expanded={open.value} onClick={() => { open.value = !open.value }}>
            <span class="user-name">{user.display}</span>
          </Button>
        : <Button kind={lost.value ? 'accent' : 'plain'} icon={LogIn} expanded={asking.value} onClick={() => void askToSignIn()}>
            {say(lost.value ? 'signInAgain' : 'signIn')}
          </Button>}
      {asking.value && <SignIn />}
      {open.value && user && !asking.value && (
        <Popover label={say('account')} onClose={close}><Account user={user} demo={demo} onClose={close} /></Popover>
      )}
    </div>
  )
}

export const roleText = ({ role, area }: HeldRole): string => `${say(role)} · ${area ? area.name || area.code || say('areaGone') : say('wholeTown')}`

function Account({ user, demo, onClose }: { user: User; demo: boolean; onClose: () => void }) {
  const changing = useSignal(false)
  const leave = (): void => {
    signOut().then(() => { onClose(); toast(say('signedOut')) }, (error: unknown) => toast(trouble(error).what))
  }
  return (
    <div class="account">
      <p><strong>{user.display}</strong>{user.name !== user.display && <span class="note"> {user.name}</span>}</p>
      {demo && <p class="hint">{say('demo', { roles: user.roles.map(({ role }) => say(role)).join(say('and')) })}</p>}
      <h3>{say('roles')}</h3>
      <ul class="roles">{user.roles.map((held) => <li key={roleText(held)}>{roleText(held)}</li>)}</ul>
      {changing.value
        ? <Password onDone={() => { changing.value = false }} />
        : (
          <div class="row">
            {demo
              ? <Button onClick={() => { onClose(); void askToSignIn() }}>{say('signInAs')}</Button>
              : <><Button onClick={() => { changing.value = true }}>{say('changePassword')}</Button><Button onClick={leave}>{say('signOut')}</Button></>}
          </div>
        )}
    </div>
  )
}

function Password({ onDone }: { onDone: () => void }) {
  const [old, next, shown, wrong] = [useSignal(''), useSignal(''), useSignal(false), useSignal('')]
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    wrong.value = ''
    try {
      await changePassword(old.value, next.value)
      toast(say('passwordSaved'))
      onDone()
    } catch (error) {
      wrong.value = trouble(error).what
    }
  }
  const type = shown.value ? 'text' : 'password'
  return (
    <form onSubmit={(event) => void submit(event)}>
      <TextField label={say('oldPassword')} value={old.value} type={type} autocomplete="current-password" required autofocus
        onText={(text) => { old.value = text }} />
      <TextField label={say('newPassword')} value={next.value} type={type} autocomplete="new-password" required
        onText={(text) => { next.value = text }}><small>{say('newHint')}</small></TextField>
      <label class="check"><input type="checkbox" checked={shown.value} onChange={() => { shown.value = !shown.value }} />{say('show')}</label>
      <p class="wrong" role="alert">{wrong.value}</p>
      <div class="row"><button type="submit" class="button accent">{say('save')}</button><Button onClick={onDone}>{say('cancel')}</Button></div>
    </form>
  )
}
