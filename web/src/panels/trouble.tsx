/** Whole pages for what keeps the map from showing. */
import { ProblemNote } from '../parts/problem'
import { t } from '../words'

/** No WebGL 2: say what to do; search and the card still work. */
export function NoMap() {
  return (
    <main class="page">
      <h1>{t('noWebglTitle')}</h1>
      <p>{t('noWebglWhat')}</p>
      <ol><li>{t('noWebgl1')}</li><li>{t('noWebgl2')}</li><li>{t('noWebgl3')}</li></ol>
      <p>{t('noWebglStill')}</p>
    </main>
  )
}

export function NoEdition() {
  return <main class="page"><h1>{t('noEditionTitle')}</h1><p>{t('noEditionWhat')}</p></main>
}

export function NoStart({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  return <main class="page"><ProblemNote error={error} onRetry={onRetry} /></main>
}
