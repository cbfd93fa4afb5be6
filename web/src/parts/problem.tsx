import { trouble } from '../toasts'
import { t } from '../words'
import { Button } from './button'

/** What happened, what to do, the code small below. */
export function ProblemNote({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { title, what, code } = trouble(error)
  return (
    <div class="problem" role="alert">
      <h3>{title}</h3>
      <p>{what}</p>
      <Button onClick={onRetry}>{t('retry')}</Button>
      <small>{code}</small>
    </div>
  )
}
