import type { NextApiRequest, NextApiResponse } from 'next';
import { db } from '@/lib/db';

export interface SearchHit {
  id: string;
  name: string;
  price: string;
}

export default function search(req: NextApiRequest, res: NextApiResponse<SearchHit[]>) {
  if (req.method !== 'GET') {
    res.status(405).end();
    return;
  }

  const q = Array.isArray(req.query.q) ? req.query.q[0] : req.query.q;
  const needle = q?.trim().toLowerCase();

  res.setHeader('Cache-Control', 'public, max-age=30, stale-while-revalidate=120');
  if (!needle) {
    res.status(200).json([]);
    return;
  }

  const locale = req.headers['accept-language']?.startsWith('de') ? 'de-DE' : 'en-IE';
  const price = new Intl.NumberFormat(locale, { style: 'currency', currency: 'EUR' });
  const hits = [...db.products.values()]
    .filter((product) => product.name.toLowerCase().includes(needle))
    .map((product) => ({ id: product.id, name: product.name, price: price.format(product.price) }));

  res.setHeader('X-Total-Count', hits.length);
  res.status(200).json(hits.slice(0, 10));
}
