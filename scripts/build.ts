/**
 * Builds `dist`: rolldown drops the code that is not used (ncc alone cannot, and makes 2.9 MB an entry), then ncc packs each file. A short
 * step spends most of its time on its start, so each path through the action loads few files. The clients of AWS are a bundle of their own,
 * which an entry loads before its first call. Main and post each have their own copy of the model.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import ncc from '@vercel/ncc'
import { type ChunkingContext, type CodeSplittingGroup, rolldown } from 'rolldown'
import { bundlerPackages, WEBPACK } from './notices/bundlers.ts'
import { type Package, sortPackages, toPackages } from './notices/packages.ts'
import { renderNotices } from './notices/text.ts'

type Bundle = {
  readonly entries: Readonly<Record<string, string>>
  readonly groups: readonly CodeSplittingGroup[]
  /** Modules that are left out. */
  readonly without?: (id: string) => boolean
}
/** The files of a bundle, without `.cjs`, and the ids of the modules in them. */
type Bundled = { readonly names: readonly string[]; readonly modules: readonly string[] }

/**
 * Credential providers, which are needed only if the environment has no credentials, and packages that the SDK includes but never uses
 * here.
 */
const PROVIDERS =
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
    entries: { rehearse: 'src/entries/rehearse.ts', 'rehearse-post': 'src/entries/rehearse-post.ts' },
    groups: [{ name: 'rehearsal', minShareCount: 2 }],
  },
  // Started by `rehearse.cjs` as a process of its own; it shares no code with the action.
  { entries: { simulator: 'simulator/main.ts' }, groups: [] },
]
/** The clients of AWS, see `packAws`. */
const AWS_ENTRIES = { aws: 'src/aws/clients.ts' }
/** The services that only some inputs ask for, and the code that explains an error. */
const AWS_LATER = /[\\/]src[\\/]aws[\\/](autoscaling|cloudwatch|ecs|elb|faults)\.ts$/
/** Files that main loads later, each as a file of its own. */
const LATER = [
  'src/flows/run.ts',
  'src/flows/dry-run.ts',
  'src/steps/select.ts',
  'src/steps/capacity.ts',
  'src/runner/probe.ts',
  'src/steps/probes.ts',
  'src/runner/comment.ts',
  'src/report/judged.ts',
  'src/report/predicate.ts',
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
  const modules: string[] = []
  for (const one of [...BUNDLES, await packAws()]) {
    const bundled = await bundle(one, staging)
    modules.push(...bundled.modules)
    for (const name of bundled.names) await pack(name, bundled.names)
  }
  await writeFile(join(dist, 'THIRD-PARTY.txt'), renderNotices(withBundlers(modules)))
  // The repository is a package of ES modules, but the files of dist are CommonJS.
  await writeFile(join(dist, 'package.json'), `${JSON.stringify({ type: 'commonjs' })}\n`)
  const sizes = await Promise.all((await readdir(dist)).map(async (name) => `${name} ${(await readFile(join(dist, name))).length}`))
  console.log(sizes.sort().join('\n'))
}

/** The packages whose code is in `dist`, as the bundler sees it now. Writes nothing. */
export async function collectPackages(): Promise<readonly Package[]> {
  const bundled = await Promise.all([...BUNDLES, { entries: AWS_ENTRIES, groups: [] }].map((one) => bundle(one)))
  return withBundlers(bundled.flatMap(({ modules }) => modules))
}

function withBundlers(modules: readonly string[]): readonly Package[] {
  return sortPackages([...toPackages(modules), ...bundlerPackages()])
}

/**
 * The bundle of the clients. Some of the code that several of them share belongs to protocols that only the services of `AWS_LATER` and
 * the providers speak. So `sdk` gets what is left of this bundle without those, and `protocols` the rest.
 */
