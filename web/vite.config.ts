import { defineConfig } from 'vitest/config'

const SERVED = ['/config.json', '/editions', '/tiles', '/locate', '/areas', '/facilities', '/buildings', '/search', '/hexes', '/incidents', '/session', '/levels', '/members', '/vacancies', '/layers']

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    outDir: '../api/static',
    emptyOutDir: true,
    sourcemap: false,
    // The map engine is one lazy chunk of 1.1 MB; the page itself stays small.
    chunkSizeWarningLimit: 1300,
    // data: URLs for fonts or images would hide what the page loads.
    assetsInlineLimit: 0,
  },
  // `npm run dev` beside a running `wangge serve`.
  server: { proxy: Object.fromEntries(SERVED.map((path) => [path, 'http://127.0.0.1:8000'])) },
  test: { include: ['tests/**/*.test.ts'] },
})
