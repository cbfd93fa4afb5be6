import { speaker } from '../words'

export const WORDS = {
  posts: ['岗位与支部', 'Posts and branches'],
  level: ['按层级', 'By level'],
  vacant: ['空缺岗位', 'Vacant posts'],
  blind: ['没有支部', 'No branch'],
  blindMark: ['盲', '∅'],
  full: ['岗位齐全', 'All posts held'],
  vacantN: ['空缺 {n}', '{n} vacant'],
  titles: ['{title} {n}', '{title} {n}'],
  postsOf: ['{n} 个岗位', '{n} posts'],
  none: ['这一级没有空缺，也都有支部。', 'No vacancies on this level, and a branch everywhere.'],
  tip: ['空缺：岗位没有人。盲区：区域里没有支部。', 'Vacant: nobody holds the post. Blind spot: no branch in the area.'],
} as const satisfies Record<string, readonly [string, string]>

export const say = speaker(WORDS)
