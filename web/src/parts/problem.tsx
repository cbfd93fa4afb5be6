import { Problem } from '../api'
import { trouble } from '../toasts'
import { t } from '../words'
import { Button } from './button'

/** What happened, what to do, the code small below. Asking again helps with all but a right that is missing. */
export function ProblemNote({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { title, what, code } = trouble(error)
  return (
    <div class="problem" role="alert">
      <h3>{title}</h3>
      <p>{what}</p>
      {!(error instanceof Problem && error.status === 403) && <Button onClick={onRetry}>{t('retry')}</Button>}
      <small>{code}</small>
    </div>
  )
}
