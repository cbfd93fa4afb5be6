/** The ways in and out. */
import { send } from '../send'
import { loadSession, NOBODY, settle, take } from '../session'
import type { Session } from '../session'

export async function signIn(name: string, password: string): Promise<void> {
  take(await send<Session>('POST', '/session', { name, password }, { signsIn: true }))
  settle(true)
}

export async function signOut(): Promise<void> {
  await send('DELETE', '/session', undefined, { signsIn: true })
  take(NOBODY)
}

export async function changePassword(old: string, next: string): Promise<void> {
  await send('PUT', '/session/password', { old, new: next })
  // All other sessions have ended; this one goes on with a new token.
  await loadSession()
}
