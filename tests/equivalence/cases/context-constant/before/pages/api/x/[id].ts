import type { NextApiRequest, NextApiResponse } from 'next';
import { type Context, input, page, requireKey, stamp } from '../../../lib/context';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  const ctx: Context = { req, res, tenant: 't' };
  const ok = await requireKey(ctx);
  if (!ok) return;
  stamp(ctx);
  if (ctx.req.method === 'POST') {
    return ctx.res.status(201).json({ ...input(ctx), agent: ctx.req.headers['user-agent'] ?? null });
  }
  if (req.method === 'GET') {
    return local(ctx);
  }
  res.status(405).end();
}

function local(ctx: Context) {
  ctx.res.json({ ...page(ctx), id: ctx.req.query.id, mode: ctx.req.query.mode ?? null });
}
