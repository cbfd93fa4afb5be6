import { expect, test } from 'vitest'
import { outOfTheWay } from '../src/map/uncover'

const open = { left: 0, right: 1000, bottom: 700, width: 1000, height: 700 }
const between = { left: 300, right: 640, bottom: 700, width: 1000, height: 700 }

test('a point that nothing covers stays where it is', () => {
  expect(outOfTheWay({ x: 999, y: 699 }, open)).toEqual([0, 0])
  expect(outOfTheWay({ x: 470, y: 690 }, between)).toEqual([0, 0])
})

test('a point under the card or under the side comes free with a margin of 36 pixels', () => {
  expect(outOfTheWay({ x: 700, y: 100 }, between)).toEqual([96, 0])
  expect(outOfTheWay({ x: 100, y: 100 }, between)).toEqual([-236, 0])
  expect(outOfTheWay({ x: 200, y: 600 }, { ...open, bottom: 400 })).toEqual([0, 236])
})

test('a point beyond the edges of the map is not fetched', () => {
  expect(outOfTheWay({ x: 1400, y: 100 }, between)).toEqual([0, 0])
})
