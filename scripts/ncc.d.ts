declare module '@vercel/ncc' {
  type Options = { minify: boolean; cache: boolean; quiet: boolean; target: string; externals: string[] }
  /** https://github.com/vercel/ncc#programmatically-from-nodejs; the package has no types of its own. */
  export default function ncc(
    input: string,
    options: Options,
  ): Promise<{ code: string; assets: Record<string, { source: string | Buffer }> }>
}
