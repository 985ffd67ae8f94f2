/**
 * Builds `dist`: rolldown drops what is not used (ncc alone can not: 2.9 MB an entry), then ncc makes each file whole. The model and
 * the SDK part are files of their own beside the entries: a class that is bundled twice is two classes.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import ncc from '@vercel/ncc'
import { rolldown } from 'rolldown'

const ENTRIES = ['main', 'post', 'setup', 'cleanup']
const PARTS = ['aws', 'shared']
/** What two entries or more have in common, less the SDK, which only calls to AWS load. */
const SHARED = /[\\/](src[\\/](model|report|steps|runner)|node_modules[\\/](@actions|valibot|tinyduration|markdown-table))[\\/]/
const root = resolve(import.meta.dirname, '..')
const staging = join(root, 'build')
const dist = join(root, 'dist')

async function build(): Promise<void> {
  await rm(staging, { recursive: true, force: true })
  await bundle()
  await rm(dist, { recursive: true, force: true })
  await mkdir(dist)
  for (const name of [...ENTRIES, ...PARTS]) await pack(name)
  // The repository is an ES module package; what is in dist is not.
  await writeFile(join(dist, 'package.json'), `${JSON.stringify({ type: 'commonjs' })}\n`)
  const sizes = await Promise.all((await readdir(dist)).map(async (name) => `${name} ${(await readFile(join(dist, name))).length}`))
  console.log(sizes.sort().join('\n'))
}

async function bundle(): Promise<void> {
  const bundled = await rolldown({
    input: { ...Object.fromEntries(ENTRIES.map((name) => [name, join(root, 'src', `${name}.ts`)])), aws: join(root, 'src/aws/clients.ts') },
    platform: 'node',
    cwd: root,
    tsconfig: false,
    resolve: { mainFields: ['module', 'main'] },
    // These declare no side-effect freedom, but have none that we need; without it undici comes along with @actions/core.
    treeshake: { moduleSideEffects: [{ test: /node_modules[\\/](@actions|undici|tunnel|@octokit)[\\/]/, sideEffects: false }] },
  })
  await bundled.write({
    dir: staging,
    format: 'cjs',
    dynamicImportInCjs: false,
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name].cjs',
    // Names are kept: the SDK compares constructor names.
    minify: { compress: true, mangle: { keepNames: true } },
    codeSplitting: { groups: [{ name: 'shared', test: SHARED, minShareCount: 2 }] },
  })
  await bundled.close()
}

async function pack(name: string): Promise<void> {
  const externals = PARTS.filter((part) => part !== name).map((part) => `./${part}.cjs`)
  const { code, assets } = await ncc(join(staging, `${name}.cjs`), {
    minify: false,
    cache: false,
    quiet: true,
    target: 'es2024',
    externals,
  })
  const extra = Object.keys(assets).filter((asset) => basename(asset) !== 'package.json')
  if (extra.length > 0) throw new Error(`ncc wants files beside ${name}.cjs that dist does not have: ${extra.join(', ')}`)
  await writeFile(join(dist, `${name}.cjs`), code)
}

await build()
