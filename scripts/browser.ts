/** A browser of this machine, for pages and pictures of the summary. Nothing is downloaded. */
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import axe from 'axe-core'
import { type Browser, chromium, type Page } from 'playwright-core'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']

/** The path of a browser that can be driven; undefined where this machine has none. */
export function findBrowser(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find((path) => existsSync(path))
}

/** What to say where there is none. */
export const NO_BROWSER = `No browser found (${NAMES.join(', ')})`

/** Starts a browser without a window. Containers rarely allow its sandbox, and it shows only pages of ours. */
export function openBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-background-networking'] })
}

/** In which ways a summary is looked at. A phone is 390 pixels wide. */
export const VIEWS = {
  light: { width: 1012, colorScheme: 'light' },
  dark: { width: 1012, colorScheme: 'dark' },
  phone: { width: 390, colorScheme: 'light' },
} as const

export type View = keyof typeof VIEWS

/** Opens a page of the disk in a view, after its diagrams are drawn. `errors` collects what its scripts complain about. */
export async function openPage(browser: Browser, path: string, view: View) {
  const { width, colorScheme } = VIEWS[view]
  const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme, timezoneId: 'Asia/Kolkata' })
  const page = await context.newPage()
  const errors: string[] = []
  page.on('pageerror', ({ message }) => errors.push(message))
  await page.goto(pathToFileURL(path).href)
  const drawn = page.locator('pre.mermaid:not(:has(svg[aria-roledescription]))')
  await drawn.waitFor({ state: 'detached', timeout: 20_000 })
  return { page, errors, close: () => context.close() }
}

/** What axe-core finds wrong with the contrast and the structure of a page: the rule, and where. https://github.com/dequelabs/axe-core */
export async function findBarriers(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run())
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`))
}
