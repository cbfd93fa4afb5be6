/** Who is signed in, and what they may. Signing in and out is in `signin/actions.ts`. */
import { effect, signal } from '@preact/signals'
import { get, Problem } from './api'
import type { AreaRef } from './api'
import { config } from './state'

export type Role = 'viewer' | 'system' | 'worker' | 'planner' | 'steward' | 'admin'
export type Right =
  | 'map' | 'counts' | 'ask' | 'incidents.read' | 'incidents.write' | 'staff.read' | 'members.read' | 'members.forget'
  | 'import.lines' | 'import.registers' | 'import.people' | 'publish' | 'admin'

export interface HeldRole { role: Role; area: AreaRef | null }
export interface User { name: string; display: string; roles: HeldRole[]; rights: Right[] }
export interface Session { user: User | null; demo: boolean; csrf: string | null }

export const NOBODY: Session = { user: null, demo: false, csrf: null }
const VISITORS: ReadonlySet<Right> = new Set(['map', 'counts'])

export const session = signal<Session>(NOBODY)
/** False until the service has said who this is: nothing may be claimed missing before. */
export const known = signal(false)
/** The service no longer knows this browser. The page keeps what is open and typed. */
export const lost = signal(false)
/** The sign-in card is open. */
export const asking = signal(false)

/** Whether the page offers what a right is for; the service decides again, area by area. */
export function may(right: Right): boolean {
  const user = session.value.user
  return user ? user.rights.includes(right) : VISITORS.has(right)
}

/** The token that every writing request carries. */
export function csrf(): string | null {
  return session.peek().csrf
}

export function take(answer: Session): void {
  session.value = answer
  known.value = true
  lost.value = false
}

export async function loadSession(): Promise<void> {
  const before = session.peek().user
  const answer = await get<Session>('/session')
  // Whoever was signed in a moment ago keeps the page as it is until they sign in again.
  if (before && !answer.user) lost.value = true
  else take(answer)
}

/** Whether an error only says that the session has ended; the page says so in the top bar. */
export function hasEnded(error: unknown): boolean {
  if (!(error instanceof Problem) || error.status !== 401) return false
  if (session.peek().user) lost.value = true
  return true
}

const waiting: ((signedIn: boolean) => void)[] = []

/** Open the sign-in card and wait for it: true once signed in, false when it was closed. */
export function askToSignIn(): Promise<boolean> {
  if (session.peek().user && !session.peek().demo) lost.value = true
  asking.value = true
  return new Promise((answer) => { waiting.push(answer) })
}

/** Close the card and tell those who wait whether somebody signed in. */
export function settle(signedIn: boolean): void {
  asking.value = false
  for (const answer of waiting.splice(0)) answer(signedIn)
}

const STALE_MS = 5 * 60_000

/** Ask once the service says that it has accounts, and again when the page is come back to. Called once. */
export function followSession(): void {
  let asked = 0
  const ask = (): void => {
    asked = Date.now()
    // Without an answer the page goes on as a visitor's; the next request says what is wrong.
    loadSession().catch(() => { known.value = true })
  }
  effect(() => {
    if (config.value?.signs_in) ask()
    else if (config.value) known.value = true
  })
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden && config.peek()?.signs_in && Date.now() - asked > STALE_MS) ask()
  })
}
