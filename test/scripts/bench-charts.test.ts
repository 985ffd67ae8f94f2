import { XMLParser } from 'fast-xml-parser'
import { describe, expect, it } from 'vitest'
import { toGrowthChart } from '../../scripts/verify/performance/charts/growths.ts'
import { renderCharts, renderPicture, toCharts } from '../../scripts/verify/performance/charts.ts'
import { fakeGrowth, fakeLag, fakeRivals } from '../fakes/performance.ts'

const FILES = { rivals: fakeRivals(), lag: fakeLag(), growth: fakeGrowth() }
const charts = await renderCharts(FILES)
const names = Object.keys(charts)

/** The texts of a picture, line by line. */
function textsOf(svg: string): readonly string[] {
  return [...svg.matchAll(/>([^<>\n]+)</g)].map(([, text = '']) => text)
}

describe('the charts', () => {
  it('are one for each file and theme', () => {
    expect(names).toEqual(['rivals', 'lag', 'growth'].flatMap((name) => [`${name}-light.svg`, `${name}-dark.svg`]))
  })

  it('are the same every time', async () => {
    expect(await renderCharts(FILES)).toEqual(charts)
  })

  it.each(names)('%s is XML that loads nothing, as wide as a phone can show, and has the date', (name) => {
    const svg = charts[name] ?? ''
    const { svg: root } = new XMLParser({ ignoreAttributes: false }).parse(svg)
    expect(root['@_width']).toBe('440')
    expect(svg).not.toMatch(/href|url\(|<script|<image/)
    expect(textsOf(svg).join(' ')).toContain('2026-01-31')
  })

  it('show no run with a slow network, and what each contender takes on top', () => {
    const texts = textsOf(charts['rivals-light.svg'] ?? '')
    expect(texts).toContain('This action, experiment')
    expect(texts).toContain('47.0 s, 25.0 s on top')
    expect(texts).not.toContain('This action, slow network')
  })

  it('differ by the colours of the theme only', () => {
    const withoutColours = (svg = '') => svg.replace(/#[0-9a-f]{6}/g, '#')
    for (const name of ['rivals', 'lag', 'growth'])
      expect(withoutColours(charts[`${name}-dark.svg`])).toBe(withoutColours(charts[`${name}-light.svg`]))
  })

  it('keep the labels of lines apart that end at the same value', () => {
    const svg = charts['growth-light.svg'] ?? ''
    const heights = [...svg.matchAll(/translate\([\d.]+,(-?[\d.]+)\)"[^>]*>62 MB/g)].map(([, y]) => Number(y)).toSorted((a, b) => a - b)
    expect(heights).toHaveLength(4)
    for (const [at, y] of heights.slice(1).entries()) expect(y - (heights[at] ?? 0)).toBeGreaterThanOrEqual(13)
  })

  it('say their figures in words, too', () => {
    const [, , growth] = toCharts(FILES)
    expect(growth?.alt).toContain('35 PT2M')
    expect(renderPicture({ ...toGrowthChart(fakeGrowth()), alt: '"a" & <b>' })).toContain('alt="&quot;a&quot; &amp; &lt;b>"')
  })
})
