/**
 * Builds `dist`: rolldown drops the code that is not used (ncc alone cannot, and makes 2.9 MB an entry), then ncc packs each file. Most of
 * what a short step costs is its start, so each way through the action loads few files. The clients of AWS are a bundle of their own, which
 * an entry loads before its first call. Main and post each have their own copy of the model.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import ncc from '@vercel/ncc'
import { type ChunkingContext, type CodeSplittingGroup, rolldown } from 'rolldown'

type Bundle = { readonly entries: Readonly<Record<string, string>>; readonly groups: readonly CodeSplittingGroup[] }

/** Providers of credentials for when the environment has none, and packages that the SDK brings along but never uses here. */
const SELDOM =
  /node_modules[\\/](@aws-sdk[\\/](credential-provider-(http|ini|login|process|sso|web-identity)|nested-clients|token-providers)|@smithy[\\/](credential-provider-imds|core[\\/]dist-es[\\/]submodules[\\/]event-streams))[\\/]/
const BUNDLES: readonly Bundle[] = [
  // The code that main shares with the files it loads later is a file of its own: they cannot load main, because an entry acts when it is
  // loaded.
  {
    entries: { main: 'src/entries/main.ts' },
    groups: [{ name: (id, context) => (isBase(id, context) ? 'base' : null), debugName: 'base' }],
  },
  { entries: { post: 'src/entries/post.ts' }, groups: [] },
  { entries: { setup: 'src/entries/setup.ts', cleanup: 'src/entries/cleanup.ts' }, groups: [{ name: 'shared', minShareCount: 2 }] },
  {
    entries: { aws: 'src/aws/clients.ts' },
    groups: [
      { name: 'sdk', test: (id) => !SELDOM.test(id), minShareCount: 2, priority: 2 },
      { name: 'seldom', test: SELDOM, priority: 1 },
    ],
  },
]
/** The entries load this file before their first call to AWS. */
const AWS = './aws.cjs'
const root = resolve(import.meta.dirname, '..')
const staging = join(root, 'build')
const dist = join(root, 'dist')

async function build(): Promise<void> {
  await rm(staging, { recursive: true, force: true })
  await rm(dist, { recursive: true, force: true })
  await mkdir(dist)
  for (const one of BUNDLES) {
    const names = await bundle(one)
    for (const name of names) await pack(name, names)
  }
  // The repository is a package of ES modules, but the files of dist are CommonJS.
  await writeFile(join(dist, 'package.json'), `${JSON.stringify({ type: 'commonjs' })}\n`)
  const sizes = await Promise.all((await readdir(dist)).map(async (name) => `${name} ${(await readFile(join(dist, name))).length}`))
  console.log(sizes.sort().join('\n'))
}

function isBase(id: string, context: ChunkingContext): boolean {
  const isIn = (path: string) => closureOf(join(root, path), context).has(id)
  return isIn('src/entries/main.ts') && ['src/flows/run.ts', 'src/runner/probe.ts'].some(isIn)
}

/** The modules that one module imports statically, and those that they import, itself included. */
function closureOf(from: string, context: ChunkingContext): ReadonlySet<string> {
  const found = new Set([from])
  for (const id of found) for (const next of context.getModuleInfo(id)?.importedIds ?? []) found.add(next)
  return found
}

/** Returns the names of the files of this bundle, without `.cjs`. */
async function bundle({ entries, groups }: Bundle): Promise<readonly string[]> {
  const bundled = await rolldown({
    input: Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, join(root, path)])),
    platform: 'node',
    cwd: root,
    tsconfig: false,
    external: (id, from) => from !== undefined && id.endsWith('aws/clients.ts'),
    resolve: { mainFields: ['module', 'main'] },
    // These packages do not declare `sideEffects: false`, but we need none of their side effects. Otherwise @actions/core brings undici
    // along.
    treeshake: {
      moduleSideEffects: [{ test: /node_modules[\\/](@actions|undici|tunnel|@octokit|tinyduration)[\\/]/, sideEffects: false }],
    },
  })
  const { output } = await bundled.write({
    dir: staging,
    format: 'cjs',
    dynamicImportInCjs: false,
    paths: (id) => (id.endsWith('aws/clients.ts') ? AWS : id),
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name].cjs',
    // Names stay, because the SDK compares names of constructors.
    minify: { compress: true, mangle: { keepNames: true } },
    codeSplitting: { groups: [...groups] },
  })
  await bundled.close()
  // ncc packs the runtime of rolldown, a few lines, into each file that needs it.
  return output.map(({ fileName }) => basename(fileName, '.cjs')).filter((name) => name !== 'rolldown-runtime')
}

async function pack(name: string, names: readonly string[]): Promise<void> {
  const externals = [...names.filter((other) => other !== name).map((other) => `./${other}.cjs`), AWS]
  const { code, assets } = await ncc(join(staging, `${name}.cjs`), {
    minify: false,
    cache: false,
    quiet: true,
    target: 'es2024',
    externals,
  })
  const extra = Object.keys(assets).filter((asset) => basename(asset) !== 'package.json')
  if (extra.length > 0) throw new Error(`${name}.cjs needs further files, which dist does not have: ${extra.join(', ')}`)
  await writeFile(join(dist, `${name}.cjs`), code)
}

await build()
