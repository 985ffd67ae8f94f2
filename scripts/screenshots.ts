/**
 * Takes pictures of the summary as GitHub shows it, with a real browser: each kind of run, in light mode, in dark mode and on a phone.
 * Fails if axe-core finds an accessibility problem. The pictures go to `.demo/screenshots`, and two of them to `docs/images`.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import type { Browser } from 'playwright-core'
import { STORIES, type StoryName, toStory } from '../test/fakes/stories.ts'
import { renderWhole } from '../test/fakes/summary.ts'
import { findBarriers, findBrowser, NO_BROWSER, openBrowser, openPage, VIEWS, type View } from './browser.ts'
import { renderPage } from './summary-html.ts'

const root = resolve(import.meta.dirname, '..')
const folder = join(root, '.demo/screenshots')

/** The pictures of the README, with their view. They end before the section on the clean-up. */
const README: Readonly<Partial<Record<StoryName, View>>> = { survived: 'light', 'not-survived': 'dark' }

async function takeAll(executable: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const browser = await openBrowser(executable)
  try {
    for (const story of STORIES) await takeStory(browser, story)
  } finally {
    await browser.close()
  }
  console.log(`${STORIES.length * Object.keys(VIEWS).length} pictures are in ${relative(process.cwd(), folder)}`)
}

async function takeStory(browser: Browser, story: StoryName): Promise<void> {
  const path = join(folder, `${story}.html`)
  await writeFile(path, await renderPage(renderWhole(toStory(story))))
  for (const view of Object.keys(VIEWS) as View[]) {
    const { page, errors, close } = await openPage(browser, path, view)
    await page.screenshot({ path: join(folder, `${story}-${view}.png`), fullPage: true })
    for (const fault of [...errors, ...(await findBarriers(page))]) report(`${story}, ${view}: ${fault}`)
    if (README[story] === view) {
      const end = await page.getByRole('heading', { name: 'Clean-up' }).boundingBox()
      const clip = { x: 0, y: 0, width: VIEWS[view].width, height: end?.y ?? 0 }
      await page.screenshot({ path: join(root, `docs/images/${story}.png`), fullPage: true, clip })
    }
    await close()
  }
}

function report(fault: string): void {
  console.error(fault)
  process.exitCode = 1
}

const executable = findBrowser()
if (executable === undefined) report(`${NO_BROWSER}: no picture was taken.`)
else await takeAll(executable)
