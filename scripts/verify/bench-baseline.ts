/** The baseline of the bench: the same entries, bundled by ncc alone, as most actions are. */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import ncc from '@vercel/ncc'
import { rolldown } from 'rolldown'

const root = resolve(import.meta.dirname, '../..')
const folder = join(root, 'build/naive')

/** Builds the baseline anew. Returns the folders of `main.mjs` and of `post.mjs`, each with the files that ncc splits off. */
export async function buildBaseline(): Promise<Readonly<Record<'main' | 'post', string>>> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  await stripTypes()
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module' }))
  for (const name of ['main', 'post']) {
    console.log(`Bundling ${name} with ncc alone. This takes a while.`)
    const { code, assets } = await ncc(join(folder, 'plain', `${name}.js`), {
      minify: true,
      cache: false,
      quiet: true,
      target: 'es2024',
      externals: [],
    })
    const own = join(folder, name)
    await mkdir(own)
    await writeFile(join(own, `${name}.mjs`), code)
    for (const [asset, { source }] of Object.entries(assets)) await writeFile(join(own, asset), source)
  }
  return { main: join(folder, 'main'), post: join(folder, 'post') }
}

/** Writes the sources as JavaScript, one file for each, without packages: the input that ncc gets from `tsc` in other actions. */
async function stripTypes(): Promise<void> {
  const bundled = await rolldown({
    input: { main: join(root, 'src/entries/main.ts'), post: join(root, 'src/entries/post.ts') },
    platform: 'node',
    cwd: root,
    tsconfig: false,
    external: (id: string) => !id.startsWith('.') && !id.startsWith('/'),
  })
  await bundled.write({
    dir: join(folder, 'plain'),
    format: 'esm',
    preserveModules: true,
    entryFileNames: '[name].js',
  })
  await bundled.close()
}
