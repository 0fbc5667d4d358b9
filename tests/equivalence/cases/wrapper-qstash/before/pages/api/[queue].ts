import { verifySignature } from '@upstash/qstash/nextjs';
import type { NextApiRequest, NextApiResponse } from 'next';
import { db } from '../../lib/db';

export const config = { api: { bodyParser: false } };

async function handler(req: NextApiRequest, res: NextApiResponse) {
  const result = await db.jobs.run(req.query.queue, req.body, req.headers['upstash-retried'] ?? '0');
  res.status(200).json({ result, type: typeof req.body });
}

export default verifySignature(handler, { currentSigningKey: 'current', nextSigningKey: 'next' });