async function packAws(): Promise<Bundle> {
  const { modules } = await bundle({ entries: AWS_ENTRIES, groups: [], without: (id) => AWS_LATER.test(id) || PROVIDERS.test(id) })
  const plain = new Set(modules)
  const groups: readonly CodeSplittingGroup[] = [
    { name: 'sdk', test: (id) => plain.has(id) && !PROVIDERS.test(id), minShareCount: 2, priority: 3 },
    { name: 'protocols', test: (id) => !PROVIDERS.test(id), minShareCount: 2, priority: 2 },
    { name: 'providers', test: PROVIDERS, priority: 1 },
  ]
  return { entries: AWS_ENTRIES, groups }
}

function isBase(id: string, context: ChunkingContext): boolean {
  const isIn = (path: string) => closureOf(join(root, path), context).has(id)
  return isIn('src/entries/main.ts') && LATER.some(isIn)
}

/** The modules that one module imports statically, and those that they import, itself included. */
function closureOf(from: string, context: ChunkingContext): ReadonlySet<string> {
  const found = new Set([from])
  for (const id of found) for (const next of context.getModuleInfo(id)?.importedIds ?? []) found.add(next)
  return found
}

/** Writes the files of this bundle into `dir`; without a folder, nothing is written. */
async function bundle({ entries, groups, without = () => false }: Bundle, dir?: string): Promise<Bundled> {
  const bundled = await rolldown({
    input: Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, join(root, path)])),
    platform: 'node',
    cwd: root,
    tsconfig: false,
    external: (id, from) => from !== undefined && (id.endsWith('aws/clients.ts') || without(id)),
    resolve: { mainFields: ['module', 'main'] },
    // These packages do not declare `sideEffects: false`, but we need none of their side effects. Otherwise @actions/core would include
    // undici.
    treeshake: {
      moduleSideEffects: [{ test: /node_modules[\\/](@actions|undici|tunnel|@octokit|tinyduration)[\\/]/, sideEffects: false }],
    },
  })
  const { output } = await bundled[dir === undefined ? 'generate' : 'write']({
    ...(dir === undefined ? {} : { dir }),
    format: 'cjs',
    dynamicImportInCjs: false,
    paths: (id) => (id.endsWith('aws/clients.ts') ? AWS : id),
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name].cjs',
    // Names of classes are kept, because the SDK compares names of constructors.
    minify: { compress: true, mangle: { keepNames: { class: true, function: false } } },
    codeSplitting: { groups: [...groups] },
  })
  await bundled.close()
  // ncc packs the runtime of rolldown, a few lines, into each file that needs it.
  const names = output.map(({ fileName }) => basename(fileName, '.cjs')).filter((name) => name !== 'rolldown-runtime')
  return { names, modules: output.flatMap((one) => (one.type === 'chunk' ? one.moduleIds : [])) }
}

async function pack(name: string, names: readonly string[]): Promise<void> {
  const externals = [...names.filter((other) => other !== name).map((other) => `./${other}.cjs`), AWS]
  const { code, assets, stats } = await ncc(join(staging, `${name}.cjs`), {
    minify: true,
    cache: false,
    quiet: true,
    target: 'es2024',
    externals,
  })
  const extra = Object.keys(assets).filter((asset) => basename(asset) !== 'package.json')
  if (extra.length > 0) throw new Error(`${name}.cjs needs further files, which dist does not have: ${extra.join(', ')}`)
  const { version, modules } = stats.toJson({ all: false, modules: true, nestedModules: true, version: true })
  // rolldown has bundled everything, so the list of packages is complete only if ncc adds none.
  const added = modules.flatMap(({ nameForCondition: path }) => (path && resolve(path, '..') !== staging ? [path] : []))
  if (added.length > 0) throw new Error(`ncc adds to ${name}.cjs what the list of packages lacks: ${added.join(', ')}`)
  if (version !== WEBPACK) throw new Error(`ncc has webpack ${version}: set WEBPACK in scripts/notices/bundlers.ts`)
  await writeFile(join(dist, `${name}.cjs`), code)
}

if (import.meta.main) {
  // ncc numbers its modules by their paths from the current folder.
  process.chdir(root)
  await build()
}
