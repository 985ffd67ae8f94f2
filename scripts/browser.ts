/** A browser of this machine, for pages and pictures of the summary. Nothing is downloaded. */
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import axe from 'axe-core'
import { type Browser, chromium, type Page } from 'playwright-core'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']

/** The path of a browser that scripts can control; undefined if this machine has none. */
export function findBrowser(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find((path) => existsSync(path))
}

/** The message if there is none. */
export const NO_BROWSER = `No browser found (${NAMES.join(', ')})`

/** Starts a browser without a window. Containers rarely allow its sandbox, and it shows only pages of ours. */
export function openBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-background-networking'] })
}

/** The views in which a summary is checked. A phone is 390 pixels wide. */
export const VIEWS = {
  light: { width: 1012, colorScheme: 'light' },
  dark: { width: 1012, colorScheme: 'dark' },
  phone: { width: 390, colorScheme: 'light' },
} as const

export type View = keyof typeof VIEWS

/** Opens a local page in a view, and waits until its diagrams are drawn. `errors` collects the errors of its scripts. */
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

/**
 * Problems that axe-core finds in the contrast and the structure of a page: the rule, and the place. https://github.com/dequelabs/axe-core
 */
export async function findBarriers(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run())
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`))
}
