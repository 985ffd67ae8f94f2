/** How a chart looks in the light and in the dark theme of GitHub. https://primer.style/foundations/primitives/color */
import type { Config, TopLevelSpec } from 'vega-lite'

export const THEMES = ['light', 'dark'] as const
export type ThemeName = (typeof THEMES)[number]

export type Theme = {
  readonly text: string
  readonly muted: string
  readonly grid: string
  /** The colour of the subject of a chart. */
  readonly accent: string
  readonly beside: string
  /** The colour of a second kind, beside the accent. */
  readonly second: string
  /** The colour of a part that is not caused by the action. */
  readonly given: string
  /** The colour around letters on marks: that of the page. */
  readonly halo: string
}

export const PALETTE: Readonly<Record<ThemeName, Theme>> = {
  light: {
    text: '#1f2328',
    muted: '#59636e',
    grid: '#d1d9e0',
    accent: '#0969da',
    beside: '#818b98',
    second: '#bc4c00',
    given: '#d1d9e0',
    halo: '#ffffff',
  },
  dark: {
    text: '#f0f6fc',
    muted: '#9198a1',
    grid: '#3d444d',
    accent: '#4493f8',
    beside: '#9198a1',
    second: '#db6d28',
    given: '#3d444d',
    halo: '#0d1117',
  },
}

/** The width of every picture. A phone shows 358 pixels of a page: in a wider picture, letters would be too small there. */
export const WIDTH = 440

export const FONT = 13

/** The parts that all charts share. The background stays that of the page. */
export function toConfig({ text, muted, grid }: Theme, { left }: Frame): Config {
  return {
    background: 'transparent',
    font: "-apple-system, BlinkMacSystemFont, 'Segoe UI', 'Noto Sans', Helvetica, Arial, sans-serif",
    view: { stroke: null },
    // The description of the picture has the content. Each mark would repeat it.
    mark: { aria: false },
    axis: {
      labelColor: text,
      titleColor: muted,
      gridColor: grid,
      domainColor: grid,
      tickColor: grid,
      labelFontSize: FONT,
      titleFontSize: FONT,
      labelLimit: 0,
      titleFontWeight: 'normal',
    },
    title: {
      color: text,
      subtitleColor: muted,
      anchor: 'start',
      frame: 'group',
      dx: -left,
      fontSize: FONT + 1,
      subtitleFontSize: FONT,
      offset: 10,
      subtitlePadding: 4,
    },
    text: { color: text, fontSize: FONT },
  }
}

/** The space around the first plot of a chart, in pixels. It is fixed, because Vega cannot measure letters without a browser. */
export type Frame = { readonly height: number; readonly left: number; readonly top: number }

/** A chart, with a description for people who cannot see it. */
export type Chart = {
  readonly name: 'rivals' | 'lag' | 'growth'
  readonly alt: string
  readonly frame: Frame
  readonly draw: (theme: Theme) => TopLevelSpec
}
