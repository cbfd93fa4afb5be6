import { LogIn } from 'lucide'
import { Button } from '../parts/button'
import { askToSignIn, session } from '../session'
import { say } from './words'

/** In place of what a visitor, or this role, can't see: why, and the way in. */
export function Needed() {
  const signedIn = session.value.user !== null
  return (
    <div class="empty needed">
      <p>{say(signedIn ? 'notYours' : 'needed')}</p>
      {!signedIn && <Button kind="accent" icon={LogIn} onClick={() => void askToSignIn()}>{say('signIn')}</Button>}
    </div>
  )
}
