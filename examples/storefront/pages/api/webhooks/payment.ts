import { createHmac, timingSafeEqual } from 'node:crypto';
import type { NextApiRequest, NextApiResponse } from 'next';
import { db } from '@/lib/db';

// The signature covers the bytes as they were sent, so the body must not be parsed for us.
export const config = {
  api: {
    bodyParser: false,
  },
};

async function readRawBody(req: NextApiRequest): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) {
    chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  }
  return Buffer.concat(chunks);
}

function isSigned(body: Buffer, signature: string): boolean {
  const expected = createHmac('sha256', process.env.SHOP_WEBHOOK_SECRET ?? '')
    .update(new Uint8Array(body))
    .digest('hex');
  return signature.length === expected.length && timingSafeEqual(Buffer.from(signature), Buffer.from(expected));
}

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.method !== 'POST') {
    res.setHeader('Allow', 'POST');
    return res.status(405).end('Method Not Allowed');
  }

  const body = await readRawBody(req);
  const signature = req.headers['x-shop-signature'];
  if (typeof signature !== 'string' || !isSigned(body, signature)) {
    return res.status(401).send('Bad signature');
  }

  let event: { type: string; orderId: string };
  try {
    event = JSON.parse(body.toString('utf8'));
  } catch {
    return res.status(400).send('Not a JSON document');
  }

  const order = db.orders.get(event.orderId);
  if (order && event.type === 'payment.succeeded') {
    db.orders.set(order.id, { ...order, status: 'paid' });
  }

  // Unknown events are acknowledged, or the provider would send them again and again.
  res.json({ received: true, status: db.orders.get(event.orderId)?.status ?? null });
}
