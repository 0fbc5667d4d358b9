import type { NextApiResponse } from 'next';

/** Replaces the cookies that were set before. */
export function remember(res: NextApiResponse, cookie: string | string[]) {
  res.setHeader('Set-Cookie', cookie);
}

/** Adds one more. */
export function add(res: NextApiResponse, cookie: string) {
  res.appendHeader('Set-Cookie', cookie);
}
