import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { collectPackages } from '../../scripts/build.ts'
import { parseNotices, renderNotices } from '../../scripts/notices/text.ts'

const dist = resolve(import.meta.dirname, '../../dist')
const file = readFileSync(join(dist, 'THIRD-PARTY.txt'), 'utf8').replaceAll('\r\n', '\n')
const packages = await collectPackages()

/** A piece of text that only the code of this package has, and that the bundler keeps. */
const WITNESSES: Readonly<Record<string, string | RegExp>> = {
  '@aws-sdk/client-fis': 'ExperimentTemplate',
  '@aws-sdk/client-ec2': 'DescribeSpotInstanceRequests',
  '@aws-sdk/client-iam': 'CreateRole',
  '@smithy/core': 'smithy',
  '@vercel/ncc': '__nccwpck_require__',
  // A module of Node, as webpack wraps it.
  webpack: /\{"use strict";\w+\.exports=require\("node:/,
}

describe('dist/THIRD-PARTY.txt', () => {
  it('has the packages whose code is in dist, no other, and the licence text of each', () => {
    const listed = parseNotices(file)
    expect([...listed.keys()]).toEqual(packages.map(({ name, version }) => `${name}@${version}`))
    expect([...listed].filter(([, lines]) => lines < 3)).toEqual([])
    expect(listed.size).toBeGreaterThan(30)
  })

  it('is what a build writes', () => {
    expect(file).toBe(renderNotices(packages))
  })

  it.each(Object.entries(WITNESSES))('names %s, whose code dist has', (name, witness) => {
    const code = readdirSync(dist).filter((one) => one.endsWith('.cjs'))
    expect(code.some((one) => readFileSync(join(dist, one), 'utf8').search(witness) >= 0)).toBe(true)
    expect(packages.map((one) => one.name)).toContain(name)
  })
})
