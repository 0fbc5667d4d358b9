import type { NextApiResponse } from 'next';

export function remember(res: NextApiResponse, id: string) {
  res.setHeader('Set-Cookie', [`id=${id}; Path=/; HttpOnly`, 'seen=1']);
}
