import { afterEach, describe, expect, test } from 'vitest'
import { lang, preferred, t, term, TERMS, WORDS } from '../src/words'

afterEach(() => { lang.value = 'zh' })

/** Every block of words: the page's own and those of its parts. */
const blocks = import.meta.glob<Record<string, readonly [string, string]>>('../src/**/words.ts', { eager: true, import: 'WORDS' })
const all = Object.entries(blocks).flatMap(([file, block]) => Object.entries(block).map(([key, pair]) => [`${file} ${key}`, pair] as const))
const facts = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!).sort()

describe('words', () => {
  test('are all said in both languages, with the same facts', () => {
    expect(all.length).toBeGreaterThan(Object.keys(WORDS).length - 1)
    const uneven = all.filter(([, [zh, en]]) =>
      !zh.trim() || !en.trim() || facts(zh).join() !== facts(en).join())
    expect(uneven).toEqual([])
  })

  test('English has no Chinese in it, but for the name of the other language', () => {
    const mixed = all.filter(([, [, en]]) => /\p{Script=Han}/u.test(en)).map(([key]) => key)
    expect(mixed).toEqual(['../src/words.ts otherLanguage'])
    expect(Object.values(TERMS).filter(([, en]) => /\p{Script=Han}/u.test(en))).toEqual([])
  })

  test('switch with the language, their facts filled in', () => {
    expect(t('overBy', { n: '120' })).toBe('▲ 超出 120')
    lang.value = 'en'
    expect(t('overBy', { n: '120' })).toBe('▲ over by 120')
  })

  test('a kind that nobody translated is shown as it was imported', () => {
    lang.value = 'en'
    expect(term('党群服务站')).toBe('Service station')
    expect(term('茶馆')).toBe('茶馆')
    expect(term('Child_care_center')).toBe('Child care center')
    expect(term('polling_place')).toBe('Polling place')
    expect(term(null)).toBe('')
  })

  test.each([
    [['zh-CN', 'en'], 'zh'], [['en-GB', 'zh'], 'en'], [['fr', 'en'], 'en'], [['fr'], 'zh'], [[], 'zh'],
  ] as const)('a browser that prefers %j gets %s', (languages, expected) => {
    expect(preferred(languages)).toBe(expected)
  })
})
