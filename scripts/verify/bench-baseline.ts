/** What a bench compares with: the same entries as ncc alone bundles them, the way most actions are built. */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import ncc from '@vercel/ncc'
import { rolldown } from 'rolldown'

const root = resolve(import.meta.dirname, '../..')
const folder = join(root, 'build/naive')

/** The folders with `main.mjs` and with `post.mjs`, made anew; what ncc splits off lies beside each. */
export async function buildNaive(): Promise<Readonly<Record<'main' | 'post', string>>> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  await stripTypes()
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module' }))
  for (const name of ['main', 'post']) {
    console.log(`ncc alone bundles ${name}: this takes a while`)
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

/** The sources as JavaScript, file by file, with every package left out: ncc gets what `tsc` would give it. */
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
