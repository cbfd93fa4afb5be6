/** The map's colours, one place for style, legend and patterns. */
export const GROUND = '#f6f5f1'
export const WATER = '#cfe3ee'
export const WATER_EDGE = '#b3d0e0'
export const WATER_TEXT = '#3f7591'
export const GREEN = '#e3edd9'
export const WOOD = '#d6e5cb'
export const FIELD = '#eef1e2'
export const PAVED = '#efece4'
export const GREEN_TEXT = '#55743f'
export const STREET = '#ffffff'
export const STREET_EDGE = '#d9d5cc'
export const STREET_TEXT = '#6b665c'
export const RAIL = '#9a978f'
export const BUILDING = '#e4dfd6'
export const BUILDING_EDGE = '#cfc8bb'
export const COMPOUND = '#f1ece2'
export const WALL = '#a98b6d'
export const INK = '#23282e'
export const LABEL = '#56405a'
export const LABEL_SMALL = '#6f6070'
export const HALO = '#ffffff'
export const ACCENT = '#0b63ce'
export const OVER = '#9c2339'
export const NEAR = '#9a6412'
export const UNDER = '#566573'

/**
 * Six pale hues that stay apart for colour-blind eyes; the tile property `hue` picks one.
 * The first is lavender, not blue: over the ground it must not be taken for water.
 */
export const HUES = ['#a6a4de', '#f2b880', '#a6d3a0', '#d9a6c9', '#e8d48a', '#9fc9c4'] as const
export const HUE_OPACITY = 0.45

/** Three tints of one hue; the shortest walk is the darkest. */
export const CIRCLE: Readonly<Record<number, string> & Record<10 | 15, string>> = { 5: '#0a5c55', 10: '#1f8a80', 15: '#5fb3aa' }

/** Light to dark of one hue each. */
export const INCIDENT_RAMP = ['#fbe3c6', '#f5bd85', '#e68d4c', '#c65f24', '#8c3b0e'] as const
export const MEMBER_RAMP = ['#e6e0f2', '#c5b8e0', '#a08cca', '#7860ae', '#4d3887'] as const

/** Marks for facility kinds, taken in turn: colour, shape and letter together tell them apart. */
export const KIND_COLOURS = ['#b3342d', '#1d6f8a', '#5a4fa3', '#2f7d4f', '#a8590c', '#8a3a78', '#4a6274', '#7a6a12', '#285ea8', '#6b4a33'] as const
