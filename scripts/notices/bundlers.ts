/** The bundlers as packages with licences: each leaves a few lines of its own code in the files of `dist`. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Package, readPackage } from './packages.ts'

const modules = resolve(import.meta.dirname, '../../node_modules')
/** The version of webpack inside @vercel/ncc. ncc itself does not show it, but its compilation does, and the build compares the two. */
export const WEBPACK = '5.94.0'

/** rolldown, ncc, and the webpack inside ncc. Their own dependencies are not in `dist`. */
export function bundlerPackages(): readonly Package[] {
  const own = [join(modules, 'rolldown'), join(modules, '@vercel/ncc')].map((folder) => ({ ...readPackage(folder), dependencies: [] }))
  const text = readFileSync(join(import.meta.dirname, 'webpack.txt'), 'utf8')
    .replaceAll('\r\n', '\n')
    .trim()
  return [
    ...own,
    { name: 'webpack', version: WEBPACK, license: 'MIT', homepage: 'https://github.com/webpack/webpack', text, dependencies: [] },
  ]
}
