import { expect, test } from 'vitest'
import { WORDS } from '../src/imports/words'

test('the words of the imports are said in both languages, with the same facts', () => {
  const facts = (text: string): string => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!).sort().join()
  const uneven = Object.entries(WORDS).filter(([, [zh, en]]) => !zh.trim() || !en.trim() || facts(zh) !== facts(en))
  expect(uneven).toEqual([])
  expect(Object.values(WORDS).filter(([, en]) => /\p{Script=Han}/u.test(en))).toEqual([])
})
