/** Requests that write: with the token of this session, and repeated once after signing in again. */
import { ask, Problem } from './api'
import { askToSignIn, csrf, loadSession } from './session'

export type Method = 'POST' | 'PUT' | 'DELETE'
export interface How {
  accept?: string
  abort?: AbortSignal
  /** Signing in and out: a 401 is an answer to it, not a reason to ask. */
  signsIn?: boolean
}

/** The answer as it comes, for streams and files; throws a Problem unless it is a 2xx. */
export async function request(method: Method, path: string, body?: unknown, how: How = {}): Promise<Response> {
  const once = (): Promise<Response> => ask(path, {
    method,
    headers: { ...headersOf(body), ...(how.accept ? { Accept: how.accept } : {}), ...tokenHeader() },
    ...(body === undefined ? {} : { body: isRaw(body) ? body : JSON.stringify(body) }),
    signal: how.abort ?? null,
  })
  try {
    return await once()
  } catch (error) {
    if (!(error instanceof Problem) || !(await mended(error, how))) throw error
    return once()
  }
}

/** Send JSON (or a file as it is) and read the JSON answer; undefined for 204. */
export async function send<T = void>(method: Method, path: string, body?: unknown, how: How = {}): Promise<T> {
  const answer = await request(method, path, body, how)
  return (answer.status === 204 ? undefined : await answer.json()) as T
}

/** Whether trying again may help: signed in again, or the token of another tab's session fetched. */
async function mended(problem: Problem, { signsIn = false }: How): Promise<boolean> {
  if (problem.status === 401 && !signsIn) return askToSignIn()
  if (problem.code !== 'csrf') return false
  await loadSession()
  return true
}

function tokenHeader(): Record<string, string> {
  const token = csrf()
  return token ? { 'X-CSRF-Token': token } : {}
}

const isRaw = (body: unknown): body is Blob | ArrayBuffer => body instanceof Blob || body instanceof ArrayBuffer

function headersOf(body: unknown): Record<string, string> {
  if (body === undefined) return {}
  return { 'Content-Type': isRaw(body) ? 'application/octet-stream' : 'application/json' }
}
