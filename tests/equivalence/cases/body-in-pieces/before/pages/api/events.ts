import type { NextApiRequest, NextApiResponse } from 'next';
import { audit } from '../../lib/db';
import { rows } from '../../lib/rows';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  const send = (event: string, data: unknown) => {
    res.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  res.setHeader('Content-Type', 'text/event-stream');
  res.setHeader('Cache-Control', 'no-cache, no-transform');
  res.flushHeaders();
  res.on('close', () => audit('closed'));
  try {
    for await (const row of rows(3, req.query.fail as string)) send('row', { row });
    send('done', {});
  } catch (error) {
    send('error', { message: (error as Error).message });
  } finally {
    res.end();
  }
}
