import type { NextApiRequest, NextApiResponse } from 'next';
import { audit } from '../../lib/db';
import { rows } from '../../lib/rows';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  try {
    const { text, fail } = req.query as { text?: string; fail?: string };
    if (!text && !fail) {
      return res.status(400).json({ error: 'No text' });
    }
    await audit('asked');
    const words = (text ?? 'x').split(' ');
    for await (const row of rows(words.length, fail)) {
      res.write(words[row]);
    }
    res.end();
  } catch (error) {
    await audit('failed');
    res.status(500).json({ error: (error as Error).message });
  }
}
