declare module '@vercel/ncc' {
  type Options = { minify: boolean; cache: boolean; quiet: boolean; target: string; externals: string[] }
  /** The package has no types: https://github.com/vercel/ncc#programmatically-from-nodejs */
  export default function ncc(
    input: string,
    options: Options,
  ): Promise<{ code: string; assets: Record<string, { source: string | Buffer }> }>
}
